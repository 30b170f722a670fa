import type { JobRecord } from '@/backend';

/** What the ledger returned, with later events: the ledger does not have the current state of a running job. */
export function withLive(kept: JobRecord[], live: JobRecord[]): JobRecord[] {
  const newer = new Map(live.map((job) => [job.id, job]));
  const known = new Set(kept.map((job) => job.id));
  return [...live.filter((job) => !known.has(job.id)), ...kept.map((job) => newer.get(job.id) ?? job)];
}

/** Seconds that a job took; null while it runs or when that is unknown. */
export function secondsTaken(job: JobRecord): number | null {
  if (!job.endedAt) return null;
  const taken = (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000;
  return Number.isFinite(taken) && taken >= 0 ? taken : null;
}
