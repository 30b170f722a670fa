import { beforeEach, describe, expect, test } from 'vitest';
import { ago, bytes, dateTime, duration, list, percent, rate } from './format';
import { language } from './locale.svelte';

/** Intl puts narrow and no-break spaces between number and unit; a person sees a space. */
function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f\u2009]/g, ' ');
}

const now = new Date('2026-11-20T15:30:00Z');

describe('in English', () => {
  beforeEach(() => language.choose('en'));

  test('sizes have a suitable unit', () => {
    expect(plain(bytes(0))).toBe('0 bytes');
    expect(plain(bytes(1))).toBe('1 byte');
    expect(plain(bytes(999))).toBe('999 bytes');
    expect(plain(bytes(26_214_400))).toBe('26.2 MB');
    expect(plain(bytes(812_000_000))).toBe('812 MB');
  });

  test('a size never rounds up to a thousand of its unit', () => {
    expect(plain(bytes(999_999))).toBe('1 MB');
    expect(plain(bytes(999_960_000))).toBe('1 GB');
  });

  test('ages and waits are rounded', () => {
    expect(ago('2026-11-20T12:00:00Z', now)).toBe('3 hours ago');
    expect(ago('2026-11-19T15:00:00Z', now)).toBe('yesterday');
    expect(ago('2026-11-20T15:29:50Z', now)).toBe('now');
    expect(plain(duration(8.4))).toBe('8 sec');
    expect(plain(duration(80))).toBe('1 min 20 sec');
    expect(plain(duration(2400))).toBe('40 min');
    expect(plain(duration(3720))).toBe('1 hr 2 min');
  });

  test.each([
    // On Nov 28 the 30th is in two days, however many hours are left until then.
    ['2026-11-28T05:48:00Z', '2026-11-30T03:00:00Z', 'UTC', 'in 2 days'],
    ['2026-11-28T23:59:00Z', '2026-11-30T00:00:00Z', 'UTC', 'in 2 days'],
    ['2026-11-28T00:00:00Z', '2026-11-29T23:59:00Z', 'UTC', 'tomorrow'],
    ['2026-11-30T00:01:00Z', '2026-11-28T23:59:00Z', 'UTC', '2 days ago'],
    // The day is that of the zone: there it is the 29th already, or still the 27th.
    ['2026-11-28T20:00:00Z', '2026-11-30T02:00:00Z', 'Asia/Shanghai', 'tomorrow'],
    ['2026-11-28T04:00:00Z', '2026-11-29T08:30:00Z', 'America/Los_Angeles', 'in 2 days'],
    // A day of 25 hours, and one of 23.
    ['2026-10-24T22:10:00Z', '2026-10-25T22:15:00Z', 'Europe/Berlin', 'in 24 hours'],
    ['2026-03-28T22:30:00Z', '2026-03-29T22:30:00Z', 'Europe/Berlin', 'in 2 days'],
    ['2026-11-28T05:00:00Z', '2026-11-29T04:00:00Z', 'UTC', 'in 23 hours'],
  ])('days are counted by the calendar of the zone: %s to %s in %s', (from, to, zone, words) => {
    expect(ago(to, new Date(from), zone)).toBe(words);
  });

  test('an invalid time is shown unchanged', () => {
    expect(ago('someday', now)).toBe('someday');
    expect(dateTime('someday')).toBe('someday');
  });
});

test('ages and waits are rounded in Chinese', () => {
  language.choose('zh-CN');
  expect(ago('2026-11-20T12:00:00Z', now)).toBe('3小时前');
  expect(plain(duration(80))).toBe('1分钟 20秒');
  expect(dateTime('2026-11-20T12:00:00Z')).toMatch(/^2026年11月20日/);
  expect(percent(0.4)).toBe('40%');
  expect(plain(rate(3_100_000))).toBe('3.1 MB/s');
});

test('the language is the one chosen, and kept', () => {
  language.choose('zh-CN');
  expect(localStorage.getItem('desk.language')).toBe('zh-CN');
  expect(language.current).toBe('zh-CN');
});

test('names are listed as each language writes them', () => {
  language.choose('en');
  expect(list(['Attic NAS', 'R2'])).toBe('Attic NAS and R2');
  language.choose('zh-CN');
  expect(list(['Attic NAS', 'R2'])).toBe('Attic NAS 和 R2');
  expect(list(['Attic NAS', '坚果云', 'R2'])).toBe('Attic NAS、坚果云和 R2');
});
