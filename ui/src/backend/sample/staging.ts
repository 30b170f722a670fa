import type { RemovalPlan, StagedZip, StagingResult } from '../bindings';
import type { Backend } from '../types';
import { settings } from './settings';
import type { JobStage } from './stage';

type Staging = Pick<Backend, 'stagingChoices' | 'stagedZips' | 'planStagedRemoval' | 'removeStaged'>;

const body = (name: string) => ({ path: `attachments/${name}`, bytes: 26_214_400, whole: true });

/** A backup of 100 MiB that is on a target. */
export const sampleStaged: StagedZip = {
  id: '1f2e3d4c5b6a7988-0102030405060708',
  fileName: 'nodewarden_backup_20261120_153000_1f2e3.zip',
  sha256: '1f2e3d4c5b6a79880102030405060708090a0b0c0d0e0f101112131415161718',
  targetId: 'nas',
  targetName: 'NAS',
  place: 'https://nas.example.org/dav/nodewarden',
  zip: 'nodewarden_backup_20261120_153000_9c8b7.zip',
  files: [
    body('2a3f1b5c-2120-4e2c-a94c-5fd0b95914a7/5ef145ce-7fb6-422e-b194-57af8ffe5af8'),
    body('36be57e4-23ef-4887-942c-c71728838248/b71d46bb-2267-4bab-b449-9f800f0db36d'),
    { path: 'nodewarden_backup_20261120_153000_9c8b7.zip', bytes: 48_123, whole: true },
  ],
};

export const sampleStaging: StagingResult = {
  id: sampleStaged.id,
  fileName: sampleStaged.fileName,
  targetId: sampleStaged.targetId,
  targetName: sampleStaged.targetName,
  path: sampleStaged.zip,
  attachments: 4,
  uploaded: 2,
  uploadedBytes: 52_428_800,
  alreadyThere: 2,
};

/** Plays the way through a target. */
export function sampleStagings(stage: JobStage): Staging {
  let staged: StagedZip[] = [];
  const planned = (id: string): RemovalPlan => {
    const { files, fileName, targetName } = staged.find((one) => one.id === id) ?? sampleStaged;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { id, fileName, targetName, remove: files, bytes, keep: [] };
  };
  stage.plays('staging', ({ file }) =>
    stage.start('staging', file.split('/').at(-1) ?? file, () => {
      staged = [sampleStaged];
      return { kind: 'staging', ...sampleStaging };
    }),
  );
  return {
    stagingChoices: async () =>
      settings.destinations.map(({ id, name }) => ({
        destinationId: id,
        name,
        place: sampleStaged.place,
        targetId: id,
      })),
    stagedZips: async () => staged,
    planStagedRemoval: async (id) => planned(id),
    async removeStaged(plan) {
      staged = staged.filter((one) => one.id !== plan.id);
      return plan;
    },
  };
}
