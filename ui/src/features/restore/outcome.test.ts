import { beforeEach, expect, test } from 'vitest';
import type { JobRecord } from '@/backend';
import { history, restoreWithSkipped } from '@/backend/sample/records';
import { language } from '@/language/locale.svelte';
import { outcomeAnswers, outcomeLook } from './outcome';

beforeEach(() => language.choose('en'));

const missing = [{ table: 'ciphers', expected: 24, imported: 3 }];
const job: JobRecord = {
  ...history[0]!,
  state: 'attention',
  result: { kind: 'restore', ...restoreWithSkipped, missing },
};

test('a restore with missing rows is a danger, not just a skipped list', () => {
  expect(outcomeLook(job).tone).toBe('danger');
  expect(outcomeAnswers(job).now).toContain('Restore the backup again');
});

test('attachments that the server skipped without a list are counted', () => {
  const result = { kind: 'restore' as const, ...restoreWithSkipped, skipped: [], skippedCount: 2 };
  const answers = outcomeAnswers({ ...job, result });
  expect(answers.affected).toContain('2');
});
