import { beforeEach, expect, test } from 'vitest';
import type { Code } from '@/backend';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { hintOf, originalOf, sentenceOf } from './wording';

beforeEach(() => language.choose('en'));

/** What the core tells apart by a value, code by code. */
const told: [Code, Record<string, string>][] = [
  ['no-wrap-for-account', { wrapped: 'absent' }],
  ['no-wrap-for-account', { wrapped: 'nobody' }],
  ['no-wrap-for-account', { wrapped: 'others' }],
  ['account-keys-unreadable', {}],
  ['account-keys-unreadable', { bits: '3072' }],
  ['envelope-version-unknown', { version: '3' }],
  ['envelope-version-unknown', { version: 'unreadable' }],
  ['envelope-damaged', {}],
  ['envelope-damaged', { part: 'none' }],
  ['wrong-password', {}],
  ['wrong-password', { source: 'backup' }],
  ['password-needed', {}],
  ['password-needed', { reason: 'handle' }],
  ['invalid-request', { reason: 'no-evidence' }],
  ['invalid-request', { reason: 'nothing-kept' }],
  ['invalid-request', { reason: 'not-needed' }],
];

test.each(['en', 'zh-CN'] as const)('each has a sentence of its own in %s', (locale) => {
  language.choose(locale);
  const sentences = told.map(([code, values]) => sentenceOf(coreError(code, { values })));
  expect(new Set(sentences).size).toBe(told.length);
  for (const [code, values] of told) expect(hintOf(coreError(code, { values }))).not.toBe('');
});

test('the figures are in the sentence', () => {
  const size = coreError('account-keys-unreadable', { values: { bits: '3072' } });
  expect(sentenceOf(size)).toContain('3072');
  const newer = coreError('envelope-version-unknown', { values: { version: '3' } });
  expect(sentenceOf(newer)).toContain('3');
});

test('a value of a newer core falls back to what the code says', () => {
  const failure = coreError('no-wrap-for-account', { values: { wrapped: 'somebody' } });
  expect(sentenceOf(failure)).toBe(sentenceOf(coreError('no-wrap-for-account')));
});

test("where the window has the sentence the core's English is not shown beside it", () => {
  const failure = coreError('invalid-request', { message: 'English.', values: { reason: 'no-evidence' } });
  expect(originalOf(failure)).toBeNull();
});
