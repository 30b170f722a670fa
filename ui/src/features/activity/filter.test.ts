import { expect, test } from 'vitest';
import { history } from '@/backend/sample/records';
import { filtered, secondsTaken, withLive } from './filter';

const ids = (jobs: { id: number }[]) => jobs.map((job) => job.id);

test('jobs come newest first, whatever the order they were told in', () => {
  const all = filtered([...history].reverse(), { kind: 'all', state: 'any' });
  expect(ids(all)).toEqual(ids(history).sort((a, b) => b - a));
});

test('kind and state both narrow the list', () => {
  expect(filtered(history, { kind: 'backup', state: 'any' }).every((job) => job.kind === 'backup')).toBe(
    true,
  );
  const failed = filtered(history, { kind: 'backup', state: 'failed' });
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.every((job) => job.state === 'failed')).toBe(true);
  expect(filtered(history, { kind: 'delete', state: 'unknown' })).toEqual([]);
});

test('a job that changed since the list was read is shown as it is now, once', () => {
  const changed = { ...history[1]!, state: 'running' as const };
  const fresh = { ...history[0]!, id: 99, state: 'running' as const };
  const merged = withLive(history, [changed, fresh]);
  expect(merged).toHaveLength(history.length + 1);
  expect(merged.find((job) => job.id === changed.id)?.state).toBe('running');
  expect(merged.some((job) => job.id === 99)).toBe(true);
});

test('a running job has taken no time yet', () => {
  expect(secondsTaken({ ...history[0]!, endedAt: null })).toBeNull();
  expect(
    secondsTaken({ ...history[0]!, startedAt: '2026-11-20T10:00:00Z', endedAt: '2026-11-20T10:01:30Z' }),
  ).toBe(90);
});
