import { expect, test } from 'vitest';
import { sampleInspection } from '@/backend/sample/files';
import { answers, judgedFor, storageOf, storages } from './judged';
import { verdictOf } from './verdict';

const read = sampleInspection('vault.zip', 'r2');

test('one reading holds the verdict for every storage', () => {
  for (const storage of storages) {
    const judged = judgedFor(read, storage);
    expect(storageOf(judged)).toBe(storage);
    expect(judged.server).toEqual(sampleInspection('vault.zip', storage).server);
    expect(judged.warnings).toEqual(sampleInspection('vault.zip', storage).warnings);
  }
  expect(storages.map((storage) => verdictOf(judgedFor(read, storage)).leftOut)).toEqual([0, 1, 60]);
});

test('nothing is lost by going from one storage to another and back', () => {
  const there = judgedFor(judgedFor(judgedFor(read, 'kv'), 'none'), 'r2');
  expect(there.server).toEqual(read.server);
  expect(there.warnings).toEqual(read.warnings);
  const byStorage = (inspection: typeof read) =>
    Object.fromEntries(inspection.elsewhere.map((other) => [other.storage, other]));
  expect(byStorage(there)).toEqual(byStorage(read));
});

test('without the other verdicts the file is shown as it was judged', () => {
  const alone = { ...read, elsewhere: [] };
  expect(judgedFor(alone, 'kv')).toBe(alone);
});

test('what a server that keeps its data would say is not made up when it is not known', () => {
  const unknown = { ...read, withoutReplacing: { import: null, remoteRestore: 'Not fresh' } };
  const said = answers(unknown, 'kept');
  expect(said.import).toEqual(read.server.import);
  expect(said.remoteRestore).toMatchObject({ accepts: false, error: 'Not fresh' });
});
