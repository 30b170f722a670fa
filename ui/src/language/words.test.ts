import { expect, test } from 'vitest';
import english from '../../messages/en.json';
import chinese from '../../messages/zh-CN.json';

type Variants = { match: Record<string, string> }[];
type Words = Record<string, string | Variants>;

const en = english as unknown as Words;
const zh = chinese as unknown as Words;
const keys = Object.keys(en).filter((key) => key !== '$schema');

/** The text of a message, all its forms together. */
function text(message: string | Variants | undefined): string {
  if (message === undefined) return '';
  return typeof message === 'string'
    ? message
    : message.flatMap(({ match }) => Object.values(match)).join(' ');
}

function values(message: string | Variants | undefined): string[] {
  return [...new Set([...text(message).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
}

test('both languages have the same messages', () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  expect(keys.length).toBeGreaterThan(300);
});

test('no message is empty, and each shows the same values in both languages', () => {
  for (const key of keys) {
    expect(text(en[key]).trim(), key).not.toBe('');
    expect(text(zh[key]).trim(), key).not.toBe('');
    expect(values(zh[key]), key).toEqual(values(en[key]));
  }
});

test('Chinese is Chinese: only names are the same in both', () => {
  const same = keys.filter((key) => text(en[key]) === text(zh[key]) && /[a-z]{4}/.test(text(en[key])));
  for (const key of same)
    expect(text(zh[key]), key).toMatch(/^(NodeWarden Desk|YubiKey|WebDAV|JWT_SECRET|[^ ]*)$/);
});

test('a count of one reads as one', () => {
  const forms = (en.job_more as Variants)[0]?.match;
  expect(forms?.['form=one']).toBe('1 more job');
});
