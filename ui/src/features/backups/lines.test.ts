import { expect, test } from 'vitest';
import { rows } from '@/backend/sample/world';
import { lookOf, repairLook } from './wording';
import { arrange, crumbs, isBackup, remoteLine, type Line } from './lines';

const lines = rows.map(remoteLine);
const names = (some: Line[]) => some.map((line) => line.name);

test('folders stay on top, whatever the order', () => {
  for (const descending of [true, false]) {
    expect(arrange(lines, { by: 'bytes', descending }, '')[0]?.name).toBe('attachments');
  }
});

test('the newest first, or the smallest', () => {
  expect(names(arrange(lines, { by: 'madeAt', descending: true }, ''))[1]).toContain('20261120');
  expect(names(arrange(lines, { by: 'bytes', descending: false }, ''))[1]).toContain('20261014');
});

test('by integrity, the worst or the best come first', () => {
  expect(arrange(lines, { by: 'integrity', descending: false }, '')[1]?.integrity).toBe('damaged');
  expect(arrange(lines, { by: 'integrity', descending: true }, '')[1]?.integrity).toBe('verified');
});

test('the filter finds parts of names in any case', () => {
  expect(names(arrange(lines, { by: 'name', descending: false }, ' 9C41E '))).toEqual([
    'nodewarden_backup_20261120_033014_9c41e.zip',
  ]);
});

test('only ZIPs are backups', () => {
  expect(lines.filter(isBackup)).toHaveLength(7);
  expect(isBackup({ ...lines[1]!, name: 'index.json' })).toBe(false);
  expect(isBackup({ ...lines[1]!, name: 'OLD.ZIP' })).toBe(true);
});

test('a path is a way through its folders', () => {
  expect(crumbs('')).toEqual([]);
  expect(crumbs('attachments/1f0c2b')).toEqual([
    { name: 'attachments', path: 'attachments' },
    { name: '1f0c2b', path: 'attachments/1f0c2b' },
  ]);
});

test('who could repair from a backup is told apart: nobody, one, several', () => {
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

test('a backup that the server would refuse is not shown as good', () => {
  const [, verified] = lines;
  expect(lookOf(verified!).tone).toBe('good');
  expect(lookOf({ ...verified!, refused: true }).tone).toBe('caution');
});
