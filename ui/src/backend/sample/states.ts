import { deskTargetStates } from './desk-targets';
import { drillStates } from './drills';
import { sampleWatch, unwatched, watched } from './watch';
import { exportStates } from './export-states';
import type { AppInfo, Call, Detail, StartFailure } from '../bindings';
import type { World } from '../sample';
import { lostStates } from './lost';
import { history } from './records';
import { recoveryStates } from './recoveries';
import { restoreStates } from './restores';
import { mistaken, settings } from './settings';
import { targetWorkStates } from './target-work';
import { attachmentCaseStates } from './attachment-cases';
import { targetCaseStates } from './target-cases';
import { changedElsewhere } from './targets';
import {
  before,
  appInfo,
  bucket,
  changedTarget,
  emptiedTarget,
  coreError,
  type ErrorParts,
  failedTarget,
  incompleteTarget,
  listedTarget,
  nas,
  newTarget,
  profiles,
  sampleNow,
} from './world';

const forever = () => new Promise<never>(() => undefined);

/** Calls that do not respond: those of a kind until it is stopped. */
function silent(world: World): (call: Call) => () => Promise<never> {
  const waiting = new Map<Call, Set<() => void>>();
  world.backend.stopCall = async (call) => {
    const stops = waiting.get(call);
    waiting.delete(call);
    for (const stop of stops ?? []) stop();
  };
  return (call) => () =>
    new Promise((_, reject) => {
      const stops = waiting.get(call) ?? new Set();
      waiting.set(
        call,
        stops.add(() => reject(coreError('stopped'))),
      );
    });
}

function fails(kind: Detail['kind'], parts: ErrorParts = {}): () => Promise<never> {
  return async () => {
    throw coreError(kind, parts);
  };
}

/** The same app, as someone finds it first: nothing known. */
function knows(world: World, parts: Partial<AppInfo>): void {
  const ask = world.backend.appInfo;
  let first = true;
  world.backend.appInfo = async () => {
    const info = await ask();
    if (!first && info.session !== null) return info;
    first = false;
    return { ...info, ...parts };
  };
}

/** Reads files without end, until that is stopped. */
function readsForever(world: World): void {
  const stops = new Map<string, () => void>();
  world.backend.inspectFile = (path, _storage, tell) => {
    tell({ type: 'bytes', done: 15_700_000, total: 41_208_114 });
    return new Promise((_, reject) => stops.set(path, () => reject(coreError('stopped'))));
  };
  world.backend.stopReading = async (path) => {
    stops.get(path)?.();
  };
}

/** Jobs in every state, for the strip. */
function jobsInTheStrip(world: World): void {
  const running = {
    ...history[3]!,
    id: 90,
    state: 'running' as const,
    startedAt: before(30_000),
    endedAt: null,
    result: null,
  };
  const second = new Date(sampleNow);
  let now = second.getTime();
  world.backend.now = () => new Date((now += 1000));
  world.stage.hold(running, [
    { type: 'started', job: history[1]! },
    { type: 'ended', job: history[1]! },
    { type: 'started', job: history[0]! },
    { type: 'ended', job: history[0]! },
    { type: 'progress', jobId: 90, update: { type: 'stage', stage: 'downloading' } },
    { type: 'progress', jobId: 90, update: { type: 'bytes', done: 400_000, total: 2_814_223 } },
    { type: 'progress', jobId: 90, update: { type: 'bytes', done: 1_120_000, total: 2_814_223 } },
  ]);
}

/** What `?sample=` can ask for. Each changes the healthy world. */
export const states = {
  ...attachmentCaseStates,
  ...targetCaseStates,
  ...targetWorkStates,
  healthy: () => undefined,
  'first-run': (world: World) => knows(world, { profiles: [], session: null }),
  'signed-out': (world: World) => {
    world.trouble.become('signed-out');
    knows(world, { session: null });
  },
  // What is signed in to is a server that is known under another address.
  'second-address': (world: World) => {
    const { signIn } = world.backend;
    world.backend.signIn = async (form) => {
      const answer = await signIn(form);
      if (answer.type !== 'signed-in') return answer;
      const session = { ...answer.session, serverUrl: form.serverUrl };
      return { ...answer, session, sameAccount: profiles[0]! };
    };
  },
  'keyring-missing': (world: World) =>
    knows(world, {
      keyring: 'missing',
      session: { ...appInfo.session!, untilAppEnds: true },
    }),
  'loading-forever': (world: World) => {
    const without = silent(world);
    world.backend.overview = without('overview');
    world.backend.listBackups = without('list-backups');
    world.backend.planRestore = without('plan-restore');
    world.backend.localBackups = forever;
    world.backend.jobHistory = forever;
    world.backend.backupSettings = forever;
    world.backend.auditLog = forever;
    world.backend.findings = forever;
    world.backend.repairers = forever;
  },
  // Everything is listed; what someone then asks for stays pending.
  'no-answer': (world: World) => {
    const without = silent(world);
    world.backend.signIn = without('sign-in');
    world.backend.planDelete = without('plan-delete');
    world.backend.testTarget = without('test-target');
  },
  reading: readsForever,
  offline: (world: World) => {
    const words = { original: 'tcp connect error: Connection refused (os error 111)' };
    world.backend.findings = fails('host-unreachable', words);
    world.backend.overview = fails('host-unreachable', words);
    world.backend.listBackups = fails('host-unreachable', words);
    world.backend.planRestore = fails('host-unreachable', words);
    world.backend.backupSettings = fails('host-unreachable', words);
    world.backend.auditLog = fails('host-unreachable', words);
  },
  'session-ended': (world: World) => {
    world.backend.overview = fails('session-ended', { original: 'Unauthorized' });
    world.backend.listBackups = fails('session-ended', { original: 'Unauthorized' });
  },
  'no-targets': (world: World) => {
    world.backend.overview = async () => ({ settingsNeedRepair: false, targets: [] });
    world.backend.backupSettings = async () => ({ destinations: [] });
  },
  'empty-target': (world: World) => {
    world.backend.overview = async () => ({ settingsNeedRepair: false, targets: [newTarget] });
    world.backend.listBackups = async () => [];
    world.backend.localBackups = async () => [];
  },
  unverified: (world: World) => {
    const old = { ...bucket, health: 'unverified' as const, lastVerifiedAt: before(16 * 86_400_000) };
    world.backend.overview = async () => ({ settingsNeedRepair: false, targets: [nas, old] });
  },
  'suspicious-backup': (world: World) => {
    world.backend.overview = async () => ({
      settingsNeedRepair: false,
      targets: [changedTarget, { ...incompleteTarget, target: bucket.target }],
    });
    const list = world.backend.listBackups;
    world.backend.listBackups = async (target, path) =>
      (await list(target, path)).map((row) => {
        if (row.state === 'verified')
          return { ...row, state: 'changed', changed: changedTarget.lastBackup!.changed };
        if (row.state !== 'name-hash-matches') return row;
        return {
          ...row,
          state: 'attachments-missing',
          attachments: incompleteTarget.lastBackup!.attachments,
        };
      });
  },
  'backups-gone': (world: World) => {
    world.backend.overview = async () => ({ settingsNeedRepair: false, targets: [emptiedTarget, bucket] });
    world.backend.listBackups = async () => [];
  },
  'after-repair': (world: World) => {
    world.backend.overview = async () => ({ settingsNeedRepair: false, targets: [listedTarget] });
  },
  'failed-target': (world: World) => {
    world.backend.overview = async () => ({ settingsNeedRepair: false, targets: [failedTarget, bucket] });
  },
  'target-unreachable': (world: World) => {
    world.backend.listBackups = fails('target-host-unknown', {
      original: 'WebDAV list failed: 530',
    });
  },
  'needs-repair': (world: World) => {
    world.trouble.become('settings-after-restore');
    world.backend.overview = async () => ({ settingsNeedRepair: true, targets: [] });
    world.backend.listBackups = fails('settings-need-repair');
    world.backend.backupSettings = fails('settings-need-repair', {
      original: 'Backup settings need administrator reactivation after restore',
    });
  },
  'not-administrator': (world: World) => {
    world.backend.backupSettings = fails('not-administrator', { original: 'Forbidden' });
    world.backend.auditLog = fails('not-administrator', { original: 'Forbidden' });
  },
  'mistaken-target': (world: World) => {
    const { destinations } = settings;
    world.backend.backupSettings = async () => structuredClone({ destinations: [...destinations, mistaken] });
  },
  'unknown-target-kind': (world: World) => {
    const future = { ...settings.destinations[0]!, id: 'future', name: 'Future drive' };
    const location = { type: 'other' as const, kind: 'gdrive' };
    world.backend.backupSettings = async () =>
      structuredClone({ destinations: [...settings.destinations, { ...future, location }] });
  },
  'changed-elsewhere': (world: World) => changedElsewhere(world.backend),
  'read-only-target': (world: World) => {
    const [first, ...rest] = structuredClone(settings.destinations);
    if (first?.location.type === 'webdav') first.location.baseUrl = 'https://read-only.lindqvist.example';
    const changed = { destinations: [first!, ...rest] };
    void world.backend.saveBackupSettings(settings, changed);
  },
  'jwt-secret-missing': (world: World) => {
    const words = { original: 'Server configuration error: JWT_SECRET is not set or too weak' };
    world.trouble.become('secret-missing');
    world.backend.overview = fails('jwt-secret-missing', words);
    world.backend.listBackups = fails('jwt-secret-missing', words);
    world.backend.signIn = fails('jwt-secret-missing', words);
  },
  'job-running': jobsInTheStrip,
  'password-needed': (world: World) => knows(world, { session: { ...appInfo.session!, canConfirm: false } }),
  'practice-running': (world: World) => {
    void world.backend.practiceStart();
    world.backend.overview = async () => ({ settingsNeedRepair: false, targets: [nas] });
  },
  'last-good': (world: World) => {
    world.backend.planDelete = async (targetId, paths) => ({
      targetId,
      targetName: 'Attic NAS',
      paths,
      bytes: 2_814_223,
      keeps: [],
      blocked: coreError('last-good-backup'),
    });
  },
  'two-step': (world: World) => {
    knows(world, { session: null });
    const enter = world.backend.signIn;
    world.backend.signIn = async (form) => {
      if (!form.twoStep)
        return { type: 'two-step', methods: ['authenticator', 'yubikey', 'webauthn', 'recovery-code'] };
      if (form.twoStep.code !== '123456')
        throw coreError('two-step-code-wrong', { original: 'Two factor invalid.' });
      return enter(form);
    };
  },
  'browser-only-two-step': (world: World) => {
    knows(world, { session: null });
    const enter = world.backend.signIn;
    world.backend.signIn = async (form) => {
      if (form.twoStep?.method !== 'recovery-code') throw coreError('two-step-unsupported');
      return enter(form);
    };
  },
  gateway: (world: World) => {
    const behind = fails('access-gateway', {
      original: 'HTTP 302 Found team.cloudflareaccess.com',
    });
    knows(world, { session: null });
    world.backend.signIn = behind;
    world.backend.switchProfile = behind;
  },
  proxy: (world: World) => {
    knows(world, { session: null });
    world.backend.signIn = fails('proxy-unreachable', {
      original: 'tcp connect error: Connection refused (os error 111)',
      values: { proxy: 'proxy.example.org' },
      context: { call: 'not-sent' },
    });
  },
  'self-signed': (world: World) => {
    knows(world, { session: null });
    world.backend.signIn = fails('tls-self-signed', {
      original: 'invalid peer certificate: UnknownIssuer',
      context: { call: 'not-sent' },
    });
  },
  'server-away': (world: World) => {
    world.backend.switchProfile = fails('host-unreachable', {
      original: 'tcp connect error: Connection refused (os error 111)',
      values: { host: 'keys.studio-nord.example' },
    });
  },
  'sign-out-not-told': (world: World) => {
    const { signOut } = world.backend;
    world.backend.signOut = async () => ({
      ...(await signOut()),
      revoked: false,
      error: coreError('timed-out', { values: { host: 'vault.lindqvist.example' } }),
    });
  },
  'daily-quota': (world: World) => {
    knows(world, { session: null });
    world.backend.signIn = fails('cloudflare-daily', {
      original: 'HTTP 429 Too Many Requests',
      retryAfterSeconds: 30_600,
    });
  },
  'account-locked': (world: World) => {
    knows(world, { session: null });
    world.backend.signIn = fails('account-locked', {
      original: 'Too many failed login attempts. Try again in 2 minutes.',
      retryAfterSeconds: 120,
    });
  },
  'refused-backup': (world: World) => {
    const list = world.backend.listBackups;
    world.backend.listBackups = async (target, path) =>
      (await list(target, path)).map((row) =>
        row.state === 'verified' ? { ...row, state: 'refused' as const } : row,
      );
  },
  'many-backups': (world: World) => {
    const list = world.backend.listBackups;
    world.backend.listBackups = async (target, path) => {
      const some = (await list(target, path)).filter((row) => !row.isDirectory);
      return Array.from({ length: 5000 }, (_, index) => {
        const row = some[index % some.length]!;
        const name = row.name.replace('.zip', `-${index}.zip`);
        return { ...row, name, path: name, madeAt: before(index * 3600_000) };
      });
    };
  },
  'start-failed': (world: World) => {
    const folder = '/home/mira/.local/share/nodewarden-desk';
    const failed: StartFailure = {
      error: coreError('ledger-damaged', {
        message: "This app's ledger is damaged.",
        hint: 'Nothing was deleted. Restore it from a backup of this computer, or move it aside to begin a new one.',
        original: 'database disk image is malformed',
      }),
      folder,
      canMoveAside: true,
    };
    let moved = false;
    world.backend.startFailure = async () => (moved ? null : failed);
    world.backend.retryStart = async () => failed;
    world.backend.startElsewhere = async () => failed;
    world.backend.moveLedgerAside = async () => {
      moved = true;
      return `${folder}/ledger-20261120-153000.sqlite3`;
    };
  },
  'one-server': (world: World) => knows(world, { profiles: profiles.slice(0, 1) }),
  ...deskTargetStates,
  ...drillStates,
  ...exportStates,
  watched: (world: World) => {
    Object.assign(world.backend, sampleWatch(watched));
  },
  'no-tray': (world: World) => {
    Object.assign(world.backend, sampleWatch({ ...unwatched, tray: false }));
  },
  ...lostStates,
  ...restoreStates,
  ...recoveryStates,
};

/** The names of the states. */
export type State = keyof typeof states;
