import { expect, test } from 'vitest';
import { errorKinds, type Detail } from '@/backend';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { hintOf, originalOf, sentenceOf } from './wording';

const kinds = Object.keys(errorKinds) as Detail['kind'][];
const free = ['usage'];

test('every detail of the core has a sentence and a hint in both languages', () => {
  expect(kinds.length).toBeGreaterThan(250);
  for (const kind of kinds.filter((kind) => !free.includes(kind))) {
    const failure = coreError(kind);
    language.choose('en');
    const english = [sentenceOf(failure), hintOf(failure)];
    language.choose('zh-CN');
    const chinese = [sentenceOf(failure), hintOf(failure)];
    for (const text of [...english, ...chinese]) expect(text, kind).not.toMatch(/[{}]|undefined/);
    for (const text of chinese) expect(text, kind).toMatch(/[\u4e00-\u9fff]/);
  }
});

test("an unknown error kind shows the core's English text", () => {
  const failure = coreError('stopped', { message: 'It rains.', hint: 'Stay in.' });
  for (const detail of [null, { kind: 'of-tomorrow' } as unknown as Detail]) {
    expect(sentenceOf({ ...failure, detail })).toBe('It rains.');
    expect(hintOf({ ...failure, detail })).toBe('Stay in.');
  }
});

test('the original message is kept, and shown once', () => {
  expect(originalOf(coreError('target-full', { original: 'WebDAV upload failed: 507' }))).toBe(
    'WebDAV upload failed: 507',
  );
  expect(originalOf(coreError('server-refused', { original: 'No.', values: { words: 'No.' } }))).toBeNull();
  expect(originalOf(coreError('wrong-password'))).toBeNull();
});

test('figures and names are in the sentence', () => {
  language.choose('en');
  const say = (kind: Detail['kind'], values: Record<string, unknown>) =>
    sentenceOf(coreError(kind, { values }));
  expect(say('rsa-bits', { bits: 3072 })).toContain('3072 bits');
  expect(say('proxy-unreachable', { proxy: 'proxy.example.org' })).toBe(
    'The proxy proxy.example.org could not be reached.',
  );
  expect(say('attachments-would-be-lost', { count: 1 })).toContain('1 attachment on');
  expect(say('attachments-would-be-lost', { count: 1200 })).toContain('1,200 attachments on');
});

test('Chinese distinguishes what English distinguishes', () => {
  const refused = ['target-not-writable', 'target-forbidden', 'target-s3-not-writable', 'target-s3-refused'];
  for (const chosen of ['en', 'zh-CN'] as const) {
    language.choose(chosen);
    const hints = refused.map((kind) => hintOf(coreError(kind as Detail['kind'])));
    expect(new Set(hints).size).toBe(4);
  }
});
