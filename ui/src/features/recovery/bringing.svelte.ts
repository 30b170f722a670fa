import { desk } from '@/app/desk.svelte';
import { backend, type JobRecord, type JobRequest } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { jobs } from '@/features/jobs/jobs.svelte';
import type { Recovery } from './recovery.svelte';

/**
 * A file that a job brings here for a step. The recovery has it rather than the step: a step is drawn again
 * whenever its state changes, and the job may end before anyone knows its number.
 */
export class Bringing {
  /** The kind of job that brings it, while it runs. */
  coming = $state<JobRequest['kind'] | undefined>();
  failure = $state.raw<Failure | undefined>();

  #leave: (() => void) | undefined;

  /** Starts what `ask` asks for, and passes on the record of that job once it has ended well. */
  async bring(
    recovery: Recovery,
    ask: () => Promise<JobRequest | undefined>,
    arrived: (job: JobRecord) => unknown,
  ): Promise<void> {
    if (this.coming) return;
    this.failure = undefined;
    const ended: JobRecord[] = [];
    let id: number | undefined;
    const settle = () => {
      const job = ended.find((one) => one.id === id);
      if (!job) return;
      this.leave();
      if (job.error) this.failure = toFailure(job.error);
      else arrived(job);
      void recovery.look();
    };
    try {
      const request = await ask();
      if (!request) return;
      this.coming = request.kind;
      this.#leave = jobs.whenEnded((job) => {
        ended.push(job);
        settle();
      });
      id = await desk.confirmed(() => backend().startJob(request));
      if (id === undefined) this.leave();
      else settle();
    } catch (error) {
      this.leave();
      this.failure = toFailure(error);
      return;
    }
    await recovery.look();
  }

  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.coming = undefined;
  }
}

/** The restored backup, from which a complete ZIP is made. */
export class RestoredBackup extends Bringing {}
