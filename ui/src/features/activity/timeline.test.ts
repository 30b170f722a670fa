import { expect, test } from 'vitest';
import { events } from '@/backend/sample/log';
import { history } from '@/backend/sample/records';
import { failedRuns, timeline, type Filter, type Loaded } from './timeline';

const all: Filter = { source: 'all', kind: 'all', state: 'any' };
const loaded: Loaded = {
  jobs: history,
  moreJobs: false,
  events: events.slice(0, 20),
  moreEvents: false,
  profileId: null,
};

test('jobs and events are one list by time, the newest first', () => {
  const times = timeline(loaded, all).map((line) => line.at);
  expect(times).toEqual([...times].sort((one, other) => other - one));
  expect(times).toHaveLength(history.length + 20);
});

test('what is older than the oldest loaded event waits until more events are loaded', () => {
  const few = { ...loaded, events: events.slice(0, 3), moreEvents: true };
  const oldest = Date.parse(events[2]!.at);
  expect(timeline(few, all).every((line) => line.at >= oldest)).toBe(true);
  expect(timeline(few, { ...all, source: 'jobs' })).toHaveLength(history.length);
});

test('kind, state and source narrow both', () => {
  const failed = timeline(loaded, { source: 'all', kind: 'backup', state: 'failed' });
  expect(failed.some((line) => 'job' in line)).toBe(true);
  expect(failed.some((line) => 'event' in line)).toBe(true);
  expect(timeline(loaded, { ...all, source: 'log', kind: 'download' })).toEqual([]);
  expect(timeline(loaded, { ...all, kind: 'other' })).toHaveLength(1);
  expect(timeline(loaded, { ...all, kind: 'export' })).toHaveLength(1);
});

test('an empty page of the log with more behind it hides nothing', () => {
  const empty = { ...loaded, events: [], moreEvents: true };
  expect(timeline(empty, all)).toHaveLength(history.length);
});

test('failed scheduled runs are found, but for those that a later backup to the target made good', () => {
  expect(failedRuns(events).map((event) => event.targetId)).toEqual(['r2']);
  const good = { ...events[1]!, id: 'good', targetId: 'r2', targetName: 'R2 offsite' };
  expect(failedRuns([good, ...events])).toEqual([]);
  const earlier = { ...good, at: events.at(-1)!.at };
  expect(failedRuns([...events, earlier]).map((event) => event.targetId)).toEqual(['r2']);
});
