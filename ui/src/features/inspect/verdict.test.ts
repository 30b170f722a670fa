import { expect, test } from 'vitest';
import type { Inspection, ServerVerdict } from '@/backend';
import { sampleInspection } from '@/backend/sample/files';
import { language } from '@/language/locale.svelte';
import { leftOutNames } from './attachments';
import { checksOf } from './checks';
import { canBeCleaned, verdictOf, type VerdictName } from './verdict';
import { answersOf, verdictLook } from './words';

const good = sampleInspection('vault.zip', 'r2');
const accepts: ServerVerdict = {
  accepts: true,
  error: null,
  skipped: { reason: null, attachments: 0, items: [] },
};
const refuses: ServerVerdict = { ...accepts, accepts: false, error: 'Invalid backup' };

function judged(parts: Partial<Inspection>): VerdictName {
  return verdictOf({ ...good, ...parts }).name;
}

test('an intact backup that the server accepts is restorable', () => {
  expect(judged({})).toBe('restorable');
});

test('a backup restorable only from its target is a good verdict', () => {
  const name = judged({ server: { import: refuses, remoteRestore: accepts } });
  expect(name).toBe('from-target');
  expect(verdictLook[name].tone).toBe('good');
});

test('the verdict says that a server with data refuses the restore', () => {
  const notFresh = 'Backup import requires a fresh instance with no vault or send data';
  const whole = sampleInspection('vault.zip', 'none');
  expect(verdictOf(whole, 'kept')).toEqual({
    name: 'not-replacing',
    way: null,
    leftOut: 0,
    refusal: notFresh,
  });
  expect(verdictOf(whole, 'none').name).toBe('with-losses');
  expect(leftOutNames(whole, 'kept').size).toBe(0);
  const checks = checksOf(whole, 'kept').filter((check) => check.words !== undefined);
  expect(checks.map((check) => [check.name, check.words])).toEqual([
    ['import', notFresh],
    ['remote', notFresh],
  ]);
  // What it would refuse anyway stays that, and damage stays damage.
  expect(verdictOf(sampleInspection('finder.zip', 'r2'), 'kept').name).toBe('refused');
  expect(verdictOf(sampleInspection('damaged.zip', 'r2'), 'kept').name).toBe('damaged');
});

test('a backup packed as a folder is refused and can be cleaned', () => {
  const folder = sampleInspection('folder.zip', 'r2');
  expect(verdictOf(folder)).toMatchObject({ name: 'refused', way: null });
  expect(canBeCleaned(folder)).toBe(true);
  language.choose('en');
  expect(answersOf(verdictOf(folder), folder)).toMatchObject({
    serious: expect.stringContaining('Backup archive is missing manifest.json or db.json'),
    now: 'Save a cleaned copy below and restore that one.',
  });
  expect(canBeCleaned(good)).toBe(false);
});

test('damage outranks that the server would accept the file', () => {
  const damage = [{ entry: 'db.json', code: 'crc-mismatch' as const, message: '' }];
  expect(judged({ intact: false, damage })).toBe('damaged');
  expect(judged({ intact: false, damage, nameHash: 'mismatch' })).toBe('damaged');
});

test('a hash mismatch without damage has its own verdict', () => {
  const damage = [{ entry: null, code: 'name-hash-mismatch' as const, message: '' }];
  expect(judged({ intact: false, damage, nameHash: 'mismatch' })).toBe('mismatch');
});

test('an unreadable file is not called a damaged backup', () => {
  const damage = [{ entry: null, code: 'not-a-zip' as const, message: '' }];
  expect(judged({ intact: false, damage, manifest: null, tables: {} })).toBe('unreadable');
  expect(judged({ intact: false, damage, manifest: null })).toBe('damaged');
});

test('a backup that no restore accepts is refused with its own message', () => {
  const both = { import: refuses, remoteRestore: { ...refuses, error: 'Remote words' } };
  expect(verdictOf({ ...good, server: both })).toMatchObject({ name: 'refused', refusal: 'Invalid backup' });
  expect(verdictOf({ ...good, kind: 'index-only', server: both }).refusal).toBe('Remote words');
});

test('a lockout is warned of although the server would accept it', () => {
  const warning = {
    code: 'no-users' as const,
    severity: 'danger' as const,
    message: '',
    hint: '',
  };
  expect(judged({ warnings: [warning] })).toBe('dangerous');
  expect(judged({ warnings: [{ ...warning, severity: 'caution' }] })).toBe('restorable');
});

test('skipped attachments change the verdict and are counted', () => {
  const kv = verdictOf(sampleInspection('vault.zip', 'kv'));
  expect(kv).toMatchObject({ name: 'with-losses', leftOut: 1 });
  expect(verdictOf(sampleInspection('vault.zip', 'none')).leftOut).toBe(60);
});

test('every verdict answers the four questions in both languages', () => {
  const files = ['vault', 'index', 'damaged', 'finder', 'no-admin', 'renamed', 'photo', 'locked'];
  const inspections = [...files.map((name) => sampleInspection(name, 'r2')), sampleInspection('vault', 'kv')];
  const verdicts = [
    ...inspections.map((one) => ({ inspection: one, verdict: verdictOf(one) })),
    { inspection: good, verdict: verdictOf(good, 'kept') },
  ];
  expect(new Set(verdicts.map(({ verdict }) => verdict.name))).toEqual(new Set(Object.keys(verdictLook)));
  for (const choice of ['en', 'zh-CN'] as const) {
    language.choose(choice);
    for (const { inspection, verdict } of verdicts) {
      const words = [verdictLook[verdict.name].title(), ...Object.values(answersOf(verdict, inspection))];
      expect(words).toHaveLength(5);
      for (const text of words) {
        expect(text).toMatch(choice === 'en' ? /^[A-Z].{2}/ : /[\u4e00-\u9fff]/);
        expect(text).not.toMatch(/[{}]|undefined|NaN/);
      }
    }
  }
});

test('each finding fails only its own check', () => {
  language.choose('en');
  const checks = checksOf(sampleInspection('damaged.zip', 'r2'));
  const tones = Object.fromEntries(checks.map((check) => [check.name, check.tone]));
  expect(tones).toEqual({
    'name-hash': 'danger',
    structure: 'good',
    checksums: 'danger',
    rows: 'good',
    counts: 'danger',
    import: 'caution',
    remote: 'good',
  });
  expect(checks.find((check) => check.name === 'import')?.words).toBe(
    'Backup file checksum does not match its filename',
  );
});
