import type { AuditEvent, JobRecord } from '@/backend';

/** The server's clock and this computer's may differ by this much, in ms. */
const clocksDiffer = 15 * 60_000;

/**
 * The event that the server noted of each job of this app, by the job's id. An
 * event belongs to one job at most: the one whose end is nearest to it.
 */
export function pairs(
  jobs: JobRecord[],
  events: AuditEvent[],
  profileId: string | null,
): Map<number, AuditEvent> {
  const mine = jobs.filter((job) => job.profileId === profileId && job.state !== 'running');
  const found = new Map<number, AuditEvent>();
  for (const event of events.filter((event) => !event.scheduled)) {
    const away = (job: JobRecord) =>
      Math.abs(Date.parse(job.endedAt ?? job.startedAt) - Date.parse(event.at));
    const [nearest] = mine
      .filter((job) => !found.has(job.id) && away(job) <= clocksDiffer && isOf(event, job))
      .sort((one, other) => away(one) - away(other));
    if (nearest) found.set(nearest.id, event);
  }
  return found;
}

/** The server did this for the job. */
function isOf(event: AuditEvent, job: JobRecord): boolean {
  const file = last(event.fileName ?? '');
  const failed = job.state === 'failed';
  switch (event.kind) {
    case 'run':
      if (job.kind !== 'backup' || event.failed !== failed) return false;
      return job.result?.kind === 'backup' ? job.result.fileName === file : event.targetName === job.subject;
    case 'restore':
      return job.kind === 'restore' && event.failed === failed && (file === '' || job.subject === file);
    case 'deleted':
      return (
        job.result?.kind === 'delete' &&
        job.result.deleted.length === 1 &&
        job.result.deleted.map(last).includes(file)
      );
    case 'settings-repaired':
      return job.kind === 'repair' && event.failed === failed;
    default:
      return false;
  }
}

function last(path: string): string {
  return path.split('/').at(-1) ?? '';
}
