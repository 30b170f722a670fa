import type {
  Checklist,
  ChecklistItem,
  JobRecord,
  JobState,
  KeptSafetyCopy,
  RestorePlan,
  RestoreStep,
} from '../bindings';
import type { World } from '../sample';
import { sampleInspection } from './files';
import { firstRestorePlan, history, restorePlan, restoreWithSkipped } from './records';
import { sampleStaged, sampleStaging } from './staging';
import { before, coreError } from './world';

const large = { kind: 'attachment', path: 'attachments/0b6c1a52/7f31d0aa.bin', sizeBytes: 27_262_976 };
const gone = { kind: 'attachment', path: 'attachments/52aa8110/c0ffee42.bin', sizeBytes: 48_213 };

function plans(world: World, parts: Partial<RestorePlan>): void {
  world.backend.planRestore = async (source) => ({
    ...structuredClone(restorePlan),
    source,
    fileName: source.path.split('/').at(-1) ?? '',
    ...parts,
  });
}

function ended(world: World, state: JobState, parts: Partial<JobRecord> = {}): void {
  world.backend.job = async () => ({ ...history[0]!, state, result: null, ...parts });
}

/** The steps after a restore, some of them done. */
export function sampleChecklist(jobId: number): Checklist {
  const open = (step: RestoreStep): ChecklistItem => ({
    step,
    state: 'open',
    checkedAt: before(120_000),
    counts: [],
    backup: null,
    error: null,
  });
  return {
    jobId,
    items: [
      { ...open('signed-in'), state: 'done' },
      { ...open('settings-repaired'), state: 'done' },
      {
        ...open('counts-compared'),
        state: 'attention',
        counts: [
          { table: 'users', expected: 2, found: 2 },
          { table: 'ciphers', expected: 400, found: 401 },
        ],
      },
      open('backup-verified'),
      { ...open('users-informed'), checkedAt: null },
    ],
    notices: [
      {
        language: 'en',
        text: 'The password server https://vault.lindqvist.example was restored from a backup of 2026-11-20.\n- Sign in again in all your apps and browser extensions.',
      },
      {
        language: 'zh-CN',
        text: '密码服务器 https://vault.lindqvist.example 已从备份（2026-11-20）恢复。\n- 请在所有应用和浏览器扩展中重新登录。',
      },
    ],
  };
}

/** Safety copies on this computer. */
export const sampleSafetyCopies: KeptSafetyCopy[] = [
  {
    name: 'nodewarden_backup_20261120_152901_04d7e.zip',
    path: '/home/mira/.local/share/nodewarden-desk/safety-copies/nodewarden_backup_20261120_152901_04d7e.zip',
    bytes: 88_401_233,
    madeAt: before(3 * 3_600_000),
    choice: 'complete',
    isVerified: true,
    missingBodies: 1,
    jobId: 17,
    serverName: 'Home vault',
  },
  {
    name: 'nodewarden_backup_20260902_081500_7be10.zip',
    path: '/home/mira/.local/share/nodewarden-desk/safety-copies/nodewarden_backup_20260902_081500_7be10.zip',
    bytes: 2_114_870,
    madeAt: before(79 * 24 * 3_600_000),
    choice: 'index-only',
    isVerified: true,
    missingBodies: 0,
    jobId: null,
    serverName: null,
  },
];

/** The upload of a large backup to a target. */
function staging(world: World, parts: Partial<JobRecord>): void {
  const job: JobRecord = {
    ...history[0]!,
    id: 901,
    kind: 'staging',
    subject: sampleStaged.fileName,
    state: 'succeeded',
    result: { kind: 'staging', ...sampleStaging },
    ...parts,
  };
  world.backend.stagedZips = async () => [sampleStaged];
  world.backend.job = async () => job;
}

/** Restores in every state. */
export const restoreStates = {
  planning: (world: World) => {
    world.backend.planRestore = (_source, tell) => {
      tell({ type: 'stage', stage: 'downloading' });
      tell({ type: 'bytes', done: 1_720_000, total: 2_814_223 });
      return new Promise(() => undefined);
    };
  },
  'restore-first': (world: World) =>
    plans(world, { ...firstRestorePlan, inspection: sampleInspection('vault.zip', 'r2') }),
  'restore-losses': (world: World) =>
    plans(world, {
      inspection: sampleInspection('vault.zip', 'kv'),
      serverStorage: 'kv',
      missingOnTarget: ['52aa8110/c0ffee42'],
      owners: {
        '0b6c1a52/7f31d0aa': 'mira@lindqvist.example',
        '52aa8110/c0ffee42': 'jonas@lindqvist.example',
      },
      expectedSkipped: { reason: null, attachments: 2, items: [large, gone] },
    }),
  'restore-fresh': (world: World) =>
    plans(world, {
      inspection: sampleInspection('vault.zip', 'r2'),
      replaces: {
        accounts: ['admin@new.example'],
        administrators: ['admin@new.example'],
        ciphers: 0,
        folders: 0,
        attachments: 0,
      },
      lostAccounts: ['admin@new.example'],
      confirmWith: null,
      choices: {
        replaceExisting: false,
        acceptMismatch: false,
        acceptLostAttachments: false,
        safetyCopy: 'none',
        typedConfirmation: '',
        typedOverride: '',
      },
    }),
  'restore-foreign': (world: World) => plans(world, { fromAnotherServer: 'no-account', lostAttachments: 61 }),
  'restore-incomplete': (world: World) =>
    ended(world, 'attention', {
      result: {
        kind: 'restore',
        ...restoreWithSkipped,
        skipped: [],
        skippedCount: 2,
        missing: [
          { table: 'ciphers', expected: 412, imported: 400 },
          { table: 'attachment_bodies', expected: 58, imported: 12 },
        ],
      },
    }),
  'restore-blocked': (world: World) => {
    const words = 'Backup archive is missing required file: attachments/0b6c1a52/7f31d0aa.bin';
    plans(world, { blocked: coreError('backup-would-be-refused', { original: words, values: { words } }) });
  },
  'restore-lockout': (world: World) =>
    plans(world, {
      blocked: coreError('lockout-damaged-keys'),
      lockout: 'damaged-keys',
      overridePhrase: 'restore and lock everyone out',
      acting: { email: 'mira@lindqvist.example', after: 'damaged-keys', sameKeys: null },
    }),
  'restore-too-large': (world: World) => {
    const words = 'Backup archive is too large. The current restore limit is 64 MiB';
    const inspection = sampleInspection('large.zip', 'r2');
    plans(world, {
      inspection: {
        ...inspection,
        kind: 'complete',
        warnings: inspection.warnings.filter(({ code }) => code !== 'bodies-elsewhere'),
        file: { ...inspection.file, bytes: 105_004_211 },
        attachments: { ...inspection.attachments, present: inspection.attachments.rows, bytes: 104_857_600 },
      },
      blocked: coreError('backup-would-be-refused', { original: words, values: { words } }),
      throughTarget: true,
    });
  },
  'staging-done': (world: World) => staging(world, {}),
  'staging-failed': (world: World) =>
    staging(world, {
      state: 'failed',
      result: null,
      error: coreError('target-occupied', {
        values: { names: sampleStaged.files[0]?.path.replace('attachments/', '') ?? '' },
      }),
    }),
  'staging-running': (world: World) => {
    const job: JobRecord = {
      ...history[0]!,
      id: 902,
      kind: 'staging',
      subject: sampleStaged.fileName,
      state: 'running',
      startedAt: before(40_000),
      endedAt: null,
      result: null,
    };
    world.stage.hold(job, [
      { type: 'progress', jobId: 902, update: { type: 'stage', stage: 'staging-attachments' } },
      {
        type: 'progress',
        jobId: 902,
        update: { type: 'attachments', done: 2, total: 4, bytes: 52_428_800, totalBytes: 104_857_600 },
      },
    ]);
  },
  'restore-mismatch': (world: World) =>
    plans(world, { inspection: sampleInspection('renamed_41d09.zip', 'r2'), needsMismatchAccepted: true }),
  'restore-running': (world: World) => {
    const job: JobRecord = {
      ...history[0]!,
      id: 91,
      state: 'running',
      startedAt: before(40_000),
      endedAt: null,
      result: null,
    };
    world.stage.hold(job, [
      { type: 'progress', jobId: 91, update: { type: 'stage', stage: 'restore-import-data' } },
    ]);
  },
  'restore-succeeded': (world: World) =>
    ended(world, 'succeeded', {
      result: { kind: 'restore', ...restoreWithSkipped, skipped: [], skippedReason: null },
    }),
  'restore-failed': (world: World) =>
    ended(world, 'failed', {
      error: coreError('server-refused', {
        original: 'D1_ERROR: UNIQUE constraint failed: users.email',
        values: { words: 'D1_ERROR: UNIQUE constraint failed: users.email' },
      }),
    }),
  'restore-cancelled': (world: World) => ended(world, 'cancelled'),
  'restore-unknown': (world: World) =>
    ended(world, 'unknown', {
      safetyCopy: '/home/mira/Downloads/nodewarden_backup_20261120_152901_04d7e.zip',
      error: coreError('outcome-silent', { context: { lostBecause: 'lost' } }),
      canRecheck: true,
    }),
  'restore-found': (world: World) =>
    ended(world, 'unknown', {
      safetyCopy: '/home/mira/Downloads/nodewarden_backup_20261120_152901_04d7e.zip',
      error: coreError('outcome-restored', {
        context: { lostBecause: 'lost' },
        original: 'connection closed before message completed',
      }),
    }),
  'restore-interrupted': (world: World) => ended(world, 'interrupted'),
  'no-history': (world: World) => {
    world.backend.jobHistory = async () => [];
    world.backend.pastEvents = async () => ({ alerts: [], recoveries: [] });
    world.backend.auditLog = async () => ({ events: [], total: 0, hasMore: false });
  },
};
