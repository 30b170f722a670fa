import { beforeEach, expect, test } from 'vitest';
import { changedTarget, incompleteTarget, listedTarget, nas, sampleNow } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { healthLook, healthText, sourceText } from './health';

beforeEach(() => language.choose('en'));

test('a target whose newest backup changed says so, with both hashes', () => {
  const text = healthText(changedTarget, sampleNow);
  expect(text).toContain('9c41e6b1f0d2c7a8');
  expect(text).toContain('02bd7e55a1c09f34');
  expect(healthLook[changedTarget.health].tone).toBe('danger');
});

test('missing attachments are counted on the card', () => {
  expect(healthText(incompleteTarget, sampleNow)).toContain('2 of 13 attachments missing');
});

test('a backup that is not known from the server names its source', () => {
  expect(sourceText(listedTarget)).toBe("from the target's file list");
  expect(sourceText(nas)).toBeNull();
});
