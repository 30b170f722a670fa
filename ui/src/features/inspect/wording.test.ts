import { afterEach, expect, test } from 'vitest';
import { damageKinds, warningKinds, type DamageDetail, type WarningDetail } from '@/backend';
import { damage, warning } from '@/backend/sample/finds';
import { language } from '@/language/locale.svelte';
import chinese from '../../../messages/zh-CN.json';
import { damageWord } from './damage';
import { sentenceOf, type MessageKey } from './details';
import { warningHint, warningText } from './warnings';

afterEach(() => language.choose('en'));

function inBoth<T>(say: () => T): [T, T] {
  language.choose('en');
  const english = say();
  language.choose('zh-CN');
  return [english, say()];
}

test('numbers are formatted, and one of something is singular', () => {
  const behind = (count: number) => damageWord(damage(null, { kind: 'trailing-bytes', count }));
  expect(behind(1)).toBe('There is 1 byte after the end of the ZIP.');
  expect(behind(27_262_976)).toBe('There are 27,262,976 bytes after the end of the ZIP.');
});

test('damage keeps its facts in both languages', () => {
  const size = damage('a.bin', { kind: 'size-differs', count: 4_096, expected: 5_000 });
  expect(inBoth(() => damageWord(size))).toEqual([
    'The content has 4,096 bytes, but should have 5,000.',
    '内容为 4,096 字节，应为 5,000 字节。',
  ]);
  const header = damage('a.bin', { kind: 'header-differs', fields: ['packed-size', 'time'] });
  expect(inBoth(() => damageWord(header))).toEqual([
    "The entry's local header and the central directory differ: compressed size, time.",
    '该项目的本地头部与中央目录不一致：压缩后大小、时间。',
  ]);
  const rows = damage('db.json', { kind: 'count-differs', table: 'ciphers', count: 1, found: 0 });
  expect(inBoth(() => damageWord(rows))).toEqual([
    'Vault items: the manifest counts 1 row, but the file has 0.',
    '密码库条目：清单记录 1 行，实际为 0 行。',
  ]);
});

test('warnings keep their facts in both languages', () => {
  const changed = warning({
    kind: 'server-changed',
    changes: [
      { table: 'users', now: 3, then: 2 },
      { table: 'ciphers', now: 1_200, then: 4 },
    ],
  });
  expect(inBoth(() => warningText(changed))).toEqual([
    'The server has changed since this backup (Accounts: 3 now, 2 in the backup; Vault items: 1,200 now, 4 in the backup).',
    '此备份之后服务器上的数据已有变化（账户：现有 3，备份中 2；密码库条目：现有 1,200，备份中 4）。',
  ]);
  const large = warning({ kind: 'file-too-large', found: 104_857_601, limit: 104_857_600 });
  expect(inBoth(() => warningText(large))).toEqual([
    'The file has 104,857,601 bytes. The server restores at most 104,857,600.',
    '文件为 104,857,601 字节，服务器最多可恢复 104,857,600 字节。',
  ]);
  const many = warning({ kind: 'settings-need-repair-by-many', emails: ['a@x.org', 'b@x.org'], more: 2 });
  expect(inBoth(() => warningText(many)).map((text) => text.slice(-30))).toEqual([
    expect.stringContaining('a@x.org, b@x.org (and 2 more)'),
    expect.stringContaining('a@x.org、b@x.org（另有 2 位）'),
  ]);
});

test('every sentence and hint is Chinese in Chinese', () => {
  language.choose('zh-CN');
  const keys = Object.keys(chinese);
  const all = [...Object.values(damageKinds), ...Object.values(warningKinds)];
  expect(all.length).toBeGreaterThan(80);
  for (const kind of all) {
    expect(keys).toContain(kind.sentence);
    const detail = { kind: 'other-disk' } as DamageDetail;
    expect(sentenceOf(kind.sentence as MessageKey, detail), kind.sentence).toMatch(/[\u4e00-\u9fff]/);
  }
  for (const kind of Object.keys(warningKinds)) {
    expect(warningHint(warning({ kind } as WarningDetail)), kind).toMatch(/[\u4e00-\u9fff]/);
  }
});

test('texts of another version are shown unchanged', () => {
  language.choose('zh-CN');
  const old = { entry: null, code: 'crc-mismatch' as const, message: 'It rains.' };
  expect(damageWord(old)).toBe('It rains.');
  expect(damageWord({ ...old, detail: { kind: 'of-tomorrow' } as never })).toBe('It rains.');
  const warned = {
    code: 'other' as const,
    severity: 'note' as const,
    message: 'It rains.',
    hint: 'Stay in.',
  };
  expect([warningText(warned), warningHint(warned)]).toEqual(['It rains.', 'Stay in.']);
});
