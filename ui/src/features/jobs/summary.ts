import type { JobState } from '@/backend';
import type { Tone } from '@/components/tone';
import { list, number } from '@/language/format';
import { m } from '@/messages/messages';
import type { RunningJob } from './reduce';

/** How several ended jobs went, in one line. */
export type Summary = { text: string; tone: Tone };

const bad: JobState[] = ['failed'];
const unsure: JobState[] = ['attention', 'unknown', 'interrupted'];

/** Sums up jobs that have ended; the worst of them gives the tone. */
export function summary(ended: RunningJob[]): Summary {
  const count = (states: JobState[]) => ended.filter((job) => states.includes(job.record.state)).length;
  const [fine, attention, failed, cancelled] = [
    count(['succeeded']),
    count(unsure),
    count(bad),
    count(['cancelled']),
  ];
  const parts = [
    fine > 0 ? m.jobs_fine({ count: fine, shown: number(fine) }) : '',
    attention > 0 ? m.jobs_attention({ count: attention, shown: number(attention) }) : '',
    failed > 0 ? m.jobs_failed({ count: failed, shown: number(failed) }) : '',
    cancelled > 0 ? m.jobs_cancelled({ count: cancelled, shown: number(cancelled) }) : '',
  ].filter(Boolean);
  const tone = failed > 0 ? 'danger' : attention > 0 ? 'caution' : fine > 0 ? 'good' : 'quiet';
  return { text: list(parts), tone };
}

/** The most pressing first: what runs, then what went wrong, then the newest. */
export function pressing(jobs: RunningJob[]): RunningJob[] {
  const rank = ({ record }: RunningJob) =>
    record.state === 'running' ? 0 : bad.includes(record.state) ? 1 : unsure.includes(record.state) ? 2 : 3;
  return [...jobs].reverse().sort((one, other) => rank(one) - rank(other));
}
