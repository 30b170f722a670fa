import { desk } from '@/app/desk.svelte';
import { toFailure, type Failure } from '@/features/errors/failure';
import { jobs } from './jobs.svelte';

type Waiting = { profileId: string | undefined; alone: boolean; start: () => Promise<number> };

/** More at once only makes each of them slower, and the server counts calls. */
const atOnce = 2;

/** Jobs that wait for others of the same request to end: a few run, the rest follow. */
class JobQueue {
  waiting = $state.raw<Waiting[]>([]);
  /** Why the rest was not started. */
  failure = $state.raw<Failure | undefined>();
  #running = new Set<number>();
  /** What runs is to run alone. */
  #alone = false;
  #starting = false;
  #listens = false;

  /**
   * Starts these one after the other, asking for the password first when it is needed.
   * With `alone`, each waits for all before it to end: the server makes one backup at a time.
   */
  async add(steps: (() => Promise<number>)[], alone = false): Promise<void> {
    if (!this.#listens) {
      jobs.whenEnded((job) => {
        if (this.#running.delete(job.id)) void this.#next();
      });
      this.#listens = true;
    }
    this.failure = undefined;
    const profileId = desk.session?.profileId;
    this.waiting = [...this.waiting, ...steps.map((start) => ({ profileId, alone, start }))];
    await this.#next();
  }

  /** Does not start what still waits. What runs continues. */
  clear(): void {
    this.waiting = [];
  }

  /** Clears everything from before. */
  forget(): void {
    this.clear();
    this.failure = undefined;
    this.#running.clear();
    this.#starting = false;
  }

  async #next(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    while (this.#running.size < atOnce) {
      // What was requested at another server is not done at this one.
      this.waiting = this.waiting.filter((one) => one.profileId === desk.session?.profileId);
      const next = this.waiting[0];
      if (!next) break;
      if (this.#running.size > 0 && (next.alone || this.#alone)) break;
      this.waiting = this.waiting.slice(1);
      this.#alone = next.alone;
      try {
        const id = await desk.confirmed(next.start);
        if (id === undefined) this.clear();
        else if (!jobs.all.some((job) => job.record.id === id && job.record.state !== 'running'))
          this.#running.add(id);
      } catch (error) {
        this.failure = toFailure(error);
        this.clear();
      }
    }
    this.#starting = false;
  }
}

/** The one queue. */
export const queue = new JobQueue();
