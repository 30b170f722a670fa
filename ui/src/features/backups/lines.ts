import type {
  AttachmentsOnTarget,
  BackupOrigin,
  BackupRow,
  BackupState,
  ChangedContent,
  Kind,
  LastDrill,
  LocalBackup,
} from '@/backend';
import { stateOrder } from './wording';

/** A line of the table, of a target or of this computer. */
export type Line = {
  /** Below the target's root, or the full path on this computer. */
  path: string;
  name: string;
  isFolder: boolean;
  bytes: number | null;
  madeAt: string | null;
  kind: Kind | null;
  state: BackupState;
  /** How its content changed since it was verified, if it did. */
  changed: ChangedContent | null;
  /** Its attachments on the target, when they were looked up. */
  attachments: AttachmentsOnTarget | null;
  checkedAt: string | null;
  /** Who could repair the server's settings from it; null when it was never read in full here. */
  repairableBy: string[] | null;
  /** The server that made it; null where nothing hints at another one. */
  origin: BackupOrigin | null;
  /** The last drill of this content that brought everything back. */
  lastDrill: LastDrill | null;
};

/** What the table can be sorted by. */
export type Column = 'name' | 'kind' | 'bytes' | 'madeAt' | 'integrity' | 'repair';

/** A column, and which way. */
export type Order = { by: Column; descending: boolean };

/** A line of a target's folder. */
export function remoteLine(row: BackupRow): Line {
  return {
    path: row.path,
    name: row.name,
    isFolder: row.isDirectory,
    bytes: row.size,
    madeAt: row.madeAt,
    kind: row.kind,
    state: row.state,
    changed: row.changed ?? null,
    attachments: row.attachments ?? null,
    checkedAt: row.checkedAt,
    repairableBy: row.repairableBy ?? null,
    origin: row.origin ?? null,
    lastDrill: row.lastDrill ?? null,
  };
}

/** A line of this computer. */
export function localLine(backup: LocalBackup): Line {
  return {
    path: backup.path,
    name: backup.name,
    isFolder: false,
    bytes: backup.bytes,
    madeAt: backup.exportedAt,
    kind: backup.kind,
    state: backup.state,
    changed: backup.changed ?? null,
    attachments: null,
    checkedAt: backup.checkedAt,
    repairableBy: backup.repairableBy ?? null,
    origin: null,
    lastDrill: backup.lastDrill ?? null,
  };
}

/** Only ZIPs can be downloaded, checked, restored and deleted. */
export function isBackup(line: Line): boolean {
  return !line.isFolder && line.name.toLowerCase().endsWith('.zip');
}

/**
 * A name in two parts: the start may be cut where there is no room, the end never is. The
 * time and hash in the names that the server gives tell backups apart, so all of them is the end.
 */
export function nameParts(name: string): { start: string; end: string; own: boolean } {
  const own = /^(nodewarden_backup_)(\d{8}_\d{6}.*)$/.exec(name);
  if (own && own[2]!.length <= 32) return { start: own[1]!, end: own[2]!, own: true };
  return { start: name.slice(0, -8), end: name.slice(-8), own: false };
}

const value: Record<Column, (line: Line) => string | number> = {
  name: (line) => line.name,
  kind: (line) => line.kind ?? '',
  bytes: (line) => line.bytes ?? -1,
  madeAt: (line) => (line.madeAt ? Date.parse(line.madeAt) : 0),
  integrity: (line) => stateOrder.indexOf(line.state),
  repair: (line) => line.repairableBy?.length ?? -1,
};

/** The lines that match, folders first, in this order; equal ones by name. */
export function arrange(
  lines: Line[],
  order: Order,
  filter: string,
  state: BackupState | 'any' = 'any',
): Line[] {
  const words = filter.trim().toLowerCase();
  const read = value[order.by];
  const way = order.descending ? -1 : 1;
  // What is compared is read once a line, not at every comparison of thousands.
  return lines
    .filter((line) => line.name.toLowerCase().includes(words))
    .filter((line) => state === 'any' || (isBackup(line) && line.state === state))
    .map((line) => ({ line, by: read(line) }))
    .sort((one, other) => {
      if (one.line.isFolder !== other.line.isFolder) return one.line.isFolder ? -1 : 1;
      if (one.by !== other.by) return one.by < other.by ? -way : way;
      return one.line.name < other.line.name ? -1 : 1;
    })
    .map(({ line }) => line);
}

/** The folders on the way to a path: `a/b` gives `a` and `a/b`. */
export function crumbs(path: string): { name: string; path: string }[] {
  const parts = path.split('/').filter(Boolean);
  return parts.map((name, index) => ({ name, path: parts.slice(0, index + 1).join('/') }));
}
