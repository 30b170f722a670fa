import type { PastEvents, Run, RunOutcome, TargetHistory } from '@/backend';
import { before, coreError } from './world';

const hour = 3600_000;
const day = 24 * hour;

/** Thirty nights, the newest last; `others` are the nights that did not go as usual, by age in days. */
function nights(age: number, usual: RunOutcome, others: Record<number, Partial<Run>>): Run[] {
  return Array.from({ length: 30 }, (_, at) => {
    const night = 29 - at;
    const made = before(age + night * day);
    const other = others[night];
    const outcome = other?.outcome ?? usual;
    const left = outcome !== 'failed' && outcome !== 'missing';
    return {
      at: made,
      outcome,
      fileName: left ? `nodewarden_backup_${made.slice(0, 10).replaceAll('-', '')}_033014_9c41e.zip` : null,
      error: null,
      ...other,
    };
  });
}

const full = coreError('target-full', { original: 'WebDAV upload failed: 507' });
const refused = coreError('target-s3-not-writable', { original: 'S3 upload failed: 403' });

/** The past of the sample targets. */
export const histories: TargetHistory[] = [
  {
    targetId: 'nas',
    targetName: 'Attic NAS',
    runs: nights(12 * hour, 'made', {
      0: { outcome: 'verified' },
      1: { outcome: 'failed', error: full },
      3: { outcome: 'verified' },
      10: { outcome: 'verified' },
      11: { outcome: 'bad' },
      16: { outcome: 'missing' },
      17: { outcome: 'missing' },
      20: { outcome: 'verified' },
    }),
    lastDrill: { at: before(9 * day), storage: 'r2', seconds: 3.4 },
    copies: [
      { place: 'target', name: 'R2 offsite', at: before(15 * hour) },
      { place: 'desk-target', name: 'USB disk', at: before(2 * day) },
      { place: 'this-computer', name: null, at: before(6 * day) },
    ],
  },
  {
    targetId: 'r2',
    targetName: 'R2 offsite',
    runs: nights(15 * hour, 'made', {
      0: { outcome: 'failed', error: refused },
      7: { outcome: 'verified' },
    }).slice(12),
    lastDrill: null,
    copies: [{ place: 'target', name: 'Attic NAS', at: before(12 * hour) }],
  },
];

const nas = { targetId: 'nas', targetName: 'Attic NAS' };

/** What happened besides jobs. */
export const pastEvents: PastEvents = {
  alerts: [
    {
      id: 3,
      profileId: 'home',
      alert: {
        id: 'backup-failed:r2',
        kind: 'backup-failed',
        targetId: 'r2',
        targetName: 'R2 offsite',
        cause: refused,
      },
      since: before(14.8 * hour),
      until: null,
    },
    {
      id: 2,
      profileId: 'home',
      alert: { id: 'backup-failed:nas', kind: 'backup-failed', ...nas, cause: full },
      since: before(38.5 * hour),
      until: before(11.5 * hour),
    },
    {
      id: 1,
      profileId: 'home',
      alert: { id: 'backup-overdue:nas', kind: 'backup-overdue', ...nas, cause: null },
      since: before(17.2 * day),
      until: before(15.4 * day),
    },
  ],
  recoveries: [
    {
      id: 1,
      profileId: 'home',
      playbook: 'repair',
      path: 'repair-only',
      beganAt: before(40 * day),
      endedAt: before(39.9 * day),
      abandoned: false,
    },
  ],
};
