import { expect, test } from 'vitest';
import { sampleDiff } from '@/backend/sample/files';
import { earlierFirst, groupsOf, isSame } from './compare';

const side = (path: string, exportedAt: string | null) => ({ path, exportedAt });

test('the earlier backup comes first, whichever was opened first', () => {
  const old = side('old', '2026-11-19T23:30:00Z');
  const recent = side('recent', '2026-11-20T00:10:00+02:00');
  // 00:10 in +02:00 is 22:10 the day before: times are compared, not their letters.
  expect(earlierFirst(old, recent).map((one) => one.path)).toEqual(['recent', 'old']);
  expect(earlierFirst(recent, old).map((one) => one.path)).toEqual(['recent', 'old']);
});

test('without a time the order is kept', () => {
  const order = earlierFirst(side('a', null), side('b', '2026-11-19T23:30:00Z'));
  expect(order.map((one) => one.path)).toEqual(['a', 'b']);
});

test('backups are equal only without different rows or settings', () => {
  const diff = sampleDiff('a.zip', 'b.zip');
  expect(isSame(diff)).toBe(false);
  const none = { added: 0, removed: 0, changed: 0, unchanged: 3, items: [] };
  const settings = {
    savedAnew: false,
    targetsAdded: [],
    targetsRemoved: [],
    repairersAdded: [],
    repairersRemoved: [],
  };
  const same = {
    ...diff,
    users: none,
    administrators: none,
    ciphers: none,
    folders: none,
    attachments: none,
    settings,
  };
  expect(isSame(same)).toBe(true);
  expect(isSame({ ...same, settings: { ...settings, savedAnew: true } })).toBe(false);
  expect(isSame({ ...same, folders: { ...none, removed: 1 } })).toBe(false);
  expect(groupsOf(diff)).toHaveLength(5);
});
