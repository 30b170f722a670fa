import type { DrillResult, JobRecord } from '../bindings';
import type { World } from '../sample';
import type { Backend } from '../types';
import type { JobStage } from './stage';
import { before } from './world';

/** A drill as it usually ends. */
export const sampleDrill: DrillResult = {
  fileName: 'nodewarden_backup_20261120_153000_1f2e3.zip',
  file: '/home/mira/NodeWarden backups/nodewarden_backup_20261120_153000_1f2e3.zip',
  sha256: '1f2e3d4c5b6a79880102030405060708090a0b0c0d0e0f101112131415161718',
  storage: 'r2',
  folder: null,
  ok: true,
  intact: true,
  accepted: true,
  error: null,
  needsFolder: false,
  imported: {
    config: 4,
    users: 5,
    domainSettings: 1,
    userRevisions: 5,
    webauthnCredentials: 2,
    folders: 12,
    ciphers: 438,
    attachments: 42,
    attachmentFiles: 42,
  },
  skipped: { reason: null, attachments: 0, items: [] },
  missing: [],
  seconds: 1.8,
};

/** The same on a server with KV, which leaves one attachment out. */
export const skippedDrill: DrillResult = {
  ...sampleDrill,
  storage: 'kv',
  ok: false,
  imported: { ...sampleDrill.imported!, attachments: 41, attachmentFiles: 41 },
  skipped: {
    reason: 'Cloudflare KV object size limit (25 MB)',
    attachments: 1,
    items: [
      {
        kind: 'attachment',
        path: 'attachments/2a3f1b5c-2120-4e2c-a94c-5fd0b95914a7/5ef145ce-7fb6-422e-b194-57af8ffe5af8.bin',
        sizeBytes: 31_457_280,
      },
    ],
  },
};

/** A backup that only lists its attachments, drilled without their folder. */
export const refusedDrill: DrillResult = {
  ...sampleDrill,
  ok: false,
  accepted: false,
  error: 'Backup archive is missing required file: attachments/2a3f1b5c/5ef145ce.bin',
  needsFolder: true,
  imported: null,
};

function ended(result: DrillResult): JobRecord {
  return {
    id: 900,
    kind: 'drill',
    state: result.ok ? 'succeeded' : 'attention',
    profileId: null,
    subject: result.fileName,
    startedAt: before(4 * 60_000),
    endedAt: before(60_000),
    error: null,
    result: { kind: 'drill', ...result },
    safetyCopy: null,
    canRecheck: false,
  };
}

/** Drills that ended. */
export const drillStates = {
  'drill-passed': (world: World) => {
    world.backend.job = async () => ended(sampleDrill);
  },
  'drill-skipped': (world: World) => {
    world.backend.job = async () => ended(skippedDrill);
  },
  'drill-refused': (world: World) => {
    world.backend.job = async () => ended(refusedDrill);
  },
};

/** Plays drills. */
export function sampleDrills(stage: JobStage): Pick<Backend, 'lastDrill'> {
  stage.plays('drill', ({ file, storage, folder }) =>
    stage.start('drill', file.split('/').at(-1) ?? file, () => ({
      kind: 'drill' as const,
      ...sampleDrill,
      file,
      storage,
      folder,
    })),
  );
  return {
    lastDrill: async () => ({ at: before(3 * 24 * 3_600_000), storage: 'r2', seconds: 1.8 }),
  };
}
