import { describe } from '@/targets/kinds';
import type { BackupAccounts, BackupSettings, Error, RepairResult } from '../bindings';
import data from './data/secrets.json';
import { coreError, sampleNow } from './world';

/** The backup that proves a repair. */
export const newBackup = 'nodewarden_backup_20261120_163014_4be20.zip';

/** What a key opens, and what is known without one: written by a test of the core. */
export const { opened, known } = data as unknown as Record<'opened' | 'known', BackupSettings>;

/** What a repair comes to when the second target's test backup works, or fails. */
export function repaired(
  after: BackupSettings,
  test: string[],
  failing: boolean,
): { kind: 'repair' } & RepairResult {
  return {
    kind: 'repair',
    readableAgain: true,
    targets: after.destinations.map((target, index) => ({
      tested: test.includes(target.id),
      id: target.id,
      name: target.name,
      kind: target.location.type,
      host: new URL(describe(target.location).address).host,
      error:
        failing && index === 1 && test.includes(target.id)
          ? coreError('target-s3-not-writable', { original: 'S3 upload failed: 403' })
          : null,
      backup:
        (failing && index === 1) || !test.includes(target.id)
          ? null
          : {
              targetId: target.id,
              targetName: target.name,
              provider: target.location.type,
              fileName: newBackup,
              fileSize: 2_816_004,
              remotePath: `nodewarden/${newBackup}`,
              check: {
                fileName: newBackup,
                level: 'verified' as const,
                checkedAt: sampleNow.toISOString(),
                server: null,
                here: null,
              },
              checkError: null,
            },
    })),
  };
}

/** The accounts in a backup, and what is wrong with its settings where its name says so. */
export function accountsIn(path: string): BackupAccounts {
  const why: Record<string, Error> = {
    'no-wrap': coreError('portable-nobody'),
    'no-part': coreError('portable-absent'),
    'no-settings': coreError('no-settings'),
    'settings-damaged': coreError('envelope-damaged'),
    'settings-newer': coreError('envelope-version-unknown', { values: { version: '3' } }),
  };
  const error = Object.entries(why).find(([name]) => path.includes(name))?.[1] ?? null;
  const account = (email: string, isAdministrator: boolean, isActive: boolean, hasWrap: boolean) => ({
    email,
    isAdministrator,
    isActive,
    hasWrap,
  });
  return {
    accounts: [
      account('mira@lindqvist.example', true, true, error === null),
      account('anna@lindqvist.example', true, true, false),
      account('old-admin@lindqvist.example', true, false, false),
      account('jonas@lindqvist.example', false, true, false),
    ],
    error,
  };
}
