import { expect, test } from 'vitest';
import { history } from '@/backend/sample/records';
import { secondsTaken, withLive } from './filter';

test('a job that changed after loading is shown once, up to date', () => {
  const changed = { ...history[1]!, state: 'running' as const };
  const fresh = { ...history[0]!, id: 99, state: 'running' as const };
  const merged = withLive(history, [changed, fresh]);
  expect(merged).toHaveLength(history.length + 1);
  expect(merged.find((job) => job.id === changed.id)?.state).toBe('running');
  expect(merged.some((job) => job.id === 99)).toBe(true);
});

test('a running job shows no duration', () => {
  expect(secondsTaken({ ...history[0]!, endedAt: null })).toBeNull();
  expect(
    secondsTaken({ ...history[0]!, startedAt: '2026-11-20T10:00:00Z', endedAt: '2026-11-20T10:01:30Z' }),
  ).toBe(90);
});
