import type { ExportResult, UnfinishedExport } from '../bindings';
import type { Backend } from '../types';
import type { JobStage } from './stage';

type Exports = Pick<Backend, 'unfinishedExports' | 'discardExport' | 'decryptExport'>;

/** An export as it usually ends. */
export const sampleExport: ExportResult = {
  file: '/home/mira/NodeWarden backups/nodewarden_backup_20261120_153000_1f2e3.zip',
  bytes: 19_884_032,
  sha256: '1f2e3d4c5b6a79880102030405060708090a0b0c0d0e0f101112131415161718',
  attachments: { listed: 42, written: 42, missing: [] },
  sources: { server: 42 },
  origins: [],
  importable: true,
  reason: null,
  overLimits: [],
  policy: 'fail',
  encrypted: false,
  check: null,
  unfinished: null,
};

/** The same when the server did not give two of the attachments. */
export const missingExport: ExportResult = {
  ...sampleExport,
  file: null,
  bytes: 0,
  sha256: '',
  attachments: {
    listed: 42,
    written: 40,
    missing: [
      {
        path: 'attachments/2a3f1b5c-2120-4e2c-a94c-5fd0b95914a7/5ef145ce-7fb6-422e-b194-57af8ffe5af8.bin',
        cipherId: '2a3f1b5c-2120-4e2c-a94c-5fd0b95914a7',
        attachmentId: '5ef145ce-7fb6-422e-b194-57af8ffe5af8',
        sizeBytes: 1024,
        owner: 'mira@example.org',
        cause: 'not-found',
        tries: 1,
        original: null,
      },
      {
        path: 'attachments/36be57e4-23ef-4887-942c-c71728838248/b71d46bb-2267-4bab-b449-9f800f0db36d.bin',
        cipherId: '36be57e4-23ef-4887-942c-c71728838248',
        attachmentId: 'b71d46bb-2267-4bab-b449-9f800f0db36d',
        sizeBytes: 4096,
        owner: 'jonas@example.org',
        cause: 'source-failed',
        tries: 3,
        original: 'Internal error',
      },
    ],
  },
  sources: { server: 40 },
  importable: false,
  reason: '2 attachments are missing.',
  unfinished: '/home/mira/NodeWarden backups/.nodewarden_backup_20261120_153000.zip.0123abcd.part',
};

/** Plays exports. */
export function sampleExports(stage: JobStage, downloadFolder: () => string): Exports {
  let unfinished: UnfinishedExport[] = [];
  const name = 'nodewarden_backup_20261120_153000_1f2e3.zip';
  const made = (folder: string | null, encrypted: boolean) => () => ({
    kind: 'export' as const,
    ...sampleExport,
    encrypted,
    file: `${folder ?? downloadFolder()}/${name}${encrypted ? '.age' : ''}`,
  });
  stage.plays('export', ({ from, folder, passphrase }) => {
    if (from.type === 'unfinished') unfinished = unfinished.filter((one) => one.part !== from.part);
    const subject = from.type === 'zip' ? (from.zip.split('/').at(-1) ?? from.zip) : 'Home';
    return stage.start('export', subject, made(folder, from.type !== 'unfinished' && passphrase !== null));
  });
  return {
    unfinishedExports: async () => unfinished,
    async discardExport(part) {
      unfinished = unfinished.filter((one) => one.part !== part);
      return null;
    },
    decryptExport: async (file, folder) =>
      `${folder ?? downloadFolder()}/${(file.split('/').at(-1) ?? file).replace(/\.age$/, '')}`,
  };
}
