import type {
  AuditEvent,
  JobKind,
  JobRecord,
  JobState,
  PastAlert,
  PastEvents,
  PastRecovery,
} from '@/backend';
import { jobKinds, kindOfJob } from '@/features/jobs/kinds';
import { pairs } from './pairs';

/** Where something was noted. */
export type Source = 'all' | 'jobs' | 'log' | 'watch';

/** What is shown: the app's own jobs have every kind, the server's log and the watch some more. */
export type Kind = JobKind | 'other' | 'alert' | 'recovery' | 'all';

/** Which lines are shown. */
export type Filter = { source: Source; kind: Kind; state: JobState | 'any' };

/**
 * A line of the timeline: a job of this app, with what the server noted of it; another event of the
 * server's log; an alert of the watch that appeared or ended; a recovery that began or ended.
 */
export type Line = { at: number; id: string } & (
  | { job: JobRecord; noted: boolean }
  | { event: AuditEvent }
  | { alert: PastAlert; over: boolean }
  | { recovery: PastRecovery; over: boolean }
);

function kindOf(event: AuditEvent): Kind {
  return jobKinds().find((kind) => kindOfJob(kind).loggedAs === event.kind) ?? 'other';
}

/** Where a line was noted, what it is about, and how it ended. */
function facts(line: Line): { source: Source; kind: Kind; state: JobState } {
  if ('job' in line) return { source: 'jobs', kind: line.job.kind, state: line.job.state };
  if ('event' in line) return { source: 'log', kind: kindOf(line.event), state: stateOf(line.event) };
  if ('alert' in line) {
    return { source: 'watch', kind: 'alert', state: line.over ? 'succeeded' : 'attention' };
  }
  const ended = line.recovery.abandoned ? 'cancelled' : 'succeeded';
  return { source: 'watch', kind: 'recovery', state: line.over ? ended : 'running' };
}

function fits(line: Line, filter: Filter): boolean {
  const { source, kind, state } = facts(line);
  return (
    (filter.source === 'all' || filter.source === source) &&
    (filter.kind === 'all' || filter.kind === kind) &&
    (filter.state === 'any' || filter.state === state)
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
  /** What happened besides, with every server; all of it. */
  past?: PastEvents;
};

/** What happened besides jobs: each alert and each recovery has a beginning, and most an end. */
function besides(past: PastEvents): Line[] {
  const alerts = past.alerts.flatMap((alert): Line[] => [
    { at: Date.parse(alert.since), id: `alert-${alert.id}`, alert, over: false },
    ...(alert.until
      ? [{ at: Date.parse(alert.until), id: `alert-${alert.id}-over`, alert, over: true }]
      : []),
  ]);
  const recoveries = past.recoveries.flatMap((recovery): Line[] => [
    { at: Date.parse(recovery.beganAt), id: `recovery-${recovery.id}`, recovery, over: false },
    ...(recovery.endedAt
      ? [{ at: Date.parse(recovery.endedAt), id: `recovery-${recovery.id}-over`, recovery, over: true }]
      : []),
  ]);
  return [...alerts, ...recoveries];
}

/**
 * Everything by time, the newest first. What is older than the oldest loaded
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
  // An empty page contains no times, though more may follow: it holds nothing back.
  const oldest = (lines: Line[], more: boolean) =>
    more && lines.length > 0 ? Math.min(...lines.map((line) => line.at)) : -Infinity;
  const from = Math.max(
    filter.source === 'log' || filter.source === 'watch' ? -Infinity : oldest(jobs, loaded.moreJobs),
    filter.source === 'jobs' || filter.source === 'watch' ? -Infinity : oldest(events, loaded.moreEvents),
  );
  const unmerged = events.filter((line) => !('event' in line && merged.has(line.event)));
  return [...jobs, ...unmerged, ...(loaded.past ? besides(loaded.past) : [])]
    .filter((line) => line.at >= from && fits(line, filter))
    .sort((one, other) => other.at - one.at);
}

/** A line under the heading of its day, or that heading. */
export type Entry = Line | { day: string; at: number; id: string };

/** The lines with a heading before each day of this computer's calendar. */
export function byDay(lines: Line[]): Entry[] {
  const entries: Entry[] = [];
  let last: string | undefined;
  for (const line of lines) {
    const time = new Date(line.at);
    const day = `${time.getFullYear()}-${time.getMonth() + 1}-${time.getDate()}`;
    if (day !== last) entries.push({ day, at: line.at, id: `day-${day}` });
    last = day;
    entries.push(line);
  }
  return entries;
}

/**
 * Scheduled backups that failed and that no later backup to the same target has
 * made good: nothing but the server's log mentions them.
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
