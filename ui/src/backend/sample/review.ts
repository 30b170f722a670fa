import { describe } from '@/targets/kinds';
import type {
  BackupSettings,
  Destination,
  Finding,
  FindingLevel,
  FindingRule,
  Schedule,
  SettingsReview,
  SharedPlace,
  TargetChange,
} from '../bindings';
import { sampleNow } from './world';

/** A review as the core makes it, with the rules that pictures and tests look at. */
export function sampleReview(before: BackupSettings, after: BackupSettings): SettingsReview {
  return {
    changes: changes(before.destinations, after.destinations),
    findings: after.destinations.flatMap((one) => findings(one, after)).sort(worstFirst),
    shared: sampleShared(after, before),
    nextRuns: after.destinations.map((one) => ({ destinationId: one.id, at: nextRuns(one.schedule) })),
  };
}

/** A server of the sample that uses its own folder. */
export const otherServer = { name: 'Cabin', url: 'https://cabin.lindqvist.example', folder: 'cabin' };

function sampleShared(after: BackupSettings, before: BackupSettings): SharedPlace[] {
  const folder = (one: Destination) => (one.location.type === 'webdav' ? one.location.remotePath : '');
  const isShared = (one: Destination) => folder(one).replaceAll('/', '') === otherServer.folder;
  return after.destinations.filter(isShared).map((one) => {
    const was = before.destinations.find((known) => known.id === one.id);
    return {
      destinationId: one.id,
      destinationName: one.name,
      place: `https://nas.lindqvist.example/dav/${otherServer.folder}`,
      serverName: otherServer.name,
      serverUrl: otherServer.url,
      evidence: {
        type: 'place',
        targetName: 'Cabin NAS',
        place: `https://nas.lindqvist.example/dav/${otherServer.folder}`,
        overlap: 'same',
        anotherUser: false,
      },
      isNew: !was || !isShared(was),
    };
  });
}

function listed({ name, includesAttachments, location, schedule }: Destination): Map<string, string> {
  const { password, secretAccessKey, ...place } = location as unknown as Record<string, string>;
  void [password, secretAccessKey];

  const fields = { name, includeAttachments: includesAttachments, ...place, ...schedule };
  return new Map(Object.entries(fields).map(([field, value]) => [field, String(value ?? '')]));
}

function changes(before: Destination[], after: Destination[]): TargetChange[] {
  const place = (some: Destination[], others: Destination[], id: string) =>
    some.filter((one) => others.some((other) => other.id === one.id)).findIndex((one) => one.id === id);
  const found = after.flatMap<TargetChange>((now) => {
    const was = before.find((one) => one.id === now.id);
    if (!was) return [{ id: now.id, name: now.name, kind: 'added', fields: [] }];
    const [old, fresh] = [listed(was), listed(now)];
    const fields = [...new Set([...old.keys(), ...fresh.keys()])]
      .map((field) => ({ field, before: old.get(field) ?? null, after: fresh.get(field) ?? null }))
      .filter((field) => field.before !== field.after);
    const secret = describe(now.location).secret;
    if (secret.type === 'new') {
      const field = now.location.type === 'webdav' ? 'password' : 'secretAccessKey';
      fields.push({ field, before: null, after: null });
    }
    if (fields.length > 0) return [{ id: now.id, name: now.name, kind: 'changed', fields }];
    const moved = place(before, after, now.id) !== place(after, before, now.id);
    return moved ? [{ id: now.id, name: now.name, kind: 'moved', fields }] : [];
  });
  const gone = before.filter((was) => !after.some((one) => one.id === was.id));
  return [...found, ...gone.map(({ id, name }) => ({ id, name, kind: 'removed' as const, fields: [] }))];
}

/** What the server never saves. */
const refused: FindingRule[] = [
  'missing',
  'address-invalid',
  'host-private',
  'interval',
  'start-time',
  'timezone',
  'retention',
  'too-many',
];

const levels: FindingLevel[] = ['error', 'warning', 'note'];

function worstFirst(one: Finding, other: Finding): number {
  return levels.indexOf(one.level) - levels.indexOf(other.level);
}

function findings(one: Destination, all: BackupSettings): Finding[] {
  const found: Finding[] = [];
  const add = (field: string, rule: FindingRule, level: FindingLevel, suggestion: string | null = null) =>
    found.push({
      destinationId: one.id,
      field,
      rule,
      level,
      refused: level === 'error' && refused.includes(rule),
      message: `What the core says of ${rule}.`,
      suggestion,
    });
  const { location, schedule } = one;
  const filled = (fields: Record<string, string>) => {
    for (const [field, value] of Object.entries(fields)) {
      if (!value.trim()) add(field, 'missing', 'error');
      else if (value !== value.trim()) add(field, 'spaces', 'warning', value.trim());
    }
  };
  const address = (field: string, typed: string) => {
    if (!typed.trim()) return add(field, 'missing', 'error');
    if (/\b(HOST|PATH|USER|ACCOUNT|REGION)\b/.test(typed)) return add(field, 'placeholder', 'error');
    if (!/^https?:\/\//.test(typed))
      return add(field, 'address-invalid', 'error', typed.includes('://') ? null : `https://${typed}`);
    if (typed.startsWith('http://'))
      add(field, 'http-unencrypted', 'warning', typed.replace('http://', 'https://'));
    if (/\/\/(localhost|127\.|10\.|192\.168\.|[^/]*\.(local|lan|internal)\b)/.test(typed))
      add(field, 'host-private', 'error');
    return undefined;
  };
  const folder = (field: string, path: string) => {
    if (!path.trim()) add(field, 'path-empty', 'warning', 'nodewarden');
    else if (/(^|\/)\.\.?(\/|$)|\/\/|\\/.test(path)) add(field, 'path-invalid', 'error');
    else if (path.split('/').length > 6) add(field, 'path-deep', 'note');
  };
  if (location.type === 'webdav') {
    address('baseUrl', location.baseUrl);
    filled({ username: location.username });
    if (location.password.type === 'unset') add('password', 'missing', 'error');
    folder('remotePath', location.remotePath);
  } else if (location.type === 's3') {
    const { endpoint, bucket, accessKeyId, rootPath, addressingStyle } = location;
    address('endpoint', endpoint);
    filled({ bucket, accessKeyId });
    if (location.secretAccessKey.type === 'unset') add('secretAccessKey', 'missing', 'error');
    if (bucket && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
      add('bucket', 'bucket-invalid', 'warning');
    const path = /^https?:\/\/[^/]+\/(.+)$/.exec(endpoint);
    if (path) add('endpoint', 'bucket-in-endpoint', 'warning', endpoint.slice(0, -path[1]!.length - 1));
    if (addressingStyle === 'virtual-hosted-style' && /:\d+/.test(endpoint))
      add('addressingStyle', 'style', 'warning', 'path-style');
    if (endpoint.includes('.r2.cloudflarestorage.com') && location.region !== 'auto')
      add('region', 'region', 'warning', 'auto');
    folder('rootPath', rootPath);
  }
  if (schedule.intervalHours < 1 || schedule.intervalHours > 99) add('intervalHours', 'interval', 'error');
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(schedule.startTime)) add('startTime', 'start-time', 'error');
  if (!isZone(schedule.timezone)) add('timezone', 'timezone', 'error');
  if (schedule.retentionCount === null) {
    if (schedule.enabled) add('retentionCount', 'retention-unlimited', 'note');
  } else if (schedule.retentionCount < 1 || schedule.retentionCount > 1000) {
    add('retentionCount', 'retention', 'error');
  } else if (schedule.retentionCount < 3) {
    add('retentionCount', 'retention-short', 'warning', '7');
  }
  if (!schedule.enabled) add('enabled', 'not-scheduled', 'note');
  if (!one.includesAttachments) add('includeAttachments', 'no-attachments', 'note');
  const at = all.destinations.indexOf(one);
  if (at === 24) add('name', 'too-many', 'error');
  if (all.destinations.slice(0, at).some((other) => place(other) !== '' && place(other) === place(one)))
    add('name', 'shared-folder', 'warning');
  return found;
}

function place({ location }: Destination): string {
  const { address, folder } = describe(location);
  const parts = [address, ...folder];
  return parts[0]!.trim() && parts.map((part) => part.trim().replaceAll(/^\/+|\/+$/g, '')).join('/');
}

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Minutes that a zone is ahead of UTC. */
function ahead(zone: string, at: Date): number {
  const text = new Intl.DateTimeFormat('sv', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
  return Math.round((Date.parse(`${text.replace(' ', 'T')}Z`) - at.getTime()) / 60_000);
}

function nextRuns({ enabled, intervalHours, startTime, timezone }: Schedule): string[] {
  const valid = /^\d\d:\d\d$/.test(startTime) && intervalHours >= 1 && intervalHours <= 99;
  if (!enabled || !valid || !isZone(timezone)) return [];
  const offset = ahead(timezone, sampleNow) * 60_000;
  const day = new Date(sampleNow.getTime() + offset).toISOString().slice(0, 10);
  let at = Date.parse(`${day}T${startTime}:00Z`) - offset;
  const runs: string[] = [];
  while (runs.length < 3) {
    if (at > sampleNow.getTime()) runs.push(new Date(at).toISOString());
    at += intervalHours * 3600_000;
  }
  return runs;
}
