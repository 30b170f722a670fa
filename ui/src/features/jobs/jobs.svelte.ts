import { backend, type JobRecord } from '@/backend';
import { reduce, type RunningJob } from './reduce';

class Jobs {
  /** In the order they began: running ones, and ended ones that no one has dismissed. */
  all = $state.raw<RunningJob[]>([]);
  running = $derived(this.all.filter((job) => job.record.state === 'running'));
  /** Grows whenever a job ends: screens ask again what the job may have changed. */
  ended = $state(0);
  /** Jobs that someone asked to stop and that are still stopping. */
  stopping = $state.raw<number[]>([]);

  #onEnded: ((job: JobRecord) => void)[] = [];

  /** Listens to the shell from now on. */
  async watch(): Promise<void> {
    await backend().watchJobs((event) => {
      this.all = reduce(this.all, event, backend().now().getTime());
      if (event.type !== 'ended') return;
      this.ended += 1;
      this.stopping = this.stopping.filter((id) => id !== event.job.id);
      for (const tell of this.#onEnded) tell(event.job);
    });
  }

  /** Notifies this listener of every job that ends. */
  whenEnded(tell: (job: JobRecord) => void): () => void {
    this.#onEnded.push(tell);
    return () => (this.#onEnded = this.#onEnded.filter((other) => other !== tell));
  }

  /** Asks a job to stop; the strip says so until it has. */
  async cancel(id: number): Promise<void> {
    this.stopping = [...this.stopping, id];
    try {
      await backend().cancelJob(id);
    } catch {
      // It ended a moment before: its end is on its way.
      this.stopping = this.stopping.filter((other) => other !== id);
    }
  }

  /** Takes an ended job off the strip; Activity still has it. */
  dismiss(id: number): void {
    this.all = this.all.filter((job) => job.record.id !== id || job.record.state === 'running');
  }

  /** Takes every ended job off the strip. */
  dismissEnded(): void {
    this.all = this.running;
  }
}

/** The jobs of this window. */
export const jobs = new Jobs();
