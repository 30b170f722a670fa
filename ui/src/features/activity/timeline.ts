import type { AuditEvent, JobKind, JobRecord, JobState } from '@/backend';
import { jobKinds, kindOfJob } from '@/features/jobs/kinds';
import { pairs } from './pairs';

/** Where something was noted. */
export type Source = 'all' | 'jobs' | 'log';

/** What is shown: the app's own jobs have every kind, the server's log some more. */
export type Kind = JobKind | 'other' | 'all';

/** Which lines are shown. */
export type Filter = { source: Source; kind: Kind; state: JobState | 'any' };

/** A line of the timeline: a job of this app, with what the server noted of it, or another event of the server's log. */
export type Line = { at: number; id: string } & ({ job: JobRecord; noted: boolean } | { event: AuditEvent });

function kindOf(event: AuditEvent): Kind {
  return jobKinds().find((kind) => kindOfJob(kind).loggedAs === event.kind) ?? 'other';
}

function fits(line: Line, filter: Filter): boolean {
  const isJob = 'job' in line;
  if (filter.source !== 'all' && (filter.source === 'jobs') !== isJob) return false;
  const kind = isJob ? line.job.kind : kindOf(line.event);
  const state = isJob ? line.job.state : stateOf(line.event);
  return (
    (filter.kind === 'all' || filter.kind === kind) && (filter.state === 'any' || filter.state === state)
  );
}

/** How an event ended, in a job's words. */
export function stateOf(event: AuditEvent): JobState {
  if (event.failed) return 'failed';
  return event.skippedAttachments ? 'attention' : 'succeeded';
}

/** What was loaded of the two, and whether there is more of each. */
export type Loaded = {
  jobs: JobRecord[];
  moreJobs: boolean;
  /** Of the current profile's server. */
  events: AuditEvent[];
  moreEvents: boolean;
  profileId: string | null;
};

/**
 * Jobs and events by time, the newest first. What is older than the oldest loaded
 * line of the other list is held back: lines of that one may belong between.
 */
export function timeline(loaded: Loaded, filter: Filter): Line[] {
  const noted = pairs(loaded.jobs, loaded.events, loaded.profileId);
  const merged = new Set(filter.source === 'all' ? noted.values() : []);
  const jobs = loaded.jobs.map((job): Line => ({
    at: Date.parse(job.startedAt),
    id: `job-${job.id}`,
    job,
    noted: noted.has(job.id),
  }));
  const events = loaded.events.map((event): Line => ({ at: Date.parse(event.at), id: event.id, event }));
  // An empty page tells of no time, though more may follow: it holds nothing back.
  const oldest = (lines: Line[], more: boolean) =>
    more && lines.length > 0 ? Math.min(...lines.map((line) => line.at)) : -Infinity;
  const from = Math.max(
    filter.source === 'log' ? -Infinity : oldest(jobs, loaded.moreJobs),
    filter.source === 'jobs' ? -Infinity : oldest(events, loaded.moreEvents),
  );
  return [...jobs, ...events.filter((line) => !('event' in line && merged.has(line.event)))]
    .filter((line) => line.at >= from && fits(line, filter))
    .sort((one, other) => other.at - one.at);
}

/**
 * Scheduled backups that failed and that no later backup to the same target has
 * made good: nothing but the server's log tells of them.
 */
export function failedRuns(events: AuditEvent[]): AuditEvent[] {
  const place = (event: AuditEvent) => event.targetId ?? event.targetName ?? '';
  const mended = new Map<string, number>();
  const runs = events.filter((event) => event.kind === 'run');
  for (const event of runs.filter((run) => !run.failed)) {
    mended.set(place(event), Math.max(mended.get(place(event)) ?? -Infinity, Date.parse(event.at)));
  }
  return runs.filter(
    (run) => run.failed && run.scheduled && Date.parse(run.at) > (mended.get(place(run)) ?? -Infinity),
  );
}
