import { sampleDeskTargetCommands } from './sample/desk-targets';
import { sampleWatch } from './sample/watch';
import { sampleDrills } from './sample/drills';
import { sampleExports } from './sample/exports';
import { sampleStagings } from './sample/staging';
import type { DeletePlan } from './bindings';
import { sampleAttachments, sampleDiff, sampleFacts, sampleInspection } from './sample/files';
import { lookForFindings } from './sample/findings';
import { firstRestorePlan, history, restorePlan } from './sample/records';
import { sampleChecklist, sampleSafetyCopies } from './sample/restores';
import { recoveryCommands } from './sample/recovery';
import { SimulatedServer } from './sample/simulated-server';
import { JobStage } from './sample/stage';
import { states } from './sample/states';
import { sampleTargetWork } from './sample/target-work';
import { targetCommands } from './sample/targets';
import {
  appInfo,
  attachmentFolders,
  coreError,
  healthyBoard,
  locals,
  practice,
  practiceProfile,
  practiceSession,
  profiles,
  rows,
  sampleNow,
  session,
} from './sample/world';
import type { Backend, FileDrop } from './types';

/** A world in memory. Every call is served from it, deterministically, and some change it. */
export type World = {
  backend: Backend;
  stage: JobStage;
  /** What is wrong with the server, for the wizards. */
  trouble: SimulatedServer;
};

function fileName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

function healthy(): World {
  const stage = new JobStage();
  const trouble = new SimulatedServer();
  let info = structuredClone(appInfo);
  let files = structuredClone(rows);
  const done = async <T>(value: T): Promise<T> => structuredClone(value);
  const nothing = async () => null;

  stage.plays('backup', ({ targetId }) => {
    const known = healthyBoard.targets.find((card) => card.target.id === targetId);
    return stage.start('backup', known?.target.name ?? targetId ?? '', () => {
      trouble.happens(`backed-up:${targetId ?? 'nas'}`);
      return null;
    });
  });
  stage.plays('download', ({ from, path, to, ifThere }) => {
    if (from.type === 'target') return stage.start('download', path, () => null);
    const savedTo = to.type === 'file' ? to.file : `${to.folder ?? info.downloadFolder}/${fileName(path)}`;
    const id = stage.start('download', fileName(path), () => ({
      kind: 'download',
      savedTo,
      check: {
        fileName: fileName(path),
        level: 'verified',
        checkedAt: sampleNow.toISOString(),
        server: null,
        here: null,
      },
    }));
    if (ifThere !== 'overwrite' && locals.some((local) => local.path === savedTo)) {
      const error = coreError('file-exists', { values: { path: savedTo } });
      queueMicrotask(() => stage.end(id, { state: 'failed', error }));
    }
    return id;
  });
  stage.plays('integrity', ({ path, deep }) =>
    stage.start('integrity', fileName(path), () => {
      const level = deep ? 'verified' : 'name-hash-matches';
      files = files.map((row) => (row.path === path ? { ...row, integrity: level, state: level } : row));
      const checkedAt = sampleNow.toISOString();
      return { kind: 'integrity', fileName: fileName(path), level, checkedAt, server: null, here: null };
    }),
  );
  stage.plays('delete', (plan) =>
    stage.start('delete', plan.targetName, () => {
      files = files.filter((row) => !plan.paths.includes(row.path));
      return { kind: 'delete', targetId: plan.targetId, targetName: plan.targetName, deleted: plan.paths };
    }),
  );
  stage.plays('restore', (plan) => stage.start('restore', plan.fileName, () => history[0]?.result ?? null));

  let kept = sampleSafetyCopies;
  const recovery = recoveryCommands(trouble, stage);
  const backend: Backend = {
    ...targetCommands(stage),
    async lockNow() {
      if (info.session) info = { ...info, session: { ...info.session, canConfirm: false } };
    },
    ...recovery,
    async openPortable(password) {
      const opened = await recovery.openPortable(password);
      // The same password confirms the session.
      if (info.session) info = { ...info, session: { ...info.session, canConfirm: true } };
      return opened;
    },
    appInfo: () => done(info),
    async signInThrough(form, connection) {
      const plain = /^http:\/\/(?!127\.|localhost)/.test(form.serverUrl);
      if (plain && !connection.httpAccepted) throw coreError('address-insecure');
      return backend.signIn(form);
    },
    async signIn(form) {
      if (!form.password.startsWith('correct')) throw coreError('wrong-password');
      trouble.happens('sign-in');
      info = { ...info, session: { ...session, email: form.email } };
      return { type: 'signed-in', session: { ...session, email: form.email }, sameAccount: null };
    },
    async confirmPassword(password) {
      if (!password.startsWith('correct')) throw coreError('wrong-password');
      info = { ...info, session: { ...(info.session ?? session), canConfirm: true } };
      return done(info.session ?? session);
    },
    async switchProfile(profileId) {
      const profile = profiles.find((known) => known.id === profileId);
      if (!profile) throw coreError('session-ended');
      info = {
        ...info,
        session: { ...session, profileId, serverUrl: profile.serverUrl, email: profile.email },
      };
      return done(info.session ?? session);
    },
    async renameProfile(profileId, name) {
      const profile = info.profiles.find((known) => known.id === profileId);
      if (!profile) throw coreError('profile-not-found');
      if (info.profiles.some((known) => known.id !== profileId && known.name === name))
        throw coreError('name-taken');
      info = {
        ...info,
        profiles: info.profiles.map((known) => (known.id === profileId ? { ...known, name } : known)),
      };
      return { ...profile, name };
    },
    async changeAddress(oldProfileId) {
      const old = info.profiles.find((known) => known.id === oldProfileId);
      if (!old) throw coreError('profile-not-found');
      const changed = { ...old, serverUrl: info.session?.serverUrl ?? old.serverUrl };
      info = { ...info, profiles: info.profiles.map((known) => (known === old ? changed : known)) };
      return changed;
    },
    async signOut() {
      info = { ...info, session: null };
      return { revoked: true, error: null };
    },
    async removeProfile(profileId) {
      info = { ...info, profiles: info.profiles.filter((profile) => profile.id !== profileId) };
      if (info.session?.profileId === profileId) info = { ...info, session: null };
      return { revoked: true, error: null };
    },
    async practiceStart() {
      const known = info.profiles.some((profile) => profile.id === practiceProfile.id);
      info = {
        ...info,
        practice,
        session: practiceSession,
        profiles: known ? info.profiles : [...info.profiles, practiceProfile],
      };
      return done(practice);
    },
    async practiceStop() {
      info = { ...info, practice: null, session: info.session?.isPractice ? null : info.session };
      return null;
    },
    practiceInjectFault: nothing,
    startFailure: () => done(null),
    retryStart: () => done(null),
    moveLedgerAside: () => done(null),
    startElsewhere: () => done(null),
    overview: () => done(healthyBoard),
    async findings(profileId) {
      const id = profileId ?? 'home';
      const isHere = info.session?.profileId === id;
      return lookForFindings(trouble, id, isHere ? () => backend.overview() : undefined);
    },
    listBackups: (_target, path) =>
      done(path === '' ? files : path === 'attachments' ? attachmentFolders : []),
    localBackups: () => done(locals),
    async planDelete(targetId, paths) {
      const going = files.filter((row) => paths.includes(row.path));
      const staying = files.filter((row) => !row.isDirectory && !paths.includes(row.path));
      const good = staying.filter((row) => row.state === 'verified').map((row) => row.name);
      return done<DeletePlan>({
        targetId,
        targetName: 'Attic NAS',
        paths,
        bytes: going.reduce((sum, row) => sum + (row.size ?? 0), 0),
        keeps: good,
        blocked: good.length === 0 ? coreError('last-good-backup') : null,
      });
    },
    async watchJobs(listener) {
      stage.listen(listener);
    },
    startJob: (request) => stage.startJob(request),
    async takenNames(folder, names) {
      const there = folder ?? info.downloadFolder;
      const known = locals
        .filter((local) => local.path === `${there}/${local.name}`)
        .map((local) => local.name);
      const taken = names
        .filter((name) => known.includes(name))
        .map((name) => ({ name, free: name.replace(/\.zip$/, ' (1).zip') }));
      return { folder: there, taken: taken.map((name) => ({ ...name, to: `${there}/${name.free}` })) };
    },
    ...sampleDeskTargetCommands(stage),
    ...sampleDrills(stage),
    ...sampleExports(stage, () => info.downloadFolder),
    ...sampleStagings(stage),
    ...sampleTargetWork(stage),
    async cancelJob(jobId) {
      stage.end(jobId, { state: 'cancelled' });
      return null;
    },
    jobHistory: (limit) => done([...stage.ended, ...history].slice(0, limit)),
    async job(jobId) {
      const job = [...stage.ended, ...history].find((known) => known.id === jobId);
      if (!job) throw coreError('job-not-found', { values: { job: jobId } });
      return done(job);
    },
    async recheckOutcome() {
      throw coreError('nothing-to-find-out');
    },
    firstFacts: async (path) => done(sampleFacts(path)),
    inspectFile: async (path, storage) => done(sampleInspection(path, storage)),
    listAttachments: async (path) => sampleAttachments(path),
    stopReading: async () => {},
    stopCall: async () => {},
    compareBackups: async (before, after) => done(sampleDiff(before, after)),
    async cleanBackup(path, to, password) {
      if (fileName(path).startsWith('locked') && !password?.startsWith('correct'))
        throw coreError('archive-password-wrong');
      return { path: to, bytes: 41_200_000, sha256: 'd07'.padEnd(64, '3'), removed: [], notKept: [] };
    },
    salvageBackup: async (_path, to) => ({
      path: to.replace(/(-salvaged)?\.zip$/, '-salvaged.zip'),
      bytes: 20_300_000,
      sha256: 'e18'.padEnd(64, '4'),
      tables: { users: 4, folders: 12, ciphers: 210 },
      bodies: 3,
      lost: [
        { entry: null, what: 'end', count: null },
        { entry: 'db.json', what: 'rows', count: 18 },
        { entry: 'attachments/3f0a/91c2.bin', what: 'content', count: null },
      ],
      refusal: null,
    }),
    saveInspection: nothing,
    savePage: nothing,
    saveTable: nothing,
    planRestore: () => done(firstRestorePlan),
    completeRestorePlan: () => done(restorePlan),
    findCopies: (_job, places) =>
      done({
        zips: 3,
        unread: [],
        folders: places.flatMap((place) => (place.type === 'folder' ? [place.folder] : [])),
        targets: places.flatMap((place) => (place.type === 'target' ? ['Office S3'] : [])),
        unreached: [],
        found: 1,
      }),
    findCaseCopies: async () => ({ zips: 3, unread: [], folders: [], targets: [], unreached: [], found: 0 }),
    startRetry: async () => 18,
    restoreChecklist: (jobId) => done(sampleChecklist(jobId)),
    checkRestore: (jobId) => done(sampleChecklist(jobId)),
    noteUsersInformed: async (jobId, informed) => {
      const list = sampleChecklist(jobId);
      const users = list.items.at(-1);
      if (users) users.state = informed ? 'done' : 'open';
      return list;
    },
    saveRestoreReport: nothing,
    safetyCopies: () => done(kept),
    removeSafetyCopy: async (name) => {
      kept = kept.filter((copy) => copy.name !== name);
      return null;
    },
    watchCloseAsked: async () => () => undefined,
    holdWindow: async () => undefined,
    showFirstScreen: async () => undefined,
    firstScreenPainted: async () => undefined,
    watchSession: async () => () => undefined,
    watchServerWaits: async () => () => undefined,
    endApp: async () => undefined,
    watchOpenedFiles: async () => () => undefined,
    chooseZips: () => done(locals.slice(0, 1).map((local) => local.path)),
    chooseFile: () => done('/home/mira/Documents/d1-export.sql'),
    chooseFolder: () => done('/home/mira/Backups'),
    chooseCertificate: () => done('/home/mira/certificates/studio-nord.pem'),
    chooseSavePath: (_title, name) => done(`/home/mira/Documents/${name}`),
    revealFile: nothing,
    openPage: async () => null,
    notify: async () => undefined,
    showWindow: async () => undefined,
    watchAlerts: async () => () => undefined,
    watchLooks: async () => () => undefined,
    watchTrayBackUp: async () => () => undefined,
    watchNotificationClicks: async () => () => undefined,
    ...sampleWatch(),
    // A page that plays this world drops files by its own event.
    async watchFileDrops(listener) {
      const hear = (event: Event) => listener((event as CustomEvent<FileDrop>).detail);
      window.addEventListener('sample-drop', hear);
      return () => window.removeEventListener('sample-drop', hear);
    },
    now: () => sampleNow,
  };
  return { backend, stage, trouble };
}

/** A backend that needs nothing outside: the world of this name, healthy where it says nothing. */
export function sampleBackend(state: string): Backend {
  const world = healthy();
  const change = (states as Record<string, (world: World) => void>)[state];
  if (!change) throw new Error(`No sample state "${state}". There are: ${Object.keys(states).join(', ')}`);
  change(world);
  return world.backend;
}
