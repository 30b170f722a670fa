import { expect, test } from 'vitest';
import type { JobEvent, JobRecord, Update } from '@/backend';
import { reduce, secondsLeft, share, waitsFor, type RunningJob } from './reduce';

const record: JobRecord = {
  id: 7,
  kind: 'download',
  state: 'running',
  profileId: 'home',
  subject: 'a.zip',
  startedAt: '2026-11-20T15:30:00Z',
  endedAt: null,
  error: null,
  result: null,
};

/** Plays updates of one job, each at its own time. */
function play(...updates: [at: number, update: Update][]): RunningJob {
  let jobs = reduce([], { type: 'started', job: record }, 0);
  for (const [at, update] of updates) jobs = reduce(jobs, { type: 'progress', jobId: 7, update }, at);
  const job = jobs[0];
  if (!job) throw new Error('the job is gone');
  return job;
}

function moved(done: number, total: number | null = 1000): Update {
  return { type: 'bytes', done, total };
}

test('rate and time left are computed from the bytes', () => {
  const job = play(
    [0, { type: 'stage', stage: 'downloading' }],
    [1000, moved(0)],
    [2000, moved(100)],
    [3000, moved(200)],
  );
  expect(job.stage).toBe('downloading');
  expect(job.rate).toBe(100);
  expect(secondsLeft(job)).toBe(8);
  expect(share(job)).toBe(0.2);
});

test('a burst does not make the rate jump', () => {
  const steady = play([0, moved(0)], [1000, moved(100)], [2000, moved(200)]);
  const burst = play([0, moved(0)], [1000, moved(100)], [2000, moved(700)]);
  expect(steady.rate).toBe(100);
  expect(burst.rate).toBeCloseTo(100 + 0.3 * 500);
});

test('two reports at the same time give no rate', () => {
  const job = play([0, moved(0)], [1000, moved(100)], [1001, moved(200)]);
  expect(job.rate).toBe(100);
  expect(job.done).toBe(200);
});

test('without a total there is a rate but no time left and no share', () => {
  const job = play([0, moved(0, null)], [1000, moved(100, null)]);
  expect(job.rate).toBe(100);
  expect(secondsLeft(job)).toBeNull();
  expect(share(job)).toBeNull();
});

test('a new stage starts its own count', () => {
  const job = play([0, moved(0)], [1000, moved(900)], [1100, { type: 'stage', stage: 'checking-here' }]);
  expect(job).toMatchObject({ stage: 'checking-here', done: null, rate: null });
});

test('an unknown step is shown unchanged', () => {
  expect(play([0, { type: 'unknown-step', step: 'remote_run_polish' }])).toMatchObject({
    stage: null,
    unknownStep: 'remote_run_polish',
  });
});

test('a wait ends with the next bytes', () => {
  expect(play([5000, { type: 'waiting', seconds: 3 }]).waitsUntil).toBe(8000);
  expect(play([5000, { type: 'waiting', seconds: 3 }], [9000, moved(1)]).waitsUntil).toBeNull();
});

test('an ended job keeps its outcome; unknown job events are ignored', () => {
  const started = reduce([], { type: 'started', job: record }, 0);
  const ended: JobEvent = { type: 'ended', job: { ...record, state: 'attention' } };
  expect(reduce(started, ended, 1)[0]?.record.state).toBe('attention');
  expect(reduce(started, { type: 'progress', jobId: 99, update: moved(1) }, 1)).toEqual(started);
});

test('a job that is announced twice is one job', () => {
  const once = reduce([], { type: 'started', job: record }, 0);
  expect(reduce(once, { type: 'started', job: record }, 1)).toHaveLength(1);
});

test('a job that reports nothing says how long it has waited', () => {
  const job = play([0, { type: 'stage', stage: 'run-upload-archive' }], [60_000, moved(10)]);
  expect(waitsFor(job, 64_000)).toBeNull();
  expect(waitsFor(job, 100_000)).toBe(40);
  expect(job.stage).toBe('run-upload-archive');
  expect(waitsFor({ ...job, record: { ...record, state: 'succeeded' } }, 100_000)).toBeNull();
});
