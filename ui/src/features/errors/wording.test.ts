import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Code } from '@/backend';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { hintOf, originalOf, sentenceOf, words } from './wording';

const bindings = readFileSync('src/backend/bindings.ts', 'utf8');
const union = /export type Code =([^]*?);\n\n/.exec(bindings)?.[1] ?? '';
const codes = [...union.matchAll(/"([a-z-]+)"/g)].map((match) => match[1] as Code);

test('every code of the core has a sentence and a hint in both languages', () => {
  expect(codes.length).toBeGreaterThan(40);
  for (const code of codes) {
    const failure = coreError(code);
    language.choose('en');
    const english = [sentenceOf(failure), hintOf(failure)];
    language.choose('zh-CN');
    const chinese = [sentenceOf(failure), hintOf(failure)];
    for (const text of english) expect(text, code).toMatch(/^[A-Z].*[.?!]$|^[A-Z].*JWT_SECRET\.?$/);
    for (const text of chinese) expect(text, code).toMatch(/[\u4e00-\u9fff].*。$/);
  }
  expect(Object.keys(words).sort()).toEqual([...codes, 'unexpected'].sort());
});

test("a code from a newer core shows the core's own English", () => {
  const failure = coreError('code-of-tomorrow' as Code, { message: 'It rains.', hint: 'Stay in.' });
  expect(sentenceOf(failure)).toBe('It rains.');
  expect(hintOf(failure)).toBe('Stay in.');
});

test('the words of whoever failed are kept; a general sentence shows what the core said', () => {
  expect(originalOf(coreError('target-failed', { original: 'WebDAV upload failed: 507' }))).toBe(
    'WebDAV upload failed: 507',
  );
  expect(originalOf(coreError('invalid-request', { message: 'The folder has no name.' }))).toBe(
    'The folder has no name.',
  );
  expect(originalOf(coreError('wrong-password'))).toBeNull();
});
