import { expect, test } from 'vitest';
import { sampleInspection } from '@/backend/sample/files';
import { answers, judgedFor, storageOf, storages } from './storages';
import { verdictOf } from './verdict';

const read = sampleInspection('vault.zip', 'r2');

test('one inspection contains the verdict for every storage', () => {
  for (const storage of storages) {
    const judged = judgedFor(read, storage);
    expect(storageOf(judged)).toBe(storage);
    expect(judged.server).toEqual(sampleInspection('vault.zip', storage).server);
    expect(judged.warnings).toEqual(sampleInspection('vault.zip', storage).warnings);
  }
  expect(storages.map((storage) => verdictOf(judgedFor(read, storage)).leftOut)).toEqual([0, 1, 60]);
});

test('switching the storage and back loses nothing', () => {
  const there = judgedFor(judgedFor(judgedFor(read, 'kv'), 'none'), 'r2');
  expect(there.server).toEqual(read.server);
  expect(there.warnings).toEqual(read.warnings);
  const byStorage = (inspection: typeof read) =>
    Object.fromEntries(inspection.elsewhere.map((other) => [other.storage, other]));
  expect(byStorage(there)).toEqual(byStorage(read));
});

test('without other verdicts the original verdict is shown', () => {
  const alone = { ...read, elsewhere: [] };
  expect(judgedFor(alone, 'kv')).toBe(alone);
});

test('an unknown verdict for a server that keeps its data is not shown', () => {
  const unknown = { ...read, withoutReplacing: { import: null, remoteRestore: 'Not fresh' } };
  const said = answers(unknown, 'kept');
  expect(said.import).toEqual(read.server.import);
  expect(said.remoteRestore).toMatchObject({ accepts: false, error: 'Not fresh' });
});
