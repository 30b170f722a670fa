import type {
  Attachment,
  Change,
  Changes,
  Diff,
  FirstFacts,
  Inspection,
  ServerVerdict,
  Storage,
} from '../bindings';
import { damage, warning } from './finds';
import { inspection } from './records';
import { coreError } from './world';

/**
 * The files of the sample world. What a file is follows from its name, so that
 * a link to `#/inspect?path=/home/mira/Backups/damaged.zip` is enough to see it.
 */
const yes: ServerVerdict = {
  accepts: true,
  error: null,
  skipped: { reason: null, attachments: 0, items: [] },
};

function no(error: string): ServerVerdict {
  return { accepts: false, error, skipped: { reason: null, attachments: 0, items: [] } };
}

const notFresh = 'Backup import requires a fresh instance with no vault or send data';

const usual = [
  warning({ kind: 'two-step-exposed', totp: 2, recovery: 2 }),
  warning({ kind: 'settings-need-repair', emails: ['mira@lindqvist.example'] }),
  warning({ kind: 'sends-not-included' }),
];

const indexOnly: Inspection = {
  ...inspection,
  warnings: [warning({ kind: 'bodies-elsewhere', count: 60 }), ...usual],
};

function attachment(index: number): Attachment {
  const id = (seed: number) => ((index + 1) * seed).toString(16).padStart(8, '0').slice(-8);
  return {
    cipherId: id(2_654_435),
    attachmentId: id(40_503_173),
    sizeBytes: 2_000 + ((index * 7_919) % 900_000),
    ownerEmail: index % 3 === 0 ? 'jonas@lindqvist.example' : 'mira@lindqvist.example',
    present: false,
  };
}

const first: Attachment = {
  cipherId: '0b6c1a52',
  attachmentId: '7f31d0aa',
  sizeBytes: 27_262_976,
  ownerEmail: 'mira@lindqvist.example',
  present: false,
};

const attachments = [first, ...Array.from({ length: 59 }, (_, index) => attachment(index))];

/** A backup with every attachment inside, one of them too large for KV. */
function complete(storage: Storage): Inspection {
  const skipped = {
    r2: { reason: null, attachments: 0, items: [] },
    kv: {
      reason: 'Cloudflare KV object size limit (25 MB)',
      attachments: 1,
      items: [{ kind: 'attachment', path: 'attachments/0b6c1a52/7f31d0aa.bin', sizeBytes: 27_262_976 }],
    },
    none: {
      reason: 'Attachment storage is not configured',
      attachments: 60,
      items: attachments.map((one) => ({
        kind: 'attachment',
        path: `attachments/${one.cipherId}/${one.attachmentId}.bin`,
        sizeBytes: one.sizeBytes,
      })),
    },
  }[storage];
  const extra = {
    r2: [warning({ kind: 'would-be-left-out-on-kv', count: 1 })],
    kv: [warning({ kind: 'left-out-on-kv', count: 1 })],
    none: [warning({ kind: 'no-storage', count: 60 })],
  }[storage];
  return {
    ...inspection,
    file: { ...inspection.file, bytes: 41_208_114 },
    kind: 'complete',
    nameHash: 'absent',
    server: { import: { ...yes, skipped }, remoteRestore: { ...yes, skipped } },
    withoutReplacing: { import: notFresh, remoteRestore: notFresh },
    attachments: { rows: 60, present: 60, missing: 0, bytes: 38_400_112 },
    warnings: [...extra, ...usual, warning({ kind: 'name-without-hash' })],
  };
}

const damaged: Inspection = {
  ...inspection,
  nameHash: 'mismatch',
  intact: false,
  damage: [
    damage('db.json', { kind: 'crc-mismatch', expected: '5d11a2c0', found: '77aa0913' }),
    damage('attachments/0b6c1a52/7f31d0aa.bin', {
      kind: 'size-differs',
      count: 27_258_880,
      expected: 27_262_976,
    }),
    damage('manifest.json', { kind: 'body-count-differs', count: 60, found: 59 }),
    damage('db.json', { kind: 'count-differs', table: 'ciphers', count: 1_412, found: 1_409 }),
    damage(null, { kind: 'name-hash-mismatch', named: '7ffc2', found: '9c41e' }),
  ],
  server: { import: no('Backup file checksum does not match its filename'), remoteRestore: yes },
  warnings: [warning({ kind: 'damage-accepted' }), ...usual],
};

const refused: Inspection = {
  ...complete('r2'),
  server: {
    import: no('Backup archive contains unexpected file: __MACOSX/._db.json'),
    remoteRestore: no('Backup archive contains unexpected file: __MACOSX/._db.json'),
  },
  warnings: [warning({ kind: 'extra-entries', count: 3, first: '__MACOSX/._db.json' }), ...usual],
};

/** The same, packed again as one folder. */
const folder: Inspection = {
  ...complete('r2'),
  server: {
    import: no('Backup archive is missing manifest.json or db.json'),
    remoteRestore: no('Backup archive is missing manifest.json or db.json'),
  },
  warnings: [warning({ kind: 'packed-in-folder', folder: 'nodewarden_backup' }), ...usual],
};

const dangerous: Inspection = {
  ...complete('r2'),
  people: inspection.people.map((person) => ({ ...person, role: 'user', hasWrap: false })),
  repairableBy: [],
  warnings: [
    warning({ kind: 'no-active-administrator' }),
    warning({ kind: 'nobody-can-repair' }),
    ...usual.slice(0, 1),
  ],
};

const renamed: Inspection = {
  ...complete('r2'),
  nameHash: 'mismatch',
  intact: false,
  damage: [damage(null, { kind: 'name-hash-mismatch', named: '41d09', found: '9c41e' })],
};

const unreadable: Inspection = {
  ...inspection,
  file: { ...inspection.file, bytes: 48_310 },
  nameHash: 'absent',
  kind: null,
  intact: false,
  damage: [damage(null, { kind: 'not-a-zip' })],
  server: { import: no('Invalid ZIP archive'), remoteRestore: no('Invalid ZIP archive') },
  warnings: [],
  tables: {},
  attachments: { rows: 0, present: 0, missing: 0, bytes: 0 },
  repairableBy: [],
  manifest: null,
  people: [],
  targets: [],
  exposes: [],
};

const locked: Inspection = {
  ...unreadable,
  intact: true,
  damage: [],
  server: { import: no('Invalid backup archive'), remoteRestore: no('Invalid backup archive') },
  warnings: [warning({ kind: 'password-protected', count: 62 })],
};

function name(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

const large: Inspection = {
  ...indexOnly,
  warnings: [warning({ kind: 'bodies-elsewhere', count: 10_000 }), ...usual],
  tables: { ...indexOnly.tables, attachments: 10_000 },
  attachments: { rows: 10_000, present: 0, missing: 10_000, bytes: 0 },
};

/** What a file's name begins with, and what it then is on a server with this storage. */
const kinds: [string, (storage: Storage) => Inspection][] = [
  ['damaged', () => damaged],
  ['finder', () => refused],
  ['folder', () => folder],
  ['no-admin', () => dangerous],
  ['renamed', () => renamed],
  ['photo', () => unreadable],
  ['locked', () => locked],
  ['large', () => large],
  ['vault', complete],
];

const storages: Storage[] = ['r2', 'kv', 'none'];

/** Everything about a file of the sample world. */
export function sampleInspection(path: string, storage: Storage): Inspection {
  const named = name(path);
  if (named.startsWith('missing')) throw coreError('file-not-found', { values: { path } });
  const judge = kinds.find(([start]) => named.startsWith(start))?.[1] ?? (() => indexOnly);
  const found = judge(storage);
  const elsewhere = storages
    .filter((other) => other !== storage)
    .map((other) => ({ storage: other, server: judge(other).server, warnings: judge(other).warnings }));
  return { ...found, elsewhere, file: { ...found.file, name: named } };
}

/** Its first facts. */
export function sampleFacts(path: string): FirstFacts {
  const { file, kind, manifest, tables, attachments: facts } = sampleInspection(path, 'r2');
  return {
    name: file.name,
    bytes: file.bytes,
    kind,
    manifest,
    tables,
    entries: facts.present + 2,
    bodies: facts.present,
  };
}

/** Its attachments. */
export function sampleAttachments(path: string): Attachment[] {
  const { attachments: facts } = sampleInspection(path, 'r2');
  if (facts.rows > 60) return Array.from({ length: facts.rows }, (_, index) => attachment(index));
  return attachments.slice(0, facts.rows).map((one) => ({ ...one, present: facts.present > 0 }));
}

function changes(unchanged: number, items: Change[]): Changes {
  const count = (what: Change['what']) => items.filter((item) => item.what === what).length;
  return { added: count('added'), removed: count('removed'), changed: count('changed'), unchanged, items };
}

/** What changed between two of them. */
export function sampleDiff(before: string, after: string): Diff {
  const side = (path: string) => {
    const { file, kind, manifest, tables, damage } = sampleInspection(path, 'r2');
    return { name: file.name, kind, manifest, tables, damage: damage.length, isPartial: false };
  };
  const mira = 'mira@lindqvist.example';
  return {
    before: side(before),
    after: side(after),
    users: changes(2, [{ what: 'added', id: 'user-3', email: 'iris@lindqvist.example', columns: [] }]),
    administrators: changes(1, []),
    ciphers: changes(394, [
      { what: 'added', id: '9d3e7012', email: mira, columns: [] },
      { what: 'removed', id: '1f0c2b77', email: mira, columns: [] },
      { what: 'changed', id: '0b6c1a52', email: mira, columns: ['data', 'updated_at'] },
    ]),
    folders: changes(24, []),
    attachments: changes(59, [{ what: 'removed', id: 'c0ffee42', email: mira, columns: [] }]),
    settings: {
      savedAnew: true,
      targetsAdded: ['r2'],
      targetsRemoved: [],
      repairersAdded: [],
      repairersRemoved: [],
    },
  };
}
