import { beforeEach, expect, test } from 'vitest';
import type { JobState } from '@/backend';
import { history } from '@/backend/sample/records';
import { language } from '@/language/locale.svelte';
import { reduce, type RunningJob } from './reduce';
import { pressing, summary } from './summary';

beforeEach(() => language.choose('en'));

function jobs(states: JobState[]): RunningJob[] {
  return states.reduce<RunningJob[]>(
    (all, state, id) => reduce(all, { type: 'ended', job: { ...history[0]!, id, state } }, 0),
    [],
  );
}

test('one job that needs attention shows among many that went well', () => {
  const all = jobs([...Array<JobState>(15).fill('succeeded'), 'attention']);
  expect(summary(all)).toEqual({ text: '15 succeeded and 1 needs attention', tone: 'caution' });
  expect(summary(jobs(['succeeded', 'failed', 'attention'])).tone).toBe('danger');
  expect(summary(jobs(['succeeded', 'succeeded']))).toEqual({ text: '2 succeeded', tone: 'good' });
});

test('what went wrong comes before newer jobs that went well', () => {
  const order = pressing(jobs(['attention', 'succeeded', 'failed', 'succeeded']));
  expect(order.map((job) => job.record.state)).toEqual(['failed', 'attention', 'succeeded', 'succeeded']);
});
