import { expect, test } from 'vitest';
import { events } from '@/backend/sample/log';
import { history } from '@/backend/sample/records';
import { pastEvents } from '@/backend/sample/histories';
import { byDay, failedRuns, timeline, type Filter, type Loaded } from './timeline';

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

test('entries older than the oldest loaded event wait for more events', () => {
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

test('an empty page of the log does not end the list', () => {
  const empty = { ...loaded, events: [], moreEvents: true };
  expect(timeline(empty, all)).toHaveLength(history.length);
});

test('failed scheduled runs are found, unless a later backup succeeded', () => {
  expect(failedRuns(events).map((event) => event.targetId)).toEqual(['r2']);
  const good = { ...events[1]!, id: 'good', targetId: 'r2', targetName: 'R2 offsite' };
  expect(failedRuns([good, ...events])).toEqual([]);
  const earlier = { ...good, at: events.at(-1)!.at };
  expect(failedRuns([...events, earlier]).map((event) => event.targetId)).toEqual(['r2']);
});

test('alerts and recoveries have a line for their start and their end', () => {
  const lines = timeline({ ...loaded, past: pastEvents }, { ...all, source: 'watch' });
  const ended = pastEvents.alerts.filter((alert) => alert.until).length;
  expect(lines.filter((line) => 'alert' in line)).toHaveLength(pastEvents.alerts.length + ended);
  expect(lines.filter((line) => 'recovery' in line)).toHaveLength(2);
  expect(timeline({ ...loaded, past: pastEvents }, { ...all, kind: 'recovery' })).toHaveLength(2);
  const over = timeline({ ...loaded, past: pastEvents }, { ...all, kind: 'alert', state: 'succeeded' });
  expect(over).toHaveLength(ended);
});

test('each day of the calendar has one heading, before its lines', () => {
  const entries = byDay(timeline({ ...loaded, past: pastEvents }, all));
  const days = entries.filter((entry) => 'day' in entry);
  expect(new Set(days.map((entry) => entry.id)).size).toBe(days.length);
  expect('day' in entries[0]!).toBe(true);
  let current = '';
  for (const entry of entries) {
    if ('day' in entry) current = new Date(entry.at).toDateString();
    expect(new Date(entry.at).toDateString()).toBe(current);
  }
  expect(byDay([])).toEqual([]);
});
