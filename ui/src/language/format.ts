import { backend } from '@/backend';
import { language } from './locale.svelte';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** "12.4 MB". Counts by 1000, as file browsers do. */
export function bytes(count: number): string {
  let power = 0;
  let value = count;
  // 999.95 kB would be rounded to "1,000 kB": step on before that.
  while (value >= 999.95 && power < units.length - 1) {
    value /= 1000;
    power += 1;
  }
  return new Intl.NumberFormat(language.current, {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

/** "12.4 MB", or "?" when unknown. */
export function size(count: number | null): string {
  return count === null ? '?' : bytes(count);
}

/** "3.1 MB/s". */
export function rate(bytesPerSecond: number): string {
  return `${bytes(Math.round(bytesPerSecond))}/s`;
}

/** "12,345". */
export function number(value: number): string {
  return new Intl.NumberFormat(language.current).format(value);
}

/** "40%" of a share between 0 and 1. */
export function percent(share: number): string {
  return new Intl.NumberFormat(language.current, { style: 'percent', maximumFractionDigits: 0 }).format(
    share,
  );
}

/** "Nov 20, 2026, 14:30", in this computer's time zone. */
export function dateTime(iso: string): string {
  return show(iso, { dateStyle: 'medium', timeStyle: 'short' });
}

/** "Fri, Nov 20, 14:30", in another time zone. */
export function dateTimeIn(iso: string, timeZone: string): string {
  const parts = {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  return show(iso, { ...parts, timeZone });
}

/** "14:30:05", in this computer's time zone. */
export function clock(iso: string): string {
  return show(iso, { timeStyle: 'medium' });
}

/** "Nov 20, 2026". */
export function date(iso: string): string {
  return show(iso, { dateStyle: 'medium' });
}

/** "Friday, 20 November 2026". */
export function day(iso: string): string {
  return show(iso, { dateStyle: 'full' });
}

function show(iso: string, options: Intl.DateTimeFormatOptions): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return new Intl.DateTimeFormat(language.current, { hourCycle: 'h23', ...options }).format(time);
}

/** "NAS and R2". */
export function list(parts: string[]): string {
  const all = new Intl.ListFormat(language.current, { type: 'conjunction' }).formatToParts(parts);
  return all.map(({ type, value }, at) => (type === 'element' ? value : spaced(value, all, at))).join('');
}

/** Chinese writes a space where its own words meet Latin ones. */
function spaced(word: string, all: { value: string }[], at: number): string {
  if (word !== '和') return word;
  const before = /[\x21-\x7e]$/.test(all[at - 1]?.value ?? '') ? ' ' : '';
  const after = /^[\x21-\x7e]/.test(all[at + 1]?.value ?? '') ? ' ' : '';
  return `${before}${word}${after}`;
}

/** Sentences one after the other; Chinese has no space between them. */
export function sentences(parts: string[]): string {
  return parts.filter((part) => part !== '').join(language.current === 'zh-CN' ? '' : ' ');
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
];

/** The number of the calendar day that a time falls on in a zone. */
function dayOf(time: Date, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day) / 86_400_000;
}

/**
 * "3 hours ago", from now. From a day on it counts calendar days, in this computer's
 * time zone or the given one, so that "tomorrow" is the next day of the calendar.
 */
export function ago(iso: string, now: Date = backend().now(), timeZone?: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const seconds = Math.round((time.getTime() - now.getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat(language.current, { numeric: 'auto' });
  const days = Math.abs(seconds) >= 86_400 ? dayOf(time, timeZone) - dayOf(now, timeZone) : 0;
  for (const [unit, size] of steps) {
    // A day of 25 hours can hold two times that are 24 hours apart.
    if (unit === 'day' && days === 0) continue;
    const count = days === 0 ? seconds / size : (days * 86_400) / size;
    if (Math.abs(count) >= 1) return words.format(Math.trunc(count), unit);
  }
  return words.format(0, 'second');
}

/** "1 min 20 sec": rough, for time left and waits. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const part = (value: number, unit: 'second' | 'minute' | 'hour') =>
    new Intl.NumberFormat(language.current, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  if (whole < 60) return part(whole, 'second');
  if (whole < 3600) {
    const rest = whole % 60;
    return rest && whole < 600
      ? `${part(Math.floor(whole / 60), 'minute')} ${part(rest, 'second')}`
      : part(Math.round(whole / 60), 'minute');
  }
  const minutes = Math.round((whole % 3600) / 60);
  return minutes
    ? `${part(Math.floor(whole / 3600), 'hour')} ${part(minutes, 'minute')}`
    : part(Math.floor(whole / 3600), 'hour');
}
