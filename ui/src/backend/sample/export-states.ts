import type { ExportResult, JobRecord } from '../bindings';
import { missingExport, sampleExport } from './exports';
import { before } from './world';
import type { World } from '../sample';

/** An export that ended like this. */
function ended(result: ExportResult, state: JobRecord['state']): JobRecord {
  return {
    id: 900,
    kind: 'export',
    state,
    profileId: 'home',
    subject: 'Home',
    startedAt: before(4 * 60_000),
    endedAt: before(60_000),
    error: null,
    result: { kind: 'export', ...result },
    safetyCopy: null,
    canRecheck: false,
  };
}

const part = '/home/mira/Backups/.nodewarden_backup_20261120_153000.zip.0123abcd.part';

/** Exports that ended, and one that did not. */
export const exportStates = {
  'export-complete': (world: World) => {
    world.backend.job = async () => ended(sampleExport, 'succeeded');
  },
  'export-missing': (world: World) => {
    world.backend.job = async () => ended(missingExport, 'attention');
  },
  'export-too-large': (world: World) => {
    const overLimits = [{ limit: 'archive-bytes' as const, found: 80 << 20, most: 64 << 20 }];
    const attachments = { listed: 42, written: 0, missing: [] };
    const held = {
      ...sampleExport,
      attachments,
      sources: {},
      file: null,
      importable: false,
      overLimits,
      unfinished: part,
    };
    world.backend.job = async () => ended(held, 'attention');
  },
  'export-unfinished': (world: World) => {
    world.backend.unfinishedExports = async () => [
      {
        part,
        server: 'https://vault.lindqvist.example',
        encrypted: false,
        zip: null,
        remote: null,
        sources: { server: true, zips: [], folders: [], targets: [] },
        written: 12,
        bytes: 48 << 20,
        writtenAt: before(26 * 3_600_000),
      },
    ];
  },
};
