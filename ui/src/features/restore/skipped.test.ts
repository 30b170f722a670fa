import { expect, test } from 'vitest';
import { restoreWithSkipped } from '@/backend/sample/records';
import { language } from '@/language/locale.svelte';
import { asText, skippedTable } from './skipped';

test('a skipped list has path, size, cause and owner on every line', () => {
  language.choose('en');
  const table = skippedTable(restoreWithSkipped.skipped);
  expect(table.heads).toHaveLength(6);
  expect(table.rows).toEqual([
    [
      'attachments/0b6c1a52/7f31d0aa',
      '27262976',
      'Over 25 MiB: too large for Cloudflare KV',
      'mira@lindqvist.example',
      '0b6c1a52',
      '',
    ],
    [
      'attachments/52aa8110/c0ffee42',
      '48213',
      'Its content was not on the target',
      'jonas@lindqvist.example',
      '52aa8110',
      '/home/mira/Backups/complete_1f2e3.zip; Office S3',
    ],
  ]);
});

test('the causes are in the language of the window', () => {
  language.choose('zh-CN');
  for (const row of skippedTable(restoreWithSkipped.skipped).rows) expect(row[2]).toMatch(/[\u4e00-\u9fff]/);
});

test('a cell cannot add lines to a copied list', () => {
  expect(asText({ heads: ['a', 'b'], rows: [['one\ttwo', 'three\nfour']] })).toBe(
    'a\tb\none two\tthree four',
  );
});
