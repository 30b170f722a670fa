import type { BackupSettings, Destination } from '@/backend';
import { describe } from '@/targets/kinds';

/** The outcome of putting someone's changes on top of newer settings. */
export type Merged = {
  settings: BackupSettings;
  /** Names of targets where both sides changed the same field; ours stays. */
  both: string[];
  /** Names of targets that went elsewhere and stay because they were changed here. */
  gone: string[];
};

type Plain = Record<string, unknown>;

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same kind of thing inside: both WebDAV, or neither a tagged kind at all. Secrets are whole. */
function alike(one: unknown, other: unknown): one is Plain {
  if (!isPlain(one) || !isPlain(other)) return false;
  const secret = [one.type, other.type].some((type) => ['kept', 'new', 'unset'].includes(String(type)));
  return !secret && one.type === other.type;
}

/** Field by field: what we changed is ours, everything else is theirs. */
function merged(base: unknown, mine: unknown, theirs: unknown, clash: () => void): unknown {
  if (same(base, mine)) return theirs;
  if (same(base, theirs) || same(mine, theirs)) return mine;
  if (alike(base, mine) && alike(base, theirs) && isPlain(mine) && isPlain(theirs)) {
    const keys = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
    return Object.fromEntries(keys.map((key) => [key, merged(base[key], mine[key], theirs[key], clash)]));
  }
  clash();
  return mine;
}

/** A target that is new to the server has no secret there to keep. */
function withoutKeptSecret(one: Destination): Destination {
  const copy = structuredClone(one);
  const place = describe(copy.location);
  return place.secret.type === 'kept' ? { ...copy, location: place.withSecret({ type: 'unset' }) } : copy;
}

/** Puts what was changed from `base` to `mine` on top of what the server has now. */
export function mergeSettings(base: BackupSettings, mine: BackupSettings, theirs: BackupSettings): Merged {
  const find = (settings: BackupSettings, id: string) => settings.destinations.find((one) => one.id === id);
  const both: string[] = [];
  const gone: string[] = [];
  const kept = mine.destinations.flatMap((one) => {
    const [was, now] = [find(base, one.id), find(theirs, one.id)];
    if (!was) return [one];
    if (!now) {
      if (same({ ...was, runtime: null }, { ...one, runtime: null })) return [];
      gone.push(one.name);
      return [withoutKeptSecret(one)];
    }
    let clashed = false;
    const result = merged(was, one, now, () => (clashed = true)) as Destination;
    if (clashed) both.push(result.name);
    return [{ ...result, runtime: now.runtime ?? {} }];
  });
  const added = theirs.destinations.filter((one) => !find(base, one.id) && !find(mine, one.id));
  return { settings: { destinations: arranged(base, mine, theirs, [...kept, ...added]) }, both, gone };
}

/** Our order where we changed it, else theirs. */
function arranged(base: BackupSettings, mine: BackupSettings, theirs: BackupSettings, all: Destination[]) {
  const order = (settings: BackupSettings) => settings.destinations.map((one) => one.id);
  const common = order(base).filter((id) => order(mine).includes(id));
  const moved = !same(
    common,
    order(mine).filter((id) => common.includes(id)),
  );
  const wanted = moved ? order(mine) : [...order(theirs), ...order(mine)];
  const place = (one: Destination) => {
    const at = wanted.indexOf(one.id);
    return at < 0 ? wanted.length : at;
  };
  return [...all].sort((one, other) => place(one) - place(other));
}
