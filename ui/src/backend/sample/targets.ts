import type { BackupSettings, Connection } from '../bindings';
import type { Backend } from '../types';
import { before, coreError } from './world';

const settings: BackupSettings = {
  destinations: [
    {
      id: '11111111-1111-4111-8111-111111111111',
      name: 'NAS',
      includesAttachments: true,
      location: {
        type: 'webdav',
        baseUrl: 'https://dav.lindqvist.example/backups',
        username: 'nodewarden',
        password: { type: 'kept' },
        remotePath: 'nodewarden',
      },
      schedule: {
        enabled: true,
        intervalHours: 24,
        startTime: '03:00',
        timezone: 'Europe/Stockholm',
        retentionCount: 30,
      },
      runtime: {
        lastAttemptAt: before(12 * 3600_000),
        lastSuccessAt: before(12 * 3600_000),
        lastErrorAt: null,
        lastErrorMessage: null,
        lastUploadedFileName: null,
        lastUploadedSizeBytes: null,
      },
    },
  ],
};

type TargetCommands = Pick<
  Backend,
  | 'profileConnection'
  | 'setProfileConnection'
  | 'lockNow'
  | 'setLockAfter'
  | 'backupSettings'
  | 'reviewSettings'
  | 'saveBackupSettings'
  | 'targetPresets'
  | 'testTarget'
  | 'auditLog'
>;

/** The server's settings, connections and log, in memory. */
export function targetCommands(): TargetCommands {
  let saved = structuredClone(settings);
  let connection: Connection = {
    caFile: null,
    proxy: null,
    proxyHasLogin: false,
    headers: [],
    httpAccepted: false,
  };
  return {
    profileConnection: async () => structuredClone(connection),
    async setProfileConnection(_profileId, form) {
      connection = {
        caFile: form.caFile ?? null,
        proxy: form.proxy ?? null,
        proxyHasLogin: form.proxyLogin !== undefined && form.proxyLogin.type !== 'unset',
        headers: (form.headers ?? []).map((header) => header.name),
        httpAccepted: form.httpAccepted ?? false,
      };
      return structuredClone(connection);
    },
    lockNow: async () => undefined,
    setLockAfter: async () => undefined,
    backupSettings: async () => structuredClone(saved),
    reviewSettings: async () => ({ changes: [], findings: [], nextRuns: [] }),
    async saveBackupSettings(_before, after) {
      if (after.destinations.length > 24) throw coreError('invalid-request');
      saved = structuredClone(after);
      return structuredClone(saved);
    },
    targetPresets: async () => [],
    testTarget: async () => ({ verdict: 'works', error: null, jobId: null }),
    auditLog: async () => ({ events: [], total: 0, hasMore: false }),
  };
}
