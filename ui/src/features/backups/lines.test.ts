import { beforeEach, expect, test } from 'vitest';
import { changedTarget, rows } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { originLook, repairLook, stateFacts, stateLook, stateOrder, stateWord } from './wording';
import { arrange, crumbs, isBackup, nameParts, remoteLine, type Line } from './lines';

beforeEach(() => language.choose('en'));

const lines = rows.map(remoteLine);
const names = (some: Line[]) => some.map((line) => line.name);

test('folders stay on top in every sort order', () => {
  for (const descending of [true, false]) {
    expect(arrange(lines, { by: 'bytes', descending }, '')[0]?.name).toBe('attachments');
  }
});

test('backups are sorted by time or size', () => {
  expect(names(arrange(lines, { by: 'madeAt', descending: true }, ''))[1]).toContain('20261120');
  expect(names(arrange(lines, { by: 'bytes', descending: false }, ''))[1]).toContain('20261014');
});

test('backups are sorted by integrity in both directions', () => {
  expect(arrange(lines, { by: 'integrity', descending: false }, '')[1]?.state).toBe('damaged');
  expect(arrange(lines, { by: 'integrity', descending: true }, '')[1]?.state).toBe('verified');
});

test('the filter matches parts of names in any case', () => {
  expect(names(arrange(lines, { by: 'name', descending: false }, ' 9C41E '))).toEqual([
    'nodewarden_backup_20261120_033014_9c41e.zip',
  ]);
});

test('the time and hash in a backup name are never truncated', () => {
  expect(nameParts('nodewarden_backup_20261120_033014_9c41e.zip').end).toBe('20261120_033014_9c41e.zip');
  expect(nameParts('vault-before-migration.zip')).toEqual({
    start: 'vault-before-migra',
    end: 'tion.zip',
    own: false,
  });
});

test('only ZIPs are backups', () => {
  expect(lines.filter(isBackup)).toHaveLength(7);
  expect(isBackup({ ...lines[1]!, name: 'index.json' })).toBe(false);
  expect(isBackup({ ...lines[1]!, name: 'OLD.ZIP' })).toBe(true);
});

test('a path becomes breadcrumbs of its folders', () => {
  expect(crumbs('')).toEqual([]);
  expect(crumbs('attachments/1f0c2b')).toEqual([
    { name: 'attachments', path: 'attachments' },
    { name: '1f0c2b', path: 'attachments/1f0c2b' },
  ]);
});

test('a row shows how many accounts could repair from it', () => {
  const looks = lines
    .filter((line) => line.repairableBy)
    .map((line) => [line.repairableBy!.length, repairLook(line.repairableBy!).tone]);
  expect(looks).toEqual([
    [2, 'good'],
    [1, 'caution'],
    [0, 'danger'],
  ]);
  expect(arrange(lines, { by: 'repair', descending: true }, '')[1]?.repairableBy).toHaveLength(2);
});

test('only verified backups are green; untrusted ones are red', () => {
  const of = (tone: string) => stateOrder.filter((state) => stateLook[state].tone === tone);
  expect(of('good')).toEqual(['verified']);
  expect(of('danger')).toEqual(['damaged', 'mismatch', 'changed']);
  expect([...stateOrder].sort()).toEqual(Object.keys(stateLook).sort());
});

test('a file that is not intact is never called intact', () => {
  for (const state of ['damaged', 'mismatch', 'changed'] as const) {
    expect(stateLook[state].word().toLowerCase()).not.toContain('whole');
  }
});

test('missing attachments are counted, changed content shows both hashes', () => {
  const attachments = { listed: 13, missing: 2, paths: [] };
  expect(stateFacts({ state: 'attachments-missing', attachments })).toEqual([
    '2 of 13 attachments missing on the target',
  ]);
  const [changed] = stateFacts(changedTarget.lastBackup!);
  expect(changed).toContain('9c41e6b1f0d2c7a8');
  expect(changed).toContain('02bd7e55a1c09f34');
});

test('a row says briefly what is missing or changed', () => {
  const attachments = { listed: 13, missing: 2, paths: [] };
  expect(stateWord({ state: 'attachments-missing', attachments })).toBe('2 of 13 missing');
  expect(stateWord({ ...changedTarget.lastBackup!, state: 'damaged' })).toBe('Damaged, changed');
  expect(stateWord({ ...changedTarget.lastBackup!, state: 'changed' })).toBe('Content changed');
});

test('only backups from elsewhere show their origin', () => {
  expect(originLook(null)).toBeUndefined();
  expect(originLook({ type: 'this-server' })).toBeUndefined();
  expect(originLook({ type: 'other-server', name: 'Cabin' })?.word).toBe('Made by Cabin');
  expect(originLook({ type: 'not-known' })?.word).toBe('Origin unknown');
});

test('unchecked attachments never have the colour of a verified backup', () => {
  const attachments = { listed: 3, missing: 0, unknown: 3, wrongSize: 0, paths: [] };
  expect(stateLook['attachments-not-checked'].tone).toBe('caution');
  expect(stateWord({ state: 'attachments-not-checked', attachments })).toBe('Attachments not checked');
  expect(stateFacts({ state: 'attachments-missing', attachments: { ...attachments, wrongSize: 1 } })[0]).toBe(
    '1 of 3 attachments has a different size on the target than in the backup',
  );
});
