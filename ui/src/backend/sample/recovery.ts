import type { BackupSettings, OpenedSettings } from '../bindings';
import type { Backend } from '../types';
import { answers, evidence, newSecret } from './recovery-secrets';
import { known, opened, repaired } from './recovery-targets';
import type { Trouble } from './recovery-trouble';
import type { JobStage } from './stage';
import { coreError, rows, sampleNow } from './world';

type RecoveryCommands = Pick<
  Backend,
  | 'diagnose'
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
  | 'knownTargets'
  | 'revealSecret'
  | 'saveOpenedSettings'
  | 'closeOpenedSettings'
  | 'listDirectly'
  | 'startDirectDownload'
  | 'startRepair'
>;

/** The recovery commands, told by one server's trouble. */
export function recoveryCommands(trouble: Trouble, stage: JobStage): RecoveryCommands {
  const handles = new Map<string, BackupSettings>();
  const done = async <T>(value: T): Promise<T> => structuredClone(value);
  const open = (source: OpenedSettings['source'], account: string): OpenedSettings => {
    const handle = `opened-${handles.size + 1}`;
    handles.set(handle, structuredClone(opened));
    return { handle, settings: structuredClone(opened), source, account, openedAt: sampleNow.toISOString() };
  };
  return {
    diagnose: async (profileId) => trouble.diagnosis(profileId ?? 'home'),
    repairers: async () => trouble.repairers(),
    async keepTestValue(keep) {
      trouble.testValue = keep ? 'kept' : 'offered';
      return trouble.testValue;
    },
    recoveryHistory: async () => [],
    recoveryCase: async () => (trouble.case ? trouble.look() : null),
    beginRecovery: async (profileId, branch) => trouble.begin(profileId, branch),
    refreshCase: async () => trouble.look(),
    async confirmStep(_caseId, step) {
      trouble.confirmed.add(step);
      return trouble.look();
    },
    closeCase: async () => trouble.close(),
    async abandonCase() {
      trouble.case = null;
      return null;
    },
    async checkSecrets(against, candidates, caseId) {
      const told = answers(against, candidates);
      if (caseId !== null && told.some((one) => one.verdict === 'right'))
        trouble.confirmed.add('find-secret');
      return told;
    },
    secretEvidence: async (profileId) => evidence(trouble, profileId),
    makeSecret: async () => newSecret,
    async openPortable(password) {
      if (!password.startsWith('correct')) throw coreError('wrong-password');
      if (trouble.wraps === 'others' || trouble.wraps === 'none') throw coreError('no-wrap-for-account');
      trouble.opened = true;
      return open({ type: 'server', serverUrl: 'https://vault.lindqvist.example' }, 'mira@lindqvist.example');
    },
    backupAccounts: (path) =>
      done(
        path.includes('no-wrap')
          ? [
              { email: 'mira@lindqvist.example', isAdministrator: true, isActive: true, hasWrap: false },
              { email: 'jonas@lindqvist.example', isAdministrator: false, isActive: true, hasWrap: false },
            ]
          : [
              { email: 'mira@lindqvist.example', isAdministrator: true, isActive: true, hasWrap: true },
              { email: 'anna@lindqvist.example', isAdministrator: true, isActive: true, hasWrap: false },
              {
                email: 'old-admin@lindqvist.example',
                isAdministrator: true,
                isActive: false,
                hasWrap: false,
              },
              { email: 'jonas@lindqvist.example', isAdministrator: false, isActive: true, hasWrap: false },
            ],
      ),
    async openBackupSettings(path, email, password) {
      if (!password.startsWith('correct')) throw coreError('wrong-password');
      return open({ type: 'backup', path }, email);
    },
    knownTargets: async () => known(),
    async revealSecret(handle, destinationId) {
      if (!handles.has(handle)) throw coreError('password-needed');
      return `app-password-of-${destinationId}`;
    },
    saveOpenedSettings: async (_handle, path) => path,
    async closeOpenedSettings(handle) {
      handles.delete(handle);
    },
    listDirectly: async () =>
      rows.map(({ path, name, isDirectory, size, madeAt }) => ({
        path,
        name,
        isDirectory,
        size,
        modifiedAt: madeAt,
      })),
    startDirectDownload: async (_handle, _destinationId, path) => stage.start('download', path, () => null),
    startRepair: async (_handle, after, test) =>
      stage.start('repair', after.destinations.map((target) => target.name).join(', '), () => {
        trouble.settings = 'readable';
        trouble.verified = test.length > 0;
        return repaired(after, test, trouble.failing);
      }),
  };
}
