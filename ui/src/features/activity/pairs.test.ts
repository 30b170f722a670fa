import { expect, test } from 'vitest';
import type { AuditEvent, JobRecord } from '@/backend';
import { events } from '@/backend/sample/log';
import { history } from '@/backend/sample/records';
import { pairs } from './pairs';

const job: JobRecord = { ...history.find((one) => one.result?.kind === 'backup')!, profileId: 'home' };
const name = job.result?.kind === 'backup' ? job.result.fileName : '';
const event: AuditEvent = {
  ...events[1]!,
  id: 'of-the-job',
  kind: 'run',
  at: job.endedAt!,
  failed: false,
  scheduled: false,
  fileName: name,
};
const minutes = (count: number) => new Date(Date.parse(job.endedAt!) + count * 60_000).toISOString();

test("a backup matches the server's log entry about it", () => {
  expect([...pairs([job], [event], 'home')]).toEqual([[job.id, event]]);
  expect(pairs([job], [{ ...event, at: minutes(-4) }], 'home').size).toBe(1);
});

test('entries of another file, time, server or schedule do not match', () => {
  expect(pairs([job], [{ ...event, fileName: 'other.zip' }], 'home').size).toBe(0);
  expect(pairs([job], [{ ...event, at: minutes(60) }], 'home').size).toBe(0);
  expect(pairs([job], [event], 'office').size).toBe(0);
  expect(pairs([job], [{ ...event, scheduled: true }], 'home').size).toBe(0);
});

test('two entries never belong to the same job', () => {
  const failed: JobRecord = { ...job, state: 'failed', result: null, subject: 'Attic NAS' };
  const entry = { ...event, failed: true, fileName: null, targetName: 'Attic NAS' };
  const two = [entry, { ...entry, id: 'second', at: minutes(2) }];
  expect(pairs([failed], two, 'home').size).toBe(1);
  expect(pairs([failed, { ...failed, id: 99, endedAt: minutes(2) }], two, 'home').size).toBe(2);
});
