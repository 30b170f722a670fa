import { m } from '@/messages/messages';
import type { RunningJob } from './reduce';
import { jobLook, jobTitle, stageWord } from './wording';

/** The shortest time between two stages that are announced, in ms. */
export const leastPause = 4000;

/** What is said of a job as it is now; its figures are not. */
function stepOf({ record, stage, unknownStep }: RunningJob): { key: string; text: string; urgent: boolean } {
  const job = jobTitle(record);
  if (record.state !== 'running') {
    const text = m.announce_ended({ job, state: jobLook(record).word() });
    return { key: record.state, text, urgent: record.state === 'failed' };
  }
  const word = stage ? stageWord[stage]() : unknownStep;
  const text = word ? m.announce_stage({ job, stage: word }) : m.announce_started({ job });
  return { key: word ?? '', text, urgent: false };
}

/** What a screen reader says of the jobs: their stages, at most one every few seconds, and every end. */
export class Announcer {
  /** Said when there is a pause. */
  polite = $state('');
  /** Said at once: a job has failed. */
  urgent = $state('');

  #known = new Map<number, string>();
  #last = -Infinity;
  #later: ReturnType<typeof setTimeout> | undefined;

  /** Takes note of the jobs as they are now. */
  follow(jobs: RunningJob[]): void {
    for (const job of jobs) {
      const { key, text, urgent } = stepOf(job);
      const known = this.#known.get(job.record.id);
      if (known === key) continue;
      this.#known.set(job.record.id, key);
      if (job.record.state === 'running') this.#step(text);
      // What had ended before anyone looked is no news.
      else if (known !== undefined) this.#end(text, urgent);
    }
  }

  #step(text: string): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#say(text), Math.max(0, this.#last + leastPause - performance.now()));
  }

  #end(text: string, urgent: boolean): void {
    clearTimeout(this.#later);
    if (urgent) this.urgent = text;
    else this.#say(text);
  }

  #say(text: string): void {
    this.#last = performance.now();
    this.polite = text;
  }

  stop(): void {
    clearTimeout(this.#later);
  }
}
