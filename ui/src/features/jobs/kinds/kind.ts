import type { AuditKind, JobKind, JobRecord, JobResult } from '@/backend';
import type { Icon } from '@/components/icon';
import type { Lazy } from '@/components/lazy';
import type { RunningJob } from '../reduce';

/** What a job of this kind found or made. */
export type ResultOf<Kind extends JobKind> = Extract<JobResult, { kind: Kind }>;

/** What the window knows of a kind of job. */
export type KindOfJob<Kind extends JobKind> = {
  /** "Backing up to NAS" */
  running: (words: { subject: string }) => string;
  /** "Backup to NAS", once it has ended. */
  done: (words: { subject: string }) => string;
  /** "Backups" */
  plural: () => string;
  icon: Icon;
  /** What the server's log calls it, if it notes it. */
  loggedAs?: AuditKind;
  /** What is said of one that was stopped and left no result. */
  cancelled?: () => string;
  /** What its result says in a few lines: a label and a value each. */
  facts?: (result: ResultOf<Kind>) => [label: string, value: string][];
  /** Shows its result, or what its result has beyond the facts. */
  resultView?: Lazy<{ job: JobRecord; result: ResultOf<Kind> }>;
  /** The result itself shows what the job failed with. */
  tellsError?: boolean;
  /** Shows one that runs, in the place of its stage and a button that stops it. */
  runningView?: Lazy<{ job: RunningJob }>;
  /** Shows one that has ended, with everything around its result; it says when the record changed. */
  endedView?: Lazy<{ job: JobRecord; onChanged: () => void }>;
};
