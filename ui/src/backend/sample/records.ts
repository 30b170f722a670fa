import type { Inspection, JobRecord, RestorePlan, RestoreResult } from '../bindings';
import { damage, warning } from './finds';
import { before, coreError } from './world';

const hour = 3600_000;

function record(id: number, parts: Partial<JobRecord>): JobRecord {
  return {
    id,
    kind: 'backup',
    state: 'succeeded',
    profileId: 'home',
    subject: 'Attic NAS',
    startedAt: before(hour),
    endedAt: before(hour - 42_000),
    error: null,
    result: null,
    ...parts,
  };
}

/** A restore that left two attachments out. */
export const restoreWithSkipped: RestoreResult = {
  fileName: 'nodewarden_backup_20261120_033014_9c41e.zip',
  targetId: 'nas',
  imported: { config: 6, users: 3, folders: 24, ciphers: 400, attachments: 58, attachmentFiles: 58 },
  skippedReason: 'Cloudflare KV object size limit (25 MB)',
  skipped: [
    {
      path: 'attachments/0b6c1a52/7f31d0aa',
      sizeBytes: 27_262_976,
      cause: 'too-large-for-kv',
      cipherId: '0b6c1a52',
      ownerEmail: 'mira@lindqvist.example',
    },
    {
      path: 'attachments/52aa8110/c0ffee42',
      sizeBytes: 48_213,
      cause: 'missing-on-target',
      cipherId: '52aa8110',
      ownerEmail: 'jonas@lindqvist.example',
      copies: [
        { type: 'zip', path: '/home/mira/Backups/complete_1f2e3.zip' },
        { type: 'target', targetId: 's3', name: 'Office S3' },
      ],
    },
  ],
  counts: [
    { table: 'users', expected: 2, skipped: 0, imported: 2 },
    { table: 'ciphers', expected: 400, skipped: 0, imported: 400 },
    { table: 'folders', expected: 24, skipped: 0, imported: 24 },
    { table: 'attachments', expected: 58, skipped: 2, imported: 58 },
    { table: 'attachment_bodies', expected: 58, skipped: 2, imported: 58 },
  ],
  source: { type: 'remote', targetId: 'nas', path: 'nodewarden_backup_20261120_033014_9c41e.zip' },
  sha256: '9c41e',
  backupMadeAt: before(37 * 3_600_000),
  safetyCopy: '/home/mira/Downloads/nodewarden_backup_20261120_142900_aa01f.zip',
};

/** Jobs of the last days, newest first. */
export const history: JobRecord[] = [
  record(17, {
    kind: 'restore',
    state: 'attention',
    subject: restoreWithSkipped.fileName,
    result: { kind: 'restore', ...restoreWithSkipped },
  }),
  record(16, {
    state: 'failed',
    startedAt: before(13 * hour),
    endedAt: before(13 * hour - 9_000),
    error: coreError('target-full', {
      original: 'WebDAV upload failed: 507',
    }),
  }),
  record(15, {
    kind: 'download',
    subject: 'nodewarden_backup_20261119_033011_02bd7.zip',
    state: 'cancelled',
    startedAt: before(20 * hour),
    endedAt: before(20 * hour - 3_000),
  }),
  record(14, {
    startedAt: before(26 * hour),
    endedAt: before(26 * hour - 61_000),
    result: {
      kind: 'backup',
      targetId: 'nas',
      targetName: 'Attic NAS',
      provider: 'webdav',
      fileName: 'nodewarden_backup_20261119_033011_02bd7.zip',
      fileSize: 2_801_940,
      remotePath: 'nodewarden_backup_20261119_033011_02bd7.zip',
      check: null,
      checkError: null,
    },
  }),
  record(12, {
    kind: 'integrity',
    state: 'attention',
    subject: 'nodewarden_backup_20261117_033010_7ffc2.zip',
    startedAt: before(50 * hour),
    endedAt: before(50 * hour - 8_000),
    result: {
      kind: 'integrity',
      fileName: 'nodewarden_backup_20261117_033010_7ffc2.zip',
      level: 'damaged',
      checkedAt: before(50 * hour - 8_000),
      server: { hasChecksumPrefix: true, expectedPrefix: '7ffc2', actualPrefix: '9c41e', matches: false },
      here: {
        bytes: 2_785_377,
        sha256: '9c41e6b1f0d2c7a8e5934b10f6d8a2c47e91b35d60c8fa127b4e9d03a65c8f12',
        nameHash: 'mismatch',
        kind: 'index-only',
        appVersion: '1.8.0',
        exportedAt: before(85 * hour),
        damage: [damage('db.json', { kind: 'crc-mismatch', expected: '5d11a2c0', found: '77aa0913' })],
        refusal: 'Backup file checksum does not match its filename',
      },
      answer: null,
    },
  }),
  record(11, {
    kind: 'delete',
    startedAt: before(70 * hour),
    endedAt: before(70 * hour - 2_000),
    result: {
      kind: 'delete',
      targetId: 'nas',
      targetName: 'Attic NAS',
      deleted: ['nodewarden_backup_20261001_033011_5cc04.zip', 'nodewarden_backup_20261002_033010_81d3e.zip'],
      answer: null,
    },
  }),
];

/** Everything about one good backup. */
export const inspection: Inspection = {
  file: {
    name: 'nodewarden_backup_20261120_033014_9c41e.zip',
    bytes: 2_814_223,
    sha256: '9c41e6b1f0d2c7a8e5934b10f6d8a2c47e91b35d60c8fa127b4e9d03a65c8f12',
  },
  nameHash: 'match',
  kind: 'index-only',
  intact: true,
  damage: [],
  server: {
    import: {
      accepts: false,
      error: 'Backup archive is missing required file: attachments/0b6c1a52/7f31d0aa.bin',
      skipped: { reason: null, attachments: 0, items: [] },
    },
    remoteRestore: { accepts: true, error: null, skipped: { reason: null, attachments: 0, items: [] } },
  },
  elsewhere: [],
  withoutReplacing: {
    import: 'Backup archive is missing required file: attachments/0b6c1a52/7f31d0aa.bin',
    remoteRestore: 'Backup import requires a fresh instance with no vault or send data',
  },
  warnings: [
    warning({ kind: 'sends-not-included' }),
    warning({ kind: 'two-step-exposed', totp: 2, recovery: 2 }),
  ],
  tables: {
    config: 6,
    users: 2,
    folders: 24,
    ciphers: 400,
    attachments: 60,
    user_revisions: 3,
    webauthn_credentials: 1,
  },
  attachments: { rows: 60, present: 0, missing: 60, bytes: 0 },
  repairableBy: [{ userId: 'user-1', email: 'mira@lindqvist.example' }],
  manifest: {
    formatVersion: 1,
    exportedAt: before(13 * hour),
    appVersion: '1.8.0',
    storageKind: 'r2',
    includesAttachments: true,
    attachmentBlobs: 60,
    totalBytes: 88_211_004,
  },
  people: [
    {
      userId: 'user-1',
      email: 'mira@lindqvist.example',
      role: 'admin',
      status: 'active',
      twoStep: true,
      hasWrap: true,
      ciphers: 241,
      folders: 12,
      attachments: 41,
    },
    {
      userId: 'user-2',
      email: 'jonas@lindqvist.example',
      role: 'user',
      status: 'active',
      twoStep: true,
      hasWrap: false,
      ciphers: 159,
      folders: 12,
      attachments: 19,
    },
  ],
  targets: [
    {
      id: 'nas',
      lastSuccessAt: before(37 * hour),
      lastErrorAt: null,
      lastErrorMessage: null,
      lastUploadedFileName: 'nodewarden_backup_20261119_033011_02bd7.zip',
      lastUploadedSizeBytes: 2_801_940,
    },
  ],
  exposes: [
    { kind: 'password-verifier', count: 3 },
    { kind: 'totp-secret', count: 2 },
    { kind: 'recovery-code', count: 2 },
  ],
};

/** What restoring it would do on a server that holds data: the whole plan. */
export const restorePlan: RestorePlan = {
  source: { type: 'remote', targetId: 'nas', path: 'nodewarden_backup_20261120_033014_9c41e.zip' },
  fileName: inspection.file.name,
  sha256: inspection.file.sha256,
  inspection,
  expectedSkipped: { reason: null, attachments: 0, items: [] },
  serverStorage: 'r2',
  missingOnTarget: [],
  owners: {},
  lostAttachments: 0,
  becomes: {
    accounts: ['mira@lindqvist.example', 'jonas@lindqvist.example'],
    administrators: ['mira@lindqvist.example'],
    ciphers: inspection.tables.ciphers ?? 0,
    folders: inspection.tables.folders ?? 0,
    attachments: inspection.tables.attachments ?? 0,
  },
  lostAccounts: ['iris@lindqvist.example'],
  acting: { email: 'mira@lindqvist.example', after: 'can-repair', sameKeys: true },
  sizes: [
    { limit: 'archive-bytes', found: 2_814_223, most: 67_108_864 },
    { limit: 'unpacked-bytes', found: 9_203_114, most: 67_108_864 },
    { limit: 'rows-bytes', found: 9_180_530, most: 33_554_432 },
    { limit: 'entries', found: 2, most: 10_000 },
  ],
  lockout: null,
  overridePhrase: null,
  fromAnotherServer: null,
  completed: true,
  handle: 'planned-2',
  replaces: {
    accounts: ['mira@lindqvist.example', 'jonas@lindqvist.example', 'iris@lindqvist.example'],
    administrators: ['mira@lindqvist.example', 'iris@lindqvist.example'],
    ciphers: 412,
    folders: 25,
    attachments: 61,
  },
  confirmWith: 'vault.lindqvist.example',
  needsMismatchAccepted: false,
  blocked: null,
  choices: {
    replaceExisting: true,
    acceptMismatch: false,
    acceptLostAttachments: false,
    safetyCopy: 'index-only',
    typedConfirmation: '',
    typedOverride: '',
  },
};

/** The same before the person continues: only the server's accounts are known. */
export const firstRestorePlan: RestorePlan = {
  ...restorePlan,
  serverStorage: null,
  completed: false,
  handle: 'planned-1',
  replaces: {
    accounts: restorePlan.replaces?.accounts ?? [],
    administrators: restorePlan.replaces?.administrators ?? [],
    ciphers: null,
    folders: null,
    attachments: null,
  },
};
