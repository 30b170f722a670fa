import type { AuditEvent, AuditPage } from '../bindings';
import { before, coreError } from './world';

const hour = 3600_000;

function event(age: number, parts: Partial<AuditEvent>): AuditEvent {
  const at = before(age);
  return {
    id: `event-${age}`,
    at,
    kind: 'run',
    action: 'admin.backup.remote.scheduled',
    failed: false,
    scheduled: true,
    actorEmail: null,
    targetId: 'nas',
    targetName: 'Attic NAS',
    provider: 'webdav',
    fileName: null,
    bytes: null,
    skippedAttachments: null,
    error: null,
    ...parts,
  };
}

const mira = 'mira@lindqvist.example';

/** The last days of the server's log; older ones repeat a good night. */
export const events: AuditEvent[] = [
  event(0.9 * hour, {
    kind: 'restore',
    action: 'admin.backup.import',
    scheduled: false,
    actorEmail: mira,
    fileName: 'nodewarden_backup_20261120_033014_9c41e.zip',
    skippedAttachments: 2,
  }),
  event(12 * hour, { fileName: 'nodewarden_backup_20261120_033014_9c41e.zip', bytes: 2_814_223 }),
  event(15 * hour, {
    action: 'admin.backup.remote.scheduled.failed',
    failed: true,
    targetId: 'r2',
    targetName: 'R2 offsite',
    error: coreError('target-s3-not-writable', {
      original: 'S3 upload failed: 403',
    }),
  }),
  event(20 * hour, {
    kind: 'settings-saved',
    action: 'admin.backup.settings.update',
    scheduled: false,
    actorEmail: mira,
    targetId: null,
    targetName: null,
  }),
  event(26 * hour, {
    action: 'admin.backup.remote.manual',
    scheduled: false,
    actorEmail: mira,
    fileName: 'nodewarden_backup_20261119_033011_02bd7.zip',
    bytes: 2_801_940,
  }),
  event(39 * hour, {
    action: 'admin.backup.remote.scheduled.failed',
    failed: true,
    error: coreError('target-full', {
      original: 'WebDAV upload failed: 507',
    }),
  }),
  event(70 * hour, {
    kind: 'deleted',
    action: 'admin.backup.remote.delete',
    scheduled: false,
    actorEmail: mira,
    fileName: 'nodewarden_backup_20261001_033011_5cc04.zip',
  }),
  event(75 * hour, {
    kind: 'export',
    action: 'admin.backup.export',
    scheduled: false,
    actorEmail: 'jonas@lindqvist.example',
    targetId: null,
    targetName: null,
  }),
  ...Array.from({ length: 130 }, (_, night) =>
    event((84 + 24 * night) * hour, { bytes: 2_700_000 - night * 9_000 }),
  ),
];

/** A page of it. */
export function samplePage(limit: number, offset: number): AuditPage {
  return {
    events: events.slice(offset, offset + limit),
    total: events.length,
    hasMore: offset + limit < events.length,
  };
}
