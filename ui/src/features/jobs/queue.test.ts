import { beforeEach, expect, test, vi } from 'vitest';
import { desk } from '@/app/desk.svelte';
import { backend, useBackend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { coreError, session } from '@/backend/sample/world';
import { jobs } from './jobs.svelte';
import { queue } from './queue.svelte';

beforeEach(async () => {
  useBackend(sampleBackend('healthy'));
  desk.session = session;
  jobs.all = [];
  queue.forget();
  await jobs.watch();
});

const download = (name: string) => () =>
  backend().startJob({
    kind: 'download',
    from: { type: 'server', targetId: 'nas' },
    path: name,
    to: { type: 'folder', folder: null },
    ifThere: 'refuse',
  });
const names = ['a.zip', 'b.zip', 'c.zip', 'd.zip'];

test('two run at a time; the next starts when one ends', async () => {
  await queue.add(names.map(download));
  expect(jobs.running).toHaveLength(2);
  expect(queue.waiting).toHaveLength(2);
  await backend().cancelJob(jobs.running[0]!.record.id);
  await vi.waitFor(() => expect(queue.waiting).toHaveLength(1));
  expect(jobs.running).toHaveLength(2);
});

test('waiting jobs can be cancelled; running ones continue', async () => {
  await queue.add(names.map(download));
  queue.clear();
  await backend().cancelJob(jobs.running[0]!.record.id);
  expect(jobs.running).toHaveLength(1);
});

test('a failed start says why and starts nothing else', async () => {
  const refused = async () => {
    throw coreError('session-ended');
  };
  await queue.add([refused, ...names.map(download)]);
  expect(queue.failure?.code).toBe('session-ended');
  expect(jobs.running).toHaveLength(0);
});

test('a job queued for one server never starts at another', async () => {
  await queue.add(names.map(download));
  desk.session = { ...session, profileId: 'office' };
  await backend().cancelJob(jobs.running[0]!.record.id);
  await vi.waitFor(() => expect(queue.waiting).toHaveLength(0));
  expect(jobs.running).toHaveLength(1);
});

test('an exclusive job waits for earlier jobs and blocks later ones', async () => {
  await queue.add(names.slice(0, 2).map(download), true);
  await queue.add([download('c.zip')]);
  expect(jobs.running).toHaveLength(1);
  await backend().cancelJob(jobs.running[0]!.record.id);
  await vi.waitFor(() => expect(queue.waiting).toHaveLength(1));
  expect(jobs.running).toHaveLength(1);
  await backend().cancelJob(jobs.running[0]!.record.id);
  await vi.waitFor(() => expect(queue.waiting).toHaveLength(0));
});
