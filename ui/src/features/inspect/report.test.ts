import { expect, test } from 'vitest';
import type { Inspection, Page } from '@/backend';
import { sampleAttachments, sampleInspection } from '@/backend/sample/files';
import { language } from '@/language/locale.svelte';
import { reportOf } from './report';

const now = new Date('2026-11-20T15:30:00Z');
const path = '/home/mira/vault.zip';

function pageOf(inspection: Inspection, parts: Partial<Parameters<typeof reportOf>[1]> = {}): Page {
  return reportOf(inspection, { existing: 'replaced', attachments: [], now, ...parts });
}

function rows(page: Page, title: string): string[][] {
  const section = page.sections.find((one) => one.title === title);
  if (!section) throw new Error(`No "${title}" among ${page.sections.map((one) => one.title).join(', ')}`);
  return section.table.rows;
}

test('a saved report says what the screen says', () => {
  language.choose('zh-CN');
  const page = pageOf(sampleInspection('damaged.zip', 'r2'));
  expect(page.language).toBe('zh-CN');
  expect(page.title).toBe('damaged.zip');
  expect(page.sections[0]?.title).toBe('已损坏，请勿恢复');
  const words = JSON.stringify(page.sections);
  expect(words).toContain('attachments/0b6c1a52/7f31d0aa.bin');
  expect(words).toContain('Backup file checksum does not match its filename');
});

test('damage keeps its figures in Chinese', () => {
  language.choose('zh-CN');
  const damage = rows(pageOf(sampleInspection('damaged.zip', 'r2')), '损坏之处');
  expect(damage.map(([, what]) => what)).toContain('清单记录的附件内容为 60 个，但列出了 59 个。');
});

test('a report names the server and every attachment it would skip', () => {
  language.choose('en');
  const kv = pageOf(sampleInspection(path, 'kv'), { attachments: sampleAttachments(path) });
  expect(rows(kv, 'Server to restore to')).toEqual([
    ["Server's storage", 'KV'],
    ["Server's data", 'Replaced'],
  ]);
  expect(rows(kv, 'What the server would skip')).toEqual([
    ['Cloudflare KV object size limit (25 MB)', ''],
    ['attachments/0b6c1a52/7f31d0aa.bin', '27.3 MB'],
  ]);
  const attachments = rows(kv, 'Attachments');
  expect(attachments).toHaveLength(60);
  expect(attachments[0]).toEqual(['0b6c1a52', '7f31d0aa', 'mira@lindqvist.example', '27.3 MB', 'Skipped']);
  expect(attachments[1]?.at(-1)).toBe('Inside');
});

test('a report shows who can repair, the origin and the last results', () => {
  language.choose('en');
  const page = pageOf(sampleInspection(path, 'r2'));
  expect(rows(page, 'Who could repair the backup settings')).toEqual([['mira@lindqvist.example']]);
  expect(rows(page, 'File')).toContainEqual(['Exported from', 'A server with Cloudflare R2']);
  expect(rows(page, 'Last results by target')).toEqual([
    ['nas', expect.stringMatching(/^Nov 19, 2026/), 'Never', expect.stringContaining('_02bd7.zip')],
  ]);
  const nobody = pageOf(sampleInspection('no-admin.zip', 'r2'));
  expect(rows(nobody, 'Who could repair the backup settings')[0]?.[0]).toMatch(/^No one/);
});

test('an unreadable list is shown as missing, and a long one is cut', () => {
  language.choose('en');
  const large = sampleInspection('large.zip', 'r2');
  expect(rows(pageOf(large, { attachments: null }), 'Attachments')[0]?.[0]).toBe(
    'The list of attachments could not be read.',
  );
  const [one] = sampleAttachments(path);
  const many = Array.from({ length: 10_003 }, () => one!);
  const list = rows(pageOf(large, { attachments: many }), 'Attachments');
  expect(list).toHaveLength(10_001);
  expect(list.at(-1)).toEqual(['and 3 more']);
});
