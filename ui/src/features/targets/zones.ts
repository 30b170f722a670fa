import { language } from '@/language/locale.svelte';

/** A time zone to choose. */
export type Zone = { id: string; name: string; offset: string };

const made = new Map<string, Zone[]>();

function part(id: string, timeZoneName: 'longGeneric' | 'shortOffset'): string {
  const format = new Intl.DateTimeFormat(language.current, { timeZone: id, timeZoneName });
  return format.formatToParts(0).find((one) => one.type === 'timeZoneName')?.value ?? '';
}

/** One zone, in words of the window's language. */
export function zone(id: string): Zone {
  try {
    return { id, name: part(id, 'longGeneric'), offset: part(id, 'shortOffset') };
  } catch {
    return { id, name: '', offset: '' };
  }
}

function all(): Zone[] {
  const known = made.get(language.current);
  if (known) return known;
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((id) => id !== 'UTC')].map(zone);
  made.set(language.current, zones);
  return zones;
}

/** This computer's zone. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** The most entries shown: typing narrows the list. */
const most = 60;

/** Zones that fit what was typed: the current one, this computer's and UTC first. */
export function zonesFor(typed: string, current: string): Zone[] {
  const words = typed
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ');
  const fits = ({ id, name, offset }: Zone) =>
    `${id} ${name} ${offset}`.toLowerCase().replaceAll('_', ' ').includes(words);
  const first = [current, zoneHere(), 'UTC'];
  const rank = (one: Zone) => {
    const at = first.indexOf(one.id);
    return at < 0 ? first.length : at;
  };
  return all()
    .filter(fits)
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, most);
}
