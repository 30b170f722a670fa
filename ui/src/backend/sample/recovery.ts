import type { BackupSettings, OpenedSettings } from '../bindings';
import type { Backend } from '../types';
import { answers, evidence, newSecret } from './recovery-secrets';
import { accountsIn, known, opened, repaired } from './recovery-targets';
import type { SimulatedServer } from './simulated-server';
import type { JobStage } from './stage';
import { coreError, rows, sampleNow } from './world';

type RecoveryCommands = Pick<
  Backend,
  | 'repairers'
  | 'keepTestValue'
  | 'recoveryHistory'
  | 'recoveryCase'
  | 'beginRecovery'
  | 'refreshCase'
  | 'confirmStep'
  | 'closeCase'
  | 'abandonCase'
  | 'checkSecrets'
  | 'secretEvidence'
  | 'makeSecret'
  | 'openPortable'
  | 'backupAccounts'
  | 'openBackupSettings'
  | 'openedSettings'
  | 'holdSettings'
  | 'knownTargets'
  | 'revealSecret'
  | 'saveOpenedSettings'
  | 'closeOpenedSettings'
  | 'listDirectly'
>;

/** The recovery commands, as the recorded server lets them end. */
export function recoveryCommands(trouble: SimulatedServer, stage: JobStage): RecoveryCommands {
  const handles = new Map<string, OpenedSettings>();
  let count = 0;
  const hold = (
    settings: BackupSettings,
    source: OpenedSettings['source'],
    account: string,
  ): OpenedSettings => {
    const held: OpenedSettings = {
      handle: `opened-${++count}`,
      settings: structuredClone(settings),
      source,
      account,
      openedAt: sampleNow.toISOString(),
    };
    handles.set(held.handle, held);
    return structuredClone(held);
  };
  const held = (handle: string): OpenedSettings => {
    const found = handles.get(handle);
    if (!found) throw coreError('settings-closed');
    return found;
  };
  trouble.atWork = () => stage.runs('repair') || stage.runs('backup');
  trouble.forget = () => handles.clear();
  stage.plays('repair', ({ handle, after, test }) => {
    if (handle !== null) held(handle);
    return stage.start('repair', after.destinations.map((target) => target.name).join(', '), () => {
      const result = repaired(after, test, trouble.failing);
      const isTested = result.targets.some((target) => target.backup !== null);
      const isPartly = result.targets.some((target) => target.error !== null);
      trouble.happens(isPartly ? 'repaired-partly' : isTested ? 'repaired' : 'repaired-untested');
      return result;
    });
  });
  return {
    repairers: async () => trouble.repairers(),
    async keepTestValue(keep) {
      if (keep && !trouble.readable) throw coreError('settings-need-repair');
      trouble.testValue = keep ? 'kept' : 'offered';
      return trouble.testValue;
    },
    recoveryHistory: async () => [],
    recoveryCase: async () => (trouble.case() ? trouble.look() : null),
    beginRecovery: async (_profileId, path) => trouble.begin(path),
    refreshCase: async () => trouble.look(),
    async confirmStep(_caseId, step) {
      trouble.happens(`confirm:${step}`);
      return trouble.look();
    },
    closeCase: async () => trouble.close(),
    async abandonCase() {
      trouble.happens('abandon');
      return null;
    },
    async checkSecrets(against, candidates, caseId) {
      const told = answers(against, candidates);
      const right = told.findIndex((one) => one.verdict === 'right' && !one.tooShort);
      if (caseId !== null && right >= 0) trouble.found(right + 1);
      return told;
    },
    secretEvidence: async (profileId) => evidence(trouble, profileId),
    makeSecret: async () => newSecret,
    async openPortable(password) {
      if (!trouble.signedIn) throw coreError('session-ended');
      if (!password.startsWith('correct')) throw coreError('wrong-password');
      if (trouble.noWrap) throw trouble.noWrap;
      trouble.happens('opened');
      const source = { type: 'server' as const, serverUrl: 'https://vault.lindqvist.example' };
      return hold(opened, source, 'mira@lindqvist.example');
    },
    backupAccounts: async (path) => accountsIn(path),
    async openBackupSettings(path, email, password, caseId) {
      if (!password.startsWith('correct')) throw coreError('wrong-password-then');
      if (caseId !== null) trouble.happens('opened');
      return hold(opened, { type: 'backup', path }, email);
    },
    openedSettings: async (handle) => structuredClone(held(handle)),
    holdSettings: async (settings) => hold(settings, { type: 'typed' }, ''),
    knownTargets: async () => structuredClone(known),
    async revealSecret(handle, destinationId) {
      held(handle);
      return `app-password-of-${destinationId}`;
    },
    async saveOpenedSettings(handle, path) {
      held(handle);
      return path;
    },
    async closeOpenedSettings(handle) {
      handles.delete(handle);
    },
    async listDirectly(handle) {
      held(handle);
      return rows.map(({ path, name, isDirectory, size, madeAt }) => ({
        path,
        name,
        isDirectory,
        size,
        modifiedAt: madeAt,
      }));
    },
  };
}
