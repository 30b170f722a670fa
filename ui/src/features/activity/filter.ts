import type { JobKind, JobRecord, JobState } from '@/backend';

/** Which jobs are shown. */
export type JobFilter = { kind: JobKind | 'all'; state: JobState | 'any' };

/** The jobs that a filter leaves, newest first. */
export function filtered(jobs: JobRecord[], filter: JobFilter): JobRecord[] {
  return jobs
    .filter((job) => filter.kind === 'all' || job.kind === filter.kind)
    .filter((job) => filter.state === 'any' || job.state === filter.state)
    .sort((a, b) => b.id - a.id);
}

/** What the ledger told, with what has happened since: a running job is not in the ledger's answer as it stands now. */
export function withLive(kept: JobRecord[], live: JobRecord[]): JobRecord[] {
  const newer = new Map(live.map((job) => [job.id, job]));
  const known = new Set(kept.map((job) => job.id));
  return [...live.filter((job) => !known.has(job.id)), ...kept.map((job) => newer.get(job.id) ?? job)];
}

/** Seconds that a job took; null while it runs or when that cannot be told. */
export function secondsTaken(job: JobRecord): number | null {
  if (!job.endedAt) return null;
  const taken = (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000;
  return Number.isFinite(taken) && taken >= 0 ? taken : null;
}
