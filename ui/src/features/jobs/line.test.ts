import { render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { JobEvent } from '@/backend';
import { backend, useBackend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { history } from '@/backend/sample/records';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { testid } from '@/testids';
import JobLine from './JobLine.svelte';
import { reduce } from './reduce';

const record = {
  ...history[0]!,
  id: 91,
  state: 'running' as const,
  endedAt: null,
  result: null,
  error: null,
};
const start = Date.parse('2026-11-24T10:00:00Z');

beforeEach(() => {
  useBackend(sampleBackend('healthy'));
  language.choose('en');
});

/** The line of a job after these events, so many seconds after the last one. */
function line(events: JobEvent[], seconds: number): HTMLElement {
  const jobs = events.reduce(
    (all, event) => reduce(all, event, start),
    reduce([], { type: 'started', job: record }, start),
  );
  vi.spyOn(backend(), 'now').mockImplementation(() => new Date(start + seconds * 1000));
  render(JobLine, { job: jobs[0]! });
  return screen.getByTestId(testid.jobRow);
}

test('a new job has a line with a way to stop it immediately', () => {
  expect(line([], 0)).toHaveTextContent('Starting');
  expect(screen.getByTestId(testid.jobCancel)).toBeEnabled();
});

test('a long wait shows its reason and duration', () => {
  const update = { type: 'stage' as const, stage: 'restore-import-data' as const };
  const row = line([{ type: 'progress', jobId: 91, update }], 75);
  expect(screen.getByTestId(testid.jobStage)).not.toBeEmptyDOMElement();
  expect(row).toHaveTextContent(/waiting for 1 min.* so far/);
});

test('a wait that the server asked for counts down', () => {
  const update = { type: 'waiting' as const, seconds: 40 };
  const row = line([{ type: 'progress', jobId: 91, update }], 10);
  expect(row).toHaveTextContent('Waiting 30 sec, as requested by the server');
  expect(row).not.toHaveTextContent('so far');
});

test('a backup that was never requested says that none was made', () => {
  const error = coreError('timed-out', { context: { backupNotMade: true } });
  const row = line([{ type: 'ended', job: { ...record, state: 'failed', error } }], 0);
  expect(row).toHaveTextContent('No backup was made');
});
