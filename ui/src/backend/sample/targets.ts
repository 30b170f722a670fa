import { describe } from '@/targets/kinds';
import type { BackupSettings, Connection, ConnectionForm, Destination, TargetTest } from '../bindings';
import type { Backend } from '../types';
import { samplePage } from './log';
import { sampleReview } from './review';
import { presets, settings } from './settings';
import type { JobStage } from './stage';
import { coreError, sampleNow } from './world';

type TargetCommands = Pick<
  Backend,
  | 'profileConnection'
  | 'setProfileConnection'
  | 'setLockAfter'
  | 'backupSettings'
  | 'reviewSettings'
  | 'saveBackupSettings'
  | 'targetPresets'
  | 'testTarget'
  | 'auditLog'
>;

const direct: Connection = {
  caFile: null,
  proxy: null,
  proxyHasLogin: false,
  headers: [],
  httpAccepted: false,
};

/** A secret is never returned: what was entered again reads as kept. */
function withoutSecret(one: Destination): Destination {
  return { ...one, location: describe(one.location).withSecret({ type: 'kept' }) };
}

function secretOf({ location }: Destination) {
  return describe(location).secret;
}

/** What a connection form leaves readable. */
export function readable(form: ConnectionForm): Connection {
  return {
    caFile: form.caFile || null,
    proxy: form.proxy || null,
    proxyHasLogin: !!form.proxy && form.proxyLogin !== undefined && form.proxyLogin.type !== 'unset',
    headers: (form.headers ?? []).map((header) => header.name),
    httpAccepted: form.httpAccepted ?? false,
  };
}

/** The server's settings, connections and log, in memory: what is saved is read next. */
export function targetCommands(stage: JobStage): TargetCommands {
  let saved = structuredClone(settings);
  const connections = new Map<string, Connection>();
  return {
    profileConnection: async (profileId) => structuredClone(connections.get(profileId) ?? direct),
    async setProfileConnection(profileId, form) {
      connections.set(profileId, readable(form));
      return structuredClone(connections.get(profileId) ?? direct);
    },
    setLockAfter: async () => undefined,
    backupSettings: async () => structuredClone(saved),
    reviewSettings: async (before, after) => sampleReview(before, after),
    async saveBackupSettings(before, after) {
      const stale = sampleReview(before, saved).changes.length > 0;
      if (stale) throw coreError('changed-elsewhere');
      const bare = after.destinations.find((one) => secretOf(one).type === 'unset');
      if (bare) {
        throw coreError('target-secret-missing', { values: { target: bare.name } });
      }
      saved = { destinations: after.destinations.map(withoutSecret) };
      return structuredClone(saved);
    },
    targetPresets: async () => structuredClone(presets),
    async testTarget(targetId, write) {
      const target = saved.destinations.find((one) => one.id === targetId);
      if (!target) throw coreError('target-not-found');
      return test(target, write, stage);
    },
    auditLog: async (limit, offset) => structuredClone(samplePage(limit, offset)),
  };
}

/** A target whose address says what is wrong with it fails accordingly. */
function test(target: Destination, write: boolean, stage: JobStage): TargetTest {
  const { address } = describe(target.location);
  if (address.includes('gone')) {
    return {
      verdict: 'unreadable',
      error: coreError('target-host-unknown', { original: 'WebDAV list failed: 530' }),
      jobId: null,
    };
  }
  if (!write) return { verdict: 'readable', error: null, jobId: null };
  const jobId = stage.start('backup', target.name, () => null);
  if (address.includes('read-only')) {
    const error = coreError('target-not-writable', { original: 'WebDAV upload failed: 403' });
    stage.end(jobId, { state: 'failed', error, endedAt: sampleNow.toISOString() });
    return { verdict: 'readable-not-writable', error, jobId };
  }
  stage.end(jobId, { state: 'succeeded' });
  return { verdict: 'works', error: null, jobId };
}

/** Settings that someone else changes between reading and saving. */
export function changedElsewhere(backend: Backend): void {
  const read = backend.backupSettings;
  let times = 0;
  backend.backupSettings = async () => {
    const now = await read();
    if (times++ > 0) rename(now);
    return now;
  };
  const save = backend.saveBackupSettings;
  backend.saveBackupSettings = async (before, after) => {
    const known = before.destinations.some((one) => one.name.endsWith('(moved)'));
    if (!known) throw coreError('changed-elsewhere');
    const real = await read();
    return save(real, after);
  };
}

function rename(settings: BackupSettings): void {
  const second = settings.destinations[1];
  if (second) second.name = `${second.name} (moved)`;
}
