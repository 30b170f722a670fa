import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { history } from '@/backend/sample/records';
import type { JobEvent, JobState, Stage, Update } from '@/backend';
import { language } from '@/language/locale.svelte';
import { Announcer, leastPause } from './announcer.svelte';
import { reduce, type RunningJob } from './reduce';

const record = {
  ...history[0]!,
  id: 91,
  state: 'running' as JobState,
  endedAt: null,
  result: null,
  error: null,
};

let announcer: Announcer;
let all: RunningJob[] = [];

beforeEach(() => {
  language.choose('en');
  vi.useFakeTimers();
  announcer = new Announcer();
  all = [];
  happens({ type: 'started', job: record });
});
afterEach(() => vi.useRealTimers());

function happens(event: JobEvent): void {
  all = reduce(all, event, 0);
  announcer.follow(all);
}
const progress = (update: Update) => happens({ type: 'progress', jobId: 91, update });
const stage = (stage: Stage) => progress({ type: 'stage', stage });

test('the start of a job is announced, percentages are not', () => {
  vi.advanceTimersByTime(leastPause);
  const said = announcer.polite;
  expect(said).toMatch(/: started$/);
  for (let done = 1; done < 100; done += 1) progress({ type: 'bytes', done, total: 100 });
  vi.advanceTimersByTime(leastPause * 3);
  expect(announcer.polite).toBe(said);
});

test('of stages in quick succession, only the last is announced', () => {
  vi.advanceTimersByTime(0);
  const first = announcer.polite;
  stage('connecting');
  vi.advanceTimersByTime(leastPause / 2);
  stage('downloading');
  expect(announcer.polite).toBe(first);
  vi.advanceTimersByTime(leastPause);
  expect(announcer.polite).toMatch(/: Downloading/);
});

test('the end of a job is announced at once, a failure as an alert', () => {
  vi.advanceTimersByTime(0);
  stage('downloading');
  happens({ type: 'ended', job: { ...record, state: 'failed' } });
  expect(announcer.urgent).toMatch(/: Failed$/);
  vi.advanceTimersByTime(leastPause * 2);
  expect(announcer.polite).not.toMatch(/Downloading/);
});

test('a success is announced politely', () => {
  happens({ type: 'ended', job: { ...record, state: 'succeeded' } });
  expect(announcer.polite).toMatch(/: \w+/);
  expect(announcer.urgent).toBe('');
});
