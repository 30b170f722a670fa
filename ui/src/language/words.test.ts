import { expect, test } from 'vitest';
import english from '../../messages/en.json';
import chinese from '../../messages/zh-CN.json';
import wording from './wording.json';

type Variants = { declarations: string[]; selectors: string[]; match: Record<string, string> }[];
type Words = Record<string, string | Variants>;

const en = english as unknown as Words;
const zh = chinese as unknown as Words;
const keys = Object.keys(en).filter((key) => key !== '$schema');

/** The forms of a message: a single one, or one for each plural form. */
function forms(message: string | Variants | undefined): string[] {
  if (message === undefined) return [];
  return typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));
}

/** The text of a message, all its forms together. */
function text(message: string | Variants | undefined): string {
  return forms(message).join(' ');
}

function values(message: string): string[] {
  return [...new Set([...message.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
}

/** A phrase as whole words, in any case, outside placeholders. */
function asWords(phrase: string): RegExp {
  const escaped = phrase.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}{])${escaped}(?![\\p{L}\\p{N}}])`, 'iu');
}

function isExcepted(phrase: string, key: string): boolean {
  return (wording.exceptions as Record<string, string[]>)[phrase]?.includes(key) ?? false;
}

test('both languages have the same messages', () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  expect(keys.length).toBeGreaterThan(300);
});

test('no message is empty, and each shows the same values in both languages', () => {
  for (const key of keys) {
    expect(text(en[key]).trim(), key).not.toBe('');
    expect(text(zh[key]).trim(), key).not.toBe('');
    expect(values(text(zh[key])), key).toEqual(values(text(en[key])));
  }
});

test("plural messages have each language's forms and the same inputs", () => {
  for (const key of keys) {
    const [here, there] = [en[key], zh[key]];
    expect(typeof there, key).toBe(typeof here);
    if (typeof here === 'string' || typeof there === 'string' || !here || !there) continue;
    expect([here.length, there.length], key).toEqual([1, 1]);
    expect(Object.keys(here[0]?.match ?? {}), key).toEqual(['form=one', 'form=other']);
    expect(Object.keys(there[0]?.match ?? {}), key).toEqual(['form=other']);
    expect(there[0]?.declarations, key).toEqual(here[0]?.declarations);
    expect(there[0]?.selectors, key).toEqual(here[0]?.selectors);
    expect(values(there[0]?.match['form=other'] ?? ''), key).toEqual(
      values(here[0]?.match['form=other'] ?? ''),
    );
  }
});

test('the singular form names one thing', () => {
  const plurals = keys.flatMap((key) => (typeof en[key] === 'string' ? [] : (en[key] ?? [])));
  const nouns = plurals.flatMap(({ match }) =>
    [...(match['form=other'] ?? '').matchAll(/\{shown\} (\w+s)\b/g)].map(([, noun = '']) => noun),
  );
  expect(nouns).toContain('attachments');
  const several = new RegExp(`(?:\\{shown\\}|\\b1|\\bone) (?:more )?(?:${nouns.join('|')})\\b`, 'i');
  for (const { match } of plurals) expect(match['form=one']).not.toMatch(several);
});

test('English messages contain no forbidden word', () => {
  const found: string[] = [];
  for (const [phrase, instead] of Object.entries({ ...wording.everywhere, ...wording.screen })) {
    const words = asWords(phrase);
    for (const key of keys)
      if (words.test(text(en[key])) && !isExcepted(phrase, key))
        found.push(`${key}: not “${phrase}”, but “${instead}”: ${text(en[key])}`);
  }
  expect(found).toEqual([]);
});

test('English messages have one kind of apostrophe', () => {
  expect(keys.filter((key) => text(en[key]).includes('’'))).toEqual([]);
});

test('Chinese messages use the terms of the glossary', () => {
  const found: string[] = [];
  for (const [phrase, instead] of Object.entries(wording.chinese))
    for (const key of keys)
      if (!isExcepted(phrase, key) && text(zh[key]).includes(phrase))
        found.push(`${key}: not “${phrase}”, but “${instead}”: ${text(zh[key])}`);
  expect(found).toEqual([]);
});

test('Chinese has full-width punctuation and spaces around Latin words', () => {
  const han = '\\p{Script=Han}';
  const punctuation = new RegExp(`${han}[,;:!?()]|[,;:!?()]${han}|"`, 'u');
  const spaces = new RegExp(`${han}[A-Za-z0-9]|[A-Za-z0-9]${han}`, 'u');
  for (const key of keys) {
    if (wording.halfWidthInChinese.includes(key)) continue;
    expect(text(zh[key]), key).not.toMatch(punctuation);
    expect(text(zh[key]), key).not.toMatch(spaces);
  }
});

test('a finished stage is not worded as still running', () => {
  for (const key of keys.filter((key) => key.startsWith('stage_') || /^job_\w+_done$/.test(key)))
    expect(text(zh[key]), key).not.toContain('正在');
});

test('Chinese messages are translated except for names', () => {
  const words = (key: string) => text(en[key]).replace(/\{\w+\}/g, '');
  const same = keys.filter((key) => text(en[key]) === text(zh[key]) && /[a-z]{4}/.test(words(key)));
  for (const key of same)
    expect(text(zh[key]), key).toMatch(/^(NodeWarden Desk|YubiKey|WebDAV|JWT_SECRET|[^ ]*)$/);
});

test('a count of one reads as one', () => {
  const forms = (en.job_more as Variants)[0]?.match;
  expect(forms?.['form=one']).toBe('1 more job');
});

test('the word rules find their examples', () => {
  expect('It goes on by itself.').toMatch(asWords('By itself'));
  expect('Recommended; {begun}').not.toMatch(asWords('mend'));
  expect('Recommended; {begun}').not.toMatch(asWords('begun'));
});
