import { expect, test } from 'vitest';
import { sampleAttachments, sampleInspection } from '@/backend/sample/files';
import { blobName, choose, leftOutNames, stateOf } from './attachments';

const all = sampleAttachments('/large.zip');

test('a search finds by item, attachment and owner, whatever the case', () => {
  const one = all[4711]!;
  expect(choose(all, ` ${one.attachmentId.toUpperCase()} `, 'all', new Set())).toContain(one);
  expect(choose(all, `${one.cipherId}/${one.attachmentId}`, 'all', new Set())).toEqual([one]);
  const jonas = choose(all, 'jonas@', 'all', new Set());
  expect(jonas.length).toBeGreaterThan(3000);
  expect(jonas.every((found) => found.ownerEmail === 'jonas@lindqvist.example')).toBe(true);
});

test('the predicted skips match the skipped list, with or without .bin', () => {
  expect(blobName('attachments/a/b.bin')).toBe('a/b');
  expect(blobName('attachments/a/b')).toBe('a/b');
  const inside = sampleAttachments('/vault.zip');
  const leftOut = leftOutNames(sampleInspection('/vault.zip', 'kv'));
  expect(inside.filter((one) => stateOf(one, leftOut) === 'left-out')).toHaveLength(1);
  expect(choose(inside, '', 'left-out', leftOut)[0]?.sizeBytes).toBeGreaterThan(26_214_400);
  expect(stateOf(inside[1]!, leftOut)).toBe('present');
});
