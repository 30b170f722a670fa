import type {
  CopyResult,
  DoctorResult,
  HealPlan,
  HealResult,
  JobRecord,
  JobResult,
  OpenedSettings,
  VerifyResult,
  WouldLose,
} from '../bindings';
import type { World } from '../sample';
import type { Backend } from '../types';
import { settings } from './settings';
import type { JobStage } from './stage';
import { before, coreError } from './world';

type TargetWork = Pick<
  Backend,
  'openServerSettings' | 'openKeptLogin' | 'keepLogin' | 'forgetLogin' | 'planHeal'
>;

const place = 'webdav:nas.example.org/dav/nodewarden';
const newest = 'nodewarden_backup_20261122_031500_ad69b.zip';
const older = 'nodewarden_backup_20261121_031500_51c07.zip';
const oldest = 'nodewarden_backup_20261120_031500_9e2d4.zip';

const lost: WouldLose[] = [
  {
    path: '2a3f1b5c-2120-4e2c-a94c-5fd0b95914a7/5ef145ce-7fb6-422e-b194-57af8ffe5af8',
    sizeBytes: 26_214_400,
    owner: 'mira@example.org',
    cause: 'missing',
  },
  {
    path: '36be57e4-23ef-4887-942c-c71728838248/b71d46bb-2267-4bab-b449-9f800f0db36d',
    sizeBytes: 48_123,
    owner: 'jonas@example.org',
    cause: 'missing',
  },
  {
    path: '71cd03a8-4f02-4c35-8a0e-27a2a1b1d5a1/0c5b6d1e-0c7b-4d52-9d1c-8b8a2f3d6b11',
    sizeBytes: 1_204,
    owner: null,
    cause: 'size-differs',
  },
];

const backup = { bytes: 2_814_223, level: 'verified', refusal: null, listed: 42, error: null } as const;

/** A target whose bodies were deleted while its index stayed. */
export const brokenTarget: DoctorResult = {
  place,
  backups: [
    {
      ...backup,
      name: newest,
      wouldLoseCount: 3,
      wouldLose: lost,
      owners: [
        { owner: 'mira@example.org', attachments: 1, bytes: 26_214_400 },
        { owner: 'jonas@example.org', attachments: 1, bytes: 48_123 },
        { owner: null, attachments: 1, bytes: 1_204 },
      ],
    },
    {
      ...backup,
      name: older,
      wouldLoseCount: 1,
      wouldLose: lost.slice(0, 1),
      owners: [{ owner: 'mira@example.org', attachments: 1, bytes: 26_214_400 }],
    },
    { ...backup, name: oldest, wouldLoseCount: 0, wouldLose: [], owners: [] },
  ],
  lost,
  index: {
    state: 'stale',
    error: null,
    entries: 42,
    listedButMissing: lost.slice(0, 2).map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    presentButUnlisted: [],
    sizeDiffers: [{ path: lost[2]!.path, listedBytes: 1_204, foundBytes: 0 }],
  },
  orphans: [{ path: '9c0e/4411', sizeBytes: 4_096 }],
  bodies: 41,
  unread: [],
};

/** The same target in order. */
export const soundTarget: DoctorResult = {
  ...brokenTarget,
  backups: brokenTarget.backups.map((one) => ({ ...one, wouldLoseCount: 0, wouldLose: [], owners: [] })),
  lost: [],
  index: { ...brokenTarget.index, state: 'good', listedButMissing: [], sizeDiffers: [] },
  orphans: [],
  bodies: 42,
};

/** A rotating check: not every attachment was read yet. */
export const verifiedTarget: VerifyResult = {
  place,
  archives: [newest, older, oldest].map((name) => ({
    name,
    bytes: backup.bytes,
    intact: true,
    nameHash: 'match',
    kind: 'index-only',
    refusal: null,
    level: 'verified',
    sha256: '1f2e'.padEnd(64, '3'),
    changed: false,
    error: null,
  })),
  attachments: {
    listed: 1_240,
    present: 1_240,
    missing: 0,
    sizeDiffers: 0,
    unreadable: 0,
    changed: 0,
    read: 42,
  },
  problems: [],
  coverage: { checked: 806, of: 1_240, oldestCheck: before(18 * 24 * 3_600_000), perDay: 42 },
  passingErrors: 1,
  unread: [],
};

/** Content that changed under its name, and a body that cannot be read. */
export const changedContent: VerifyResult = {
  ...verifiedTarget,
  attachments: { ...verifiedTarget.attachments, changed: 1, unreadable: 1 },
  problems: [
    { ...lost[0]!, trouble: { type: 'changed' } },
    { ...lost[1]!, trouble: { type: 'unreadable', error: coreError('storage-forbidden') } },
  ],
};

export const samplePlan: HealPlan = {
  found: brokenTarget,
  bodies: lost.map(({ path, sizeBytes, owner, cause }, index) => ({
    path,
    sizeBytes,
    owner,
    from: index < 2 ? 'server' : null,
    replaces: cause === 'size-differs',
  })),
  index: 'write',
  fingerprint: 'a3'.repeat(32),
};

/** A repair that brought everything back. */
export const healedTarget: HealResult = {
  place,
  uploaded: lost.map(({ path, sizeBytes }) => ({ path, sizeBytes, source: 'server' })),
  stillMissing: [],
  indexWritten: true,
  indexKeptAs: 'attachments/.nodewarden-attachment-index.v1.json.before-20261122-141500-120',
  keptBeside: [],
  error: null,
  after: soundTarget,
};

/** One on a target that became full. */
export const endedRepair: HealResult = {
  ...healedTarget,
  uploaded: healedTarget.uploaded.slice(1, 2),
  stillMissing: [
    { ...lost[0]!, why: 'not-taken', error: coreError('storage-full') },
    { ...lost[2]!, why: 'no-source', error: null },
  ],
  error: coreError('storage-full'),
  after: null,
};

export const copiedTarget: CopyResult = {
  from: place,
  to: 'folder:/media/mira/Backups/nodewarden',
  backups: [newest, older],
  bodies: 42,
  bytes: 131_204_991,
  alreadyThere: 12,
  conflicts: [],
  failed: [],
  indexWritten: true,
  error: null,
};

function opened(account: string): OpenedSettings {
  return {
    handle: 'opened-targets',
    settings: structuredClone(settings),
    source: { type: 'typed' },
    account,
    openedAt: before(0),
  };
}

/** Plays work on targets; what is kept in the keyring is kept here. */
export function sampleTargetWork(stage: JobStage): TargetWork {
  const kept = new Set<string>();
  const play = (result: JobResult) => () => stage.start(result.kind, 'Attic NAS', () => result);
  stage.plays('examine-target', play({ kind: 'examine-target', ...brokenTarget }));
  stage.plays('verify-target', play({ kind: 'verify-target', ...verifiedTarget }));
  stage.plays('heal-target', play({ kind: 'heal-target', ...healedTarget }));
  stage.plays('copy-target', play({ kind: 'copy-target', ...copiedTarget }));
  return {
    async openServerSettings(password) {
      if (!password.startsWith('correct')) throw coreError('wrong-password');
      return opened('mira@example.org');
    },
    openKeptLogin: async (id) => (kept.has(id) ? opened('') : null),
    keepLogin: async (_handle, id) => {
      kept.add(id);
      return null;
    },
    forgetLogin: async (id) => {
      kept.delete(id);
      return null;
    },
    planHeal: async () => structuredClone(samplePlan),
  };
}

/** A job on a target that ended with this result. */
export function endedWork(result: JobResult, state: JobRecord['state']): JobRecord {
  return {
    id: 910,
    kind: result.kind,
    state,
    profileId: null,
    subject: result.kind === 'copy-target' ? 'Attic NAS → nodewarden' : 'Attic NAS',
    startedAt: before(4 * 60_000),
    endedAt: before(60_000),
    error: null,
    result,
    safetyCopy: null,
    canRecheck: false,
  };
}

const shows = (result: JobResult, state: JobRecord['state']) => (world: World) => {
  world.backend.job = async () => endedWork(result, state);
};

/** Work on targets that has ended. */
export const targetWorkStates = {
  'target-broken': shows({ kind: 'examine-target', ...brokenTarget }, 'attention'),
  'target-sound': shows({ kind: 'examine-target', ...soundTarget }, 'succeeded'),
  'target-verified': shows({ kind: 'verify-target', ...verifiedTarget }, 'succeeded'),
  'target-changed': shows({ kind: 'verify-target', ...changedContent }, 'attention'),
  'target-healed': shows({ kind: 'heal-target', ...healedTarget }, 'succeeded'),
  'target-ended': shows({ kind: 'heal-target', ...endedRepair }, 'failed'),
  'target-copied': shows({ kind: 'copy-target', ...copiedTarget }, 'succeeded'),
};
