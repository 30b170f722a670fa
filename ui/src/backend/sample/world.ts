import type {
  AppInfo,
  BackupRow,
  BackupState,
  Detail,
  Error,
  Generation,
  IntegrityLevel,
  Kind,
  LastBackup,
  LocalBackup,
  Overview,
  PracticeInfo,
  Profile,
  SessionInfo,
  TargetCard,
  TrendPoint,
} from '../bindings';
import { errorKinds } from '../bindings';
import { noContext } from '@/features/errors/failure';

/** The moment all sample data is relative to. */
export const sampleNow = new Date('2026-11-20T15:30:00Z');

const hour = 3600_000;
const day = 24 * hour;

/** A time before the sample's now, RFC 3339. */
export function before(milliseconds: number): string {
  return new Date(sampleNow.getTime() - milliseconds).toISOString();
}

/** Values that stand in sentences, where a scene names none. */
const sampleValues = {
  host: 'vault.lindqvist.example',
  server: 'https://vault.lindqvist.example',
  email: 'mira@lindqvist.example',
  path: '/home/mira/Downloads/nodewarden_backup.zip',
  name: 'Home',
  names: 'Home',
  place: 'https://dav.example.org/nodewarden',
  target: 'Attic NAS',
  words: 'Internal error',
  entry: 'db.json',
  limit: 80,
  number: 520,
  status: 500,
  free: '12 MiB',
  needed: '80 MiB',
  input: 'The file',
  variable: 'NWDESK_HOME',
  url: 'https://example.org',
  proxy: 'proxy.example.org',
  header: 'X-Access',
  asked: 'PBKDF2 (i=5000)',
  known: 'PBKDF2 (i=600000)',
  accounts: 'mira@lindqvist.example',
  bits: 1024,
  setting: 'iterations',
  value: 1,
  memory: 64,
  targets: 'Attic NAS',
  provider: 'WebDAV',
  operation: 'upload',
  newer: 'nodewarden_backup_20261120_153000.zip',
  method: 'AES',
  damage: 'The checksum differs.',
  shortest: 12,
  version: '3',
  job: 30,
  folder: '/home/mira/.local/share/nodewarden-desk/staging',
  count: 2,
  port: 8080,
  what: 'No.',
  todo: 'Try again.',
  line: 2,
};

/** What a scene says of an error beyond its kind. */
export type ErrorParts = Partial<Omit<Error, 'detail' | 'context'>> & {
  values?: Record<string, unknown>;
  context?: Partial<Error['context']>;
};

/** An error as the core gives it. */
export function coreError(kind: Detail['kind'], parts: ErrorParts = {}): Error {
  const { values, context, ...rest } = parts;
  return {
    code: errorKinds[kind].code,
    message: 'What went wrong, in English.',
    hint: 'What to do now, in English.',
    original: null,
    retryAfterSeconds: null,
    detail: { kind, ...sampleValues, ...values } as unknown as Detail,
    context: { ...noContext, ...context },
    ...rest,
  };
}

function profile(id: string, name: string, email: string): Profile {
  return {
    id,
    name,
    serverUrl: `https://${name}`,
    email,
    userId: `user-${id}`,
    generation: 'current' satisfies Generation,
    deviceIdentifier: '2f6c2a52-7f0e-4a44-9d1a-0c6a1f1d7c11',
    lastUsedAt: before(2 * day),
  };
}

/** Two known servers. */
export const profiles = [
  profile('home', 'vault.lindqvist.example', 'mira@lindqvist.example'),
  profile('office', 'keys.studio-nord.example', 'admin@studio-nord.example'),
];

/** Signed in at the first. */
export const session: SessionInfo = {
  profileId: 'home',
  serverUrl: 'https://vault.lindqvist.example',
  email: 'mira@lindqvist.example',
  canConfirm: true,
  isPractice: false,
  untilAppEnds: false,
  weakRounds: null,
};

/** The running practice instance. */
export const practice: PracticeInfo = {
  serverUrl: 'http://127.0.0.1:38417',
  email: 'admin@practice.example',
  password: 'practice makes perfect',
  targetFolder: '/home/mira/.local/share/nodewarden-desk/practice/target',
  jwtSecret: 'practice-JWT-secret-4f1c7a9e20b85d63',
  firstJwtSecret: 'practice-JWT-secret-4f1c7a9e20b85d63',
};

/** The profile and session that come with it. */
export const practiceProfile: Profile = {
  ...profile('practice', '127.0.0.1:38417', practice.email),
  serverUrl: practice.serverUrl,
};

/** Signed in there. */
export const practiceSession: SessionInfo = {
  ...session,
  profileId: 'practice',
  serverUrl: practice.serverUrl,
  email: practice.email,
  isPractice: true,
};

/** An app that knows two servers. */
export const appInfo: AppInfo = {
  version: '0.1.0',
  commit: '1a2b3c4d5e6f',
  buildDate: '2026-11-29',
  dataFolder: '/home/mira/.local/share/nodewarden-desk',
  downloadFolder: '/home/mira/Downloads',
  keyring: 'open',
  profiles,
  session,
  practice: null,
};

function trend(days: number, from: number, growth: number): TrendPoint[] {
  return Array.from({ length: days }, (_, index) => ({
    at: before((days - 1 - index) * day + 3 * hour),
    bytes: Math.round(
      from + growth * index + 21_000 * Math.sin(index * 1.7) + (index > days * 0.7 ? 180_000 : 0),
    ),
  }));
}

/** A target's newest backup, as the server knows of it. */
function lastBackup(fileName: string, age: number, state: BackupState = 'verified'): LastBackup {
  return { at: before(age), fileName, source: 'server', state, changed: null, attachments: null };
}

/** A target that works. */
export const nas: TargetCard = {
  target: {
    id: 'nas',
    name: 'Attic NAS',
    provider: 'webdav',
    location: 'https://dav.lindqvist.example/backup/nodewarden',
    includesAttachments: true,
    schedule: {
      enabled: true,
      intervalHours: 24,
      startTime: '03:30',
      timezone: 'Europe/Stockholm',
      retentionCount: 30,
    },
    runtime: {
      lastAttemptAt: before(13 * hour),
      lastSuccessAt: before(13 * hour),
      lastErrorAt: null,
      lastErrorMessage: null,
      lastUploadedFileName: 'nodewarden_backup_20261120_033014_9c41e.zip',
      lastUploadedSizeBytes: 2_814_223,
    },
  },
  health: 'good',
  lastBackup: lastBackup('nodewarden_backup_20261120_033014_9c41e.zip', 13 * hour),
  lastError: null,
  lastVerifiedAt: before(13 * hour - 90_000),
  lastVerifiedFileName: 'nodewarden_backup_20261120_033014_9c41e.zip',
  trend: trend(30, 2_310_000, 11_000),
};

/** A second one that works, without attachments. */
export const bucket: TargetCard = {
  target: {
    id: 'r2',
    name: 'R2 offsite',
    provider: 's3',
    location: 'https://3f9c.r2.cloudflarestorage.example/offsite/nodewarden',
    includesAttachments: false,
    schedule: { enabled: true, intervalHours: 12, startTime: '00:00', timezone: 'UTC', retentionCount: null },
    runtime: {
      lastAttemptAt: before(3 * hour),
      lastSuccessAt: before(3 * hour),
      lastErrorAt: before(9 * day),
      lastErrorMessage: 'Network connection lost.',
      lastUploadedFileName: 'nodewarden_backup_20261120_120003_1b7f0.zip',
      lastUploadedSizeBytes: 2_790_480,
    },
  },
  health: 'good',
  lastBackup: lastBackup('nodewarden_backup_20261120_120003_1b7f0.zip', 3 * hour, 'name-hash-matches'),
  lastError: null,
  lastVerifiedAt: before(3 * day),
  lastVerifiedFileName: 'nodewarden_backup_20261117_120002_77a3c.zip',
  trend: trend(24, 2_300_000, 13_500),
};

/** A target whose last run failed. */
export const failedTarget: TargetCard = {
  ...nas,
  target: {
    ...nas.target,
    runtime: {
      ...nas.target.runtime,
      lastAttemptAt: before(13 * hour),
      lastSuccessAt: before(6 * day),
      lastErrorAt: before(13 * hour),
      lastErrorMessage: 'WebDAV upload failed: 507',
    },
  },
  health: 'failed',
  lastBackup: lastBackup('nodewarden_backup_20261114_033012_6a1f0.zip', 6 * day),
  lastError: coreError('target-full', { original: 'WebDAV upload failed: 507' }),
  lastVerifiedAt: before(6 * day),
};

/** A target that was never used. */
export const newTarget: TargetCard = {
  target: {
    ...nas.target,
    schedule: { ...nas.target.schedule, enabled: false },
    runtime: {},
  },
  health: 'never',
  lastBackup: null,
  lastError: null,
  lastVerifiedAt: null,
  lastVerifiedFileName: null,
  trend: [],
};

/** A target whose newest backup changed after it was verified. */
export const changedTarget: TargetCard = {
  ...nas,
  health: 'newest-backup-bad',
  lastBackup: {
    ...lastBackup('nodewarden_backup_20261120_033014_9c41e.zip', 13 * hour, 'mismatch'),
    changed: {
      verifiedSha256: '9c41e6b1f0d2c7a8'.padEnd(64, '0'),
      verifiedAt: before(13 * hour - 90_000),
      foundSha256: '02bd7e55a1c09f34'.padEnd(64, '0'),
      foundAt: before(hour),
    },
  },
  lastVerifiedAt: before(36 * hour),
  lastVerifiedFileName: 'nodewarden_backup_20261119_033011_02bd7.zip',
  target: { ...nas.target, schedule: { ...nas.target.schedule, retentionCount: 2 } },
  retentionDeletes: 'nodewarden_backup_20261119_033011_02bd7.zip',
};

/** A target that lists no backups any more. */
export const emptiedTarget: TargetCard = { ...nas, health: 'all-gone', lastBackup: null };

/** A target that lost attachments of its newest backup. */
export const incompleteTarget: TargetCard = {
  ...nas,
  health: 'attachments-missing',
  lastBackup: {
    ...lastBackup('nodewarden_backup_20261120_033014_9c41e.zip', 13 * hour, 'attachments-missing'),
    attachments: { listed: 13, missing: 2, paths: [] },
  },
};

/** A target of which only its file list is known: the server forgot after a repair. */
export const listedTarget: TargetCard = {
  ...nas,
  target: { ...nas.target, runtime: {} },
  lastBackup: { ...lastBackup('nodewarden_backup_20261120_033014_9c41e.zip', 13 * hour), source: 'listing' },
};

/** The board of a healthy server. */
export const healthyBoard: Overview = { settingsNeedRepair: false, targets: [nas, bucket] };

function zip(
  name: string,
  size: number,
  age: number,
  kind: Kind | null,
  integrity: IntegrityLevel,
  repairableBy: string[] | null = null,
): BackupRow {
  return {
    path: name,
    name,
    isDirectory: false,
    size,
    madeAt: before(age),
    kind,
    integrity,
    state: integrity,
    checkedAt: integrity === 'not-checked' ? null : before(age / 2),
    repairableBy,
  };
}

function folder(name: string): BackupRow {
  return {
    path: name,
    name,
    isDirectory: true,
    size: null,
    madeAt: null,
    kind: null,
    integrity: 'not-checked',
    state: 'not-checked',
    checkedAt: null,
  };
}

/** A target's root with one backup of every level. */
export const rows: BackupRow[] = [
  folder('attachments'),
  zip('nodewarden_backup_20261120_033014_9c41e.zip', 2_814_223, 13 * hour, 'index-only', 'verified', [
    'mira@lindqvist.example',
    'jonas@lindqvist.example',
  ]),
  zip('nodewarden_backup_20261119_033011_02bd7.zip', 2_801_940, 37 * hour, 'index-only', 'name-hash-matches'),
  zip('nodewarden_backup_20261118_033012_e51aa.zip', 2_799_002, 61 * hour, null, 'not-checked'),
  zip('nodewarden_backup_20261117_033010_7ffc2.zip', 2_785_377, 85 * hour, 'index-only', 'mismatch', [
    'mira@lindqvist.example',
  ]),
  zip('nodewarden_backup_20261110_033013_41d09.zip', 2_611_208, 10.5 * day, null, 'damaged'),
  zip(
    'nodewarden_backup_20261101_033009_c3e8b (1).zip',
    2_590_114,
    19.5 * day,
    'index-only',
    'unverifiable',
    [],
  ),
  zip(
    'nodewarden_backup_20261014_033015_5a6d1.zip',
    2_402_771,
    37.5 * day,
    'no-attachments',
    'name-hash-matches',
  ),
];

/** What is in its attachments folder. */
export const attachmentFolders: BackupRow[] = ['1f0c2b', '52aa81', '9d3e70'].map((name) => ({
  ...folder(name),
  path: `attachments/${name}`,
}));

/** Backups on this computer. */
export const locals: LocalBackup[] = [
  {
    path: '/home/mira/Downloads/nodewarden_backup_20261120_033014_9c41e.zip',
    name: 'nodewarden_backup_20261120_033014_9c41e.zip',
    bytes: 2_814_223,
    sha256: '9c41e'.padEnd(64, '0'),
    nameHash: 'match',
    kind: 'index-only',
    integrity: 'verified',
    state: 'verified',
    exportedAt: before(13 * hour),
    checkedAt: before(12 * hour),
    repairableBy: ['mira@lindqvist.example', 'jonas@lindqvist.example'],
  },
  {
    path: '/home/mira/Backups/vault-before-migration.zip',
    name: 'vault-before-migration.zip',
    bytes: 41_208_114,
    sha256: 'd07'.padEnd(64, '3'),
    nameHash: 'absent',
    kind: 'complete',
    integrity: 'verified',
    state: 'verified',
    exportedAt: before(120 * day),
    checkedAt: before(20 * day),
    repairableBy: ['mira@lindqvist.example'],
  },
];
