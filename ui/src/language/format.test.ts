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

  test('sizes have a unit that suits them', () => {
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

  test('ages and waits are rough on purpose', () => {
    expect(ago('2026-11-20T12:00:00Z', now)).toBe('3 hours ago');
    expect(ago('2026-11-19T15:00:00Z', now)).toBe('yesterday');
    expect(ago('2026-11-20T15:29:50Z', now)).toBe('now');
    expect(plain(duration(8.4))).toBe('8 sec');
    expect(plain(duration(80))).toBe('1 min 20 sec');
    expect(plain(duration(2400))).toBe('40 min');
    expect(plain(duration(3720))).toBe('1 hr 2 min');
  });

  test('what is not a time is shown as it came', () => {
    expect(ago('someday', now)).toBe('someday');
    expect(dateTime('someday')).toBe('someday');
  });
});

test('the same in Chinese', () => {
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
