import type { JobEvent, JobRecord, Stage, Update } from '@/backend';

/** A job as the strip shows it. */
export type RunningJob = {
  record: JobRecord;
  /** What it is doing: a stage we know, or the server's own word for one. */
  stage: Stage | null;
  unknownStep: string | null;
  done: number | null;
  total: number | null;
  /** Files dealt with in this stage, and how many there are. */
  files: { done: number; total: number } | null;
  /** Bytes a second, smoothed; null until it can be said. */
  rate: number | null;
  /** When it will continue, in ms since 1970, while it waits as the server asked. */
  waitsUntil: number | null;
  /** It waits automatically, so that it stays under the server's limit of calls. */
  keepsLimit: boolean;
  /** When it last reported anything, in ms since 1970. */
  heardAt: number;
  /** When the last bytes were counted, and how many. */
  counted: { at: number; done: number } | null;
};

/** How much a new measurement weighs against what was known. */
const weight = 0.3;
/** Shorter than this, a measurement says more about timers than about the network. */
const leastInterval = 250;

/** The jobs after an event. Ended jobs stay until they are dismissed. */
export function reduce(jobs: RunningJob[], event: JobEvent, now: number): RunningJob[] {
  if (event.type === 'progress') {
    return jobs.map((job) =>
      job.record.id === event.jobId ? { ...progressed(job, event.update, now), heardAt: now } : job,
    );
  }
  const known = jobs.find((job) => job.record.id === event.job.id);
  const next = known ? { ...known, record: event.job, waitsUntil: null } : fresh(event.job, now);
  return known ? jobs.map((job) => (job === known ? next : job)) : [...jobs, next];
}

function fresh(record: JobRecord, now: number): RunningJob {
  return {
    record,
    stage: null,
    unknownStep: null,
    done: null,
    total: null,
    files: null,
    rate: null,
    waitsUntil: null,
    keepsLimit: false,
    heardAt: now,
    counted: null,
  };
}

function progressed(job: RunningJob, update: Update, now: number): RunningJob {
  switch (update.type) {
    case 'stage':
      return { ...fresh(job.record, now), stage: update.stage };
    case 'unknown-step':
      return { ...fresh(job.record, now), unknownStep: update.step };
    case 'waiting':
      return {
        ...job,
        waitsUntil: now + update.seconds * 1000,
        keepsLimit: false,
        rate: null,
        counted: null,
      };
    case 'keeping-limit':
      // The rate stays: it is over the waits too that the limit allows it.
      return { ...job, waitsUntil: now + update.seconds * 1000, keepsLimit: true };
    case 'over-limits':
      return job;
    case 'attachments':
      return {
        ...progressed(job, { type: 'bytes', done: update.bytes, total: update.totalBytes }, now),
        files: { done: update.done, total: update.total },
      };
    case 'files':
      return { ...job, files: { done: update.done, total: update.total }, waitsUntil: null };
    case 'bytes': {
      const moved = { ...job, done: update.done, total: update.total, waitsUntil: null };
      if (!job.counted || update.done < job.counted.done) {
        return { ...moved, rate: null, counted: { at: now, done: update.done } };
      }
      const interval = now - job.counted.at;
      if (interval < leastInterval) return moved;
      const measured = ((update.done - job.counted.done) / interval) * 1000;
      const rate = job.rate === null ? measured : job.rate + weight * (measured - job.rate);
      return { ...moved, rate, counted: { at: now, done: update.done } };
    }
  }
}

/** Seconds that the job has waited without a report, once that is worth saying. */
export function waitsFor(job: RunningJob, now: number): number | null {
  const seconds = Math.floor((now - job.heardAt) / 1000);
  return job.record.state === 'running' && seconds >= 5 ? seconds : null;
}

/** Seconds left in this stage, when that can be said. */
export function secondsLeft(job: RunningJob): number | null {
  if (job.done === null || job.total === null || !job.rate || job.rate <= 0) return null;
  return Math.max(0, (job.total - job.done) / job.rate);
}

/** How far this stage is, from 0 to 1, when that can be said. */
export function share(job: RunningJob): number | null {
  if (job.done !== null && job.total) return Math.min(1, job.done / job.total);
  if (job.files?.total) return Math.min(1, job.files.done / job.files.total);
  return null;
}
