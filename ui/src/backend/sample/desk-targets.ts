import type { DeskBackupResult, DeskPlace, DeskPlaceForm, DeskTargetCard, JobRecord } from '../bindings';
import type { World } from '../sample';
import type { Backend } from '../types';
import { missingExport } from './exports';
import type { JobStage } from './stage';
import { before, coreError, sampleNow } from './world';

type DeskTargets = Pick<Backend, 'deskTargets' | 'saveDeskTarget' | 'removeDeskTarget'>;

const sha256 = '5a0c2d4c5b6a79880102030405060708090a0b0c0d0e0f101112131415161718';

function made(day: string, missing: number) {
  return {
    name: `nodewarden_backup_202611${day}_020004_5a0c2.zip`,
    bytes: 412_416,
    sha256,
    madeAt: `2026-11-${day}T02:00:07Z`,
    attachments: 42,
    missing,
    verified: true,
  };
}

const base = {
  profileId: 'home',
  attachments: true,
  retention: 30,
  httpAccepted: false,
  caFile: null,
};

/** Desk targets as people have them: one that is well, one that lacks something, one that is not there. */
export const sampleDeskTargets: DeskTargetCard[] = [
  {
    target: {
      ...base,
      id: 'disk',
      name: 'Backup disk',
      place: { type: 'folder', path: '/media/mira/Backup disk/NodeWarden' },
      schedule: { type: 'daily', at: '03:00', zone: 'Europe/Berlin' },
    },
    place: '/media/mira/Backup disk/NodeWarden',
    profileName: 'Home',
    newest: made('20', 0),
    newestWhole: made('20', 0),
    backups: 30,
    lastAttemptAt: '2026-11-20T02:00:02Z',
    lastSuccessAt: '2026-11-20T02:00:07Z',
    lastError: null,
    nextRunAt: '2026-11-21T02:00:00Z',
    waitsForPerson: false,
  },
  {
    target: {
      ...base,
      id: 'cellar',
      name: 'Cellar NAS',
      place: {
        type: 'webdav',
        baseUrl: 'https://192.168.1.20:5006',
        username: 'mira',
        password: { type: 'kept' },
        remotePath: 'nodewarden',
      },
      schedule: { type: 'every', hours: 12 },
    },
    place: 'https://192.168.1.20:5006/nodewarden',
    profileName: 'Home',
    newest: made('20', 2),
    newestWhole: made('18', 0),
    backups: 12,
    lastAttemptAt: '2026-11-20T02:00:02Z',
    lastSuccessAt: '2026-11-20T02:00:07Z',
    lastError: null,
    nextRunAt: null,
    waitsForPerson: true,
  },
  {
    target: {
      ...base,
      id: 'stick',
      name: 'Safe deposit stick',
      place: { type: 'folder', path: '/media/mira/STICK' },
      schedule: { type: 'off' },
      retention: null,
    },
    place: '/media/mira/STICK',
    profileName: 'Home',
    newest: made('02', 0),
    newestWhole: made('02', 0),
    backups: 4,
    lastAttemptAt: '2026-11-19T17:30:00Z',
    lastSuccessAt: '2026-11-02T02:00:07Z',
    lastError: coreError('desk-target-folder-missing', { values: { path: '/media/mira/STICK' } }),
    nextRunAt: null,
    waitsForPerson: false,
  },
];

/** A backup to a desk target as it usually ends. */
export const sampleDeskBackup: DeskBackupResult = {
  deskTargetId: 'disk',
  deskTargetName: 'Backup disk',
  place: '/media/mira/Backup disk/NodeWarden',
  fileName: 'nodewarden_backup_20261120_153000_5a0c2.zip',
  bytes: 412_416,
  check: null,
  isWhole: true,
  attachments: {
    listed: 42,
    alreadyThere: 40,
    readAgain: 0,
    uploaded: 2,
    uploadedBytes: 81_920,
    missing: [],
  },
  keptBeside: [],
  indexWritten: true,
  removed: [
    {
      name: 'nodewarden_backup_20261021_020004_77ab1.zip',
      bytes: 409_600,
      madeAt: '2026-10-21T01:00:07Z',
    },
  ],
  spared: [],
  retentionError: null,
  error: null,
};

function shown(place: DeskPlaceForm): string {
  if (place.type === 'folder') return place.path;
  return place.type === 'webdav'
    ? `${place.baseUrl}/${place.remotePath}`
    : `${place.endpoint}/${place.bucket}/${place.rootPath}`;
}

/** What is saved has its secret kept. */
function kept(place: DeskPlaceForm): DeskPlace {
  if (place.type === 'webdav') return { ...place, password: { type: 'kept' } };
  return place.type === 's3' ? { ...place, secretAccessKey: { type: 'kept' } } : place;
}

/** Plays desk targets. */
export function sampleDeskTargetCommands(stage: JobStage): DeskTargets {
  let cards = structuredClone(sampleDeskTargets);
  stage.plays('desk-backup', ({ deskTarget }) => {
    const card = cards.find((one) => one.target.id === deskTarget);
    return stage.start('desk-backup', card?.target.name ?? '', () => {
      const name = sampleDeskBackup.fileName ?? '';
      const newest = { ...made('20', 0), name, madeAt: sampleNow.toISOString() };
      cards = cards.map((one) =>
        one.target.id === deskTarget
          ? { ...one, newest, newestWhole: newest, lastError: null, backups: one.backups + 1 }
          : one,
      );
      return {
        kind: 'desk-backup',
        ...sampleDeskBackup,
        deskTargetId: deskTarget,
        deskTargetName: card?.target.name ?? '',
        place: card?.place ?? '',
      };
    });
  });
  return {
    deskTargets: async () => structuredClone(cards),
    async saveDeskTarget({ place, id, name, ...form }) {
      if (cards.some((card) => card.target.name === name && card.target.id !== id)) {
        throw coreError('desk-target-name-taken', { values: { name } });
      }
      const target = {
        ...form,
        id: id ?? `desk-${cards.length}`,
        name,
        profileId: 'home',
        place: kept(place),
      };
      const before = cards.find((card) => card.target.id === id);
      const card: DeskTargetCard = {
        newest: null,
        newestWhole: null,
        backups: 0,
        lastAttemptAt: null,
        lastSuccessAt: null,
        ...before,
        target,
        place: shown(place),
        profileName: 'Home',
        lastError: null,
        nextRunAt: form.schedule.type === 'off' ? null : '2026-11-21T02:00:00Z',
        waitsForPerson: false,
      };
      cards = before ? cards.map((one) => (one === before ? card : one)) : [...cards, card];
      return structuredClone(target);
    },
    async removeDeskTarget(deskTarget) {
      const card = cards.find((one) => one.target.id === deskTarget);
      if (!card) throw coreError('desk-target-unknown', { values: { name: deskTarget } });
      cards = cards.filter((one) => one !== card);
      return card.target;
    },
  };
}

/** A backup to a desk target that ended like this. */
function ended(result: DeskBackupResult, state: JobRecord['state']): JobRecord {
  return {
    id: 900,
    kind: 'desk-backup',
    state,
    profileId: 'home',
    subject: result.deskTargetName,
    startedAt: before(4 * 60_000),
    endedAt: before(60_000),
    error: result.error,
    result: { kind: 'desk-backup', ...result },
    safetyCopy: null,
    canRecheck: false,
  };
}

/** Desk targets and backups to them. */
export const deskTargetStates = {
  'no-desk-targets': (world: World) => {
    world.backend.deskTargets = async () => [];
  },
  'desk-backup-whole': (world: World) => {
    world.backend.job = async () => ended(sampleDeskBackup, 'succeeded');
  },
  'desk-backup-lacking': (world: World) => {
    const { missing } = missingExport.attachments;
    const lacking = {
      ...sampleDeskBackup,
      isWhole: false,
      attachments: { ...sampleDeskBackup.attachments, uploaded: 0, missing },
      removed: [],
      spared: ['nodewarden_backup_20261118_020004_5a0c2.zip'],
    };
    world.backend.job = async () => ended(lacking, 'attention');
  },
};
