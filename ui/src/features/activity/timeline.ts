import type { AuditEvent, JobKind, JobRecord, JobState } from '@/backend';

/** Where something was noted. */
export type Source = 'all' | 'jobs' | 'log';

/** What is shown: the app's own jobs have every kind, the server's log some more. */
export type Kind = JobKind | 'other' | 'all';

/** Which lines are shown. */
export type Filter = { source: Source; kind: Kind; state: JobState | 'any' };

/** A line of the timeline: a job of this app, or an event of the server's log. */
export type Line = { at: number; id: string } & ({ job: JobRecord } | { event: AuditEvent });

const kinds: Record<AuditEvent['kind'], Kind> = {
  run: 'backup',
  restore: 'restore',
  deleted: 'delete',
  export: 'other',
  'settings-saved': 'other',
  'settings-repaired': 'other',
  other: 'other',
};

function fits(line: Line, filter: Filter): boolean {
  const isJob = 'job' in line;
  if (filter.source !== 'all' && (filter.source === 'jobs') !== isJob) return false;
  const kind = isJob ? line.job.kind : kinds[line.event.kind];
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
export type Loaded = { jobs: JobRecord[]; moreJobs: boolean; events: AuditEvent[]; moreEvents: boolean };

/**
 * Jobs and events by time, the newest first. What is older than the oldest loaded
 * line of the other list is held back: lines of that one may belong between.
 */
export function timeline(loaded: Loaded, filter: Filter): Line[] {
  const jobs = loaded.jobs.map((job): Line => ({ at: Date.parse(job.startedAt), id: `job-${job.id}`, job }));
  const events = loaded.events.map((event): Line => ({ at: Date.parse(event.at), id: event.id, event }));
  const oldest = (lines: Line[], more: boolean) =>
    more ? Math.min(...lines.map((line) => line.at)) : -Infinity;
  const from = Math.max(
    filter.source === 'log' ? -Infinity : oldest(jobs, loaded.moreJobs),
    filter.source === 'jobs' ? -Infinity : oldest(events, loaded.moreEvents),
  );
  return [...jobs, ...events]
    .filter((line) => line.at >= from && fits(line, filter))
    .sort((one, other) => other.at - one.at);
}

/** Scheduled backups that failed: nothing but the server's log tells of them. */
export function failedRuns(events: AuditEvent[]): AuditEvent[] {
  return events.filter((event) => event.failed && event.scheduled && event.kind === 'run');
}
