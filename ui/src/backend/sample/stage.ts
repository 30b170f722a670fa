import type { JobEvent, JobKind, JobRecord, JobRequest, JobResult, Stage } from '../bindings';
import { coreError, sampleNow } from './world';

/** What a job goes through; only connecting where nothing else is said. */
const stages: Partial<Record<JobKind, Stage[]>> = {
  backup: [
    'connecting',
    'run-collect-data',
    'run-sync-attachments',
    'run-upload-archive',
    'downloading',
    'checking-here',
  ],
  download: ['connecting', 'downloading', 'checking-here'],
  integrity: ['connecting', 'checking-on-server'],
  restore: [
    'connecting',
    'restore-fetch-archive',
    'restore-import-data',
    'restore-files',
    'restore-finalize',
  ],
  delete: ['connecting', 'deleting'],
  'desk-backup': [
    'listing',
    'export-collect-data',
    'fetching-attachments',
    'writing-archive',
    'checking-here',
  ],
  drill: ['checking-here', 'starting-drill', 'restore-import-data', 'restore-files', 'restore-finalize'],
  export: ['export-collect-data', 'fetching-attachments', 'writing-archive', 'checking-here'],
  staging: ['checking-here', 'listing', 'staging-attachments', 'checking-on-server'],
  repair: ['connecting', 'repairing-settings', 'run-upload-archive', 'downloading', 'checking-here'],
};

/** A repair whose test backup failed needs to be checked. */
function isProven(result: JobResult | null): boolean {
  return result?.kind !== 'repair' || result.targets.every((target) => target.error === null);
}

/** A request for a job of this kind. */
type RequestOf<Kind extends JobKind> = Extract<JobRequest, { kind: Kind }>;

/** Plays jobs: the events a shell would send, a step each half a second. */
export class JobStage {
  #listeners: ((event: JobEvent) => void)[] = [];
  #running = new Map<number, { record: JobRecord; timer: ReturnType<typeof setTimeout> }>();
  #next = 100;
  #players: { [Kind in JobKind]?: (request: RequestOf<Kind>) => number } = {};
  /** Jobs that have ended here, newest first. */
  ended: JobRecord[] = [];

  listen(listener: (event: JobEvent) => void): void {
    this.#listeners.push(listener);
    for (const { record } of this.#running.values()) listener({ type: 'started', job: record });
  }

  #tell(event: JobEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Plays jobs of this kind like this. */
  plays<Kind extends JobKind>(kind: Kind, player: (request: RequestOf<Kind>) => number): void {
    Object.assign(this.#players, { [kind]: player });
  }

  /** Starts the job that is requested; one that no one plays ends without a result. */
  async startJob(request: JobRequest): Promise<number> {
    const player = this.#players[request.kind] as ((request: JobRequest) => number) | undefined;
    return player ? player(request) : this.start(request.kind, '', () => null);
  }

  /** A job of this kind runs. */
  runs(kind: JobKind): boolean {
    return [...this.#running.values()].some(({ record }) => record.kind === kind);
  }

  /** Starts a job that goes through its stages and ends with this result. */
  start(kind: JobKind, subject: string, finish: () => JobResult | null): number {
    const record: JobRecord = {
      id: this.#next++,
      kind,
      state: 'running',
      profileId: 'home',
      subject,
      startedAt: sampleNow.toISOString(),
      endedAt: null,
      error: null,
      result: null,
    };
    const todo = [...(stages[kind] ?? ['connecting'])];
    const step = () => {
      const stage = todo.shift();
      if (!stage) {
        const result = finish();
        return this.end(record.id, { state: isProven(result) ? 'succeeded' : 'attention', result });
      }
      this.#tell({ type: 'progress', jobId: record.id, update: { type: 'stage', stage } });
      const timer = setTimeout(step, 500);
      this.#running.set(record.id, { record, timer });
    };
    this.#running.set(record.id, { record, timer: setTimeout(step, 50) });
    this.#tell({ type: 'started', job: record });
    return record.id;
  }

  /** Shows a job that stands still: for a picture of the strip. */
  hold(record: JobRecord, events: JobEvent[]): void {
    const tell = this.listen.bind(this);
    this.#running.set(record.id, { record, timer: setTimeout(() => undefined, 0) });
    this.listen = (listener) => {
      tell(listener);
      for (const event of events) listener(event);
    };
  }

  /** Shows what came of a job that is long over. */
  tellAgain(record: JobRecord): void {
    this.#tell({ type: 'ended', job: record });
  }

  /** Ends a job. */
  end(id: number, how: Partial<JobRecord>): void {
    const job = this.#running.get(id);
    if (!job) throw coreError('job-not-found', { values: { job: id } });
    clearTimeout(job.timer);
    this.#running.delete(id);
    const record = { ...job.record, endedAt: sampleNow.toISOString(), ...how };
    this.ended.unshift(record);
    this.#tell({ type: 'ended', job: record });
  }
}
