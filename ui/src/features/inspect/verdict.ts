import type { Inspection, ServerVerdict, ServerVerdicts } from '@/backend';
import { answers, type Existing } from './storages';

/** What can be said of a backup in a few words, from the best to the worst. */
export type VerdictName =
  | 'restorable'
  | 'from-target'
  | 'with-losses'
  | 'not-replacing'
  | 'dangerous'
  | 'protected'
  | 'refused'
  | 'mismatch'
  | 'damaged'
  | 'unreadable';

/** How it would get onto a server: uploaded from here, or from its target. */
export type Way = 'import' | 'remote';

/** The verdict on a backup, and the facts its sentences need. */
export type Verdict = {
  name: VerdictName;
  /** The way the server would take it; null when it would refuse both. */
  way: Way | null;
  /** Attachments that the server would leave out on that way. */
  leftOut: number;
  /** The server's own words of refusal, when it would refuse. */
  refusal: string | null;
};

/**
 * Judges: damage comes before everything, then what the server would say, then
 * what it would not say. `existing` is what happens to the data it holds.
 */
export function verdictOf(inspection: Inspection, existing: Existing = 'replaced'): Verdict {
  const server = answers(inspection, existing);
  const way = wayOf(server);
  const answer = answerOn(server, way ?? expectedWay(inspection));
  const facts = {
    way,
    leftOut: way ? (answer.skipped.attachments ?? 0) : 0,
    refusal: way ? null : answer.error,
  };
  return { name: nameOf(inspection, facts.way, facts.leftOut), ...facts };
}

function nameOf(inspection: Inspection, way: Way | null, leftOut: number): VerdictName {
  const nothingReadable = inspection.manifest === null && Object.keys(inspection.tables).length === 0;
  if (!inspection.intact && nothingReadable) return 'unreadable';
  const inside = inspection.damage.filter((damage) => damage.code !== 'name-hash-mismatch');
  if (inside.length > 0) return 'damaged';
  if (inspection.nameHash === 'mismatch') return 'mismatch';
  if (!inspection.intact) return 'damaged';
  if (!way && needsPassword(inspection)) return 'protected';
  if (!way) return wayOf(inspection.server) ? 'not-replacing' : 'refused';
  if (inspection.warnings.some((warning) => warning.severity === 'danger')) return 'dangerous';
  if (leftOut > 0) return 'with-losses';
  return way === 'import' ? 'restorable' : 'from-target';
}

function wayOf(server: ServerVerdicts): Way | null {
  if (server.import.accepts) return 'import';
  return server.remoteRestore.accepts ? 'remote' : null;
}

/** A backup without the attachments' contents belongs on its target. */
function expectedWay(inspection: Inspection): Way {
  return inspection.kind === 'index-only' ? 'remote' : 'import';
}

/** The response of one path. */
export function answerOn(server: ServerVerdicts, way: Way): ServerVerdict {
  return way === 'import' ? server.import : server.remoteRestore;
}

/** Whether the app offers to restore it. A mismatch can be accepted on purpose in the plan. */
export function mayRestore(verdict: Verdict): boolean {
  return !['unreadable', 'refused', 'protected'].includes(verdict.name);
}

const cleanable = ['extra-entries', 'packed-in-folder', 'backslash-names', 'packed-otherwise'];

/** What keeps the server from taking it is only how it was packed: a cleaned copy puts that right. */
export function canBeCleaned(inspection: Inspection): boolean {
  const codes = inspection.warnings.map(({ code }) => code);
  return codes.some((code) => cleanable.includes(code)) && !codes.includes('password-protected');
}

/** It is damaged, and some of its rows can be read: they can be saved as a new archive. */
export function canBeSalvaged(inspection: Inspection): boolean {
  const inside = inspection.damage.some(({ code }) => code !== 'name-hash-mismatch');
  return inside && Object.keys(inspection.tables).length > 0;
}

/** Its content needs the password that the ZIP was packed with. */
export function needsPassword(inspection: Inspection): boolean {
  return inspection.warnings.some(({ code }) => code === 'password-protected');
}
