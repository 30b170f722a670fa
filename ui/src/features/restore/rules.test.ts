import { expect, test } from 'vitest';
import type { RestoreChoices, RestorePlan } from '@/backend';
import { restorePlan } from '@/backend/sample/records';
import { coreError } from '@/backend/sample/world';
import { accountChanges, foreseen, obstacle } from './rules';

const plan: RestorePlan = {
  ...restorePlan,
  blocked: null,
  confirmWith: 'vault.example',
  needsMismatchAccepted: false,
};

function choosing(parts: Partial<RestoreChoices>): RestoreChoices {
  return {
    replaceExisting: true,
    acceptMismatch: false,
    acceptLostAttachments: false,
    safetyCopy: 'index-only',
    typedConfirmation: '',
    typedOverride: '',
    ...parts,
  };
}

test('a server that holds data is replaced only after its name was typed', () => {
  expect(obstacle(plan, choosing({}))).toBe('confirmation');
  expect(obstacle(plan, choosing({ typedConfirmation: 'vault' }))).toBe('confirmation');
  expect(obstacle(plan, choosing({ typedConfirmation: 'VAULT.example' }))).toBe('confirmation');
  expect(obstacle(plan, choosing({ typedConfirmation: ' vault.example ' }))).toBeNull();
});

test('the right name is not enough without choosing to replace', () => {
  const choices = choosing({ typedConfirmation: 'vault.example', replaceExisting: false });
  expect(obstacle(plan, choices)).toBe('replace');
});

test('an empty server needs no typing', () => {
  expect(obstacle({ ...plan, confirmWith: null }, choosing({ replaceExisting: false }))).toBeNull();
});

test('attachments that would be deleted are confirmed on their own', () => {
  const losing = { ...plan, lostAttachments: 2 };
  expect(obstacle(losing, choosing({ typedConfirmation: 'vault.example' }))).toBe('lost');
  const accepted = choosing({ typedConfirmation: 'vault.example', acceptLostAttachments: true });
  expect(obstacle(losing, accepted)).toBeNull();
});

test('a mismatch always needs its own confirmation', () => {
  const mismatch = { ...plan, needsMismatchAccepted: true };
  expect(obstacle(mismatch, choosing({ typedConfirmation: 'vault.example' }))).toBe('mismatch');
  expect(
    obstacle(mismatch, choosing({ typedConfirmation: 'vault.example', acceptMismatch: true })),
  ).toBeNull();
});

test('no option starts a restore that the app refuses', () => {
  const blocked = { ...plan, blocked: coreError('server-refused') };
  const all = choosing({ typedConfirmation: 'vault.example', acceptMismatch: true });
  expect(obstacle(blocked, all)).toBe('blocked');
});

test('accounts are identified by email, in any case', () => {
  const people = ['Mira@lindqvist.example', 'new@lindqvist.example'].map((email) => ({
    ...restorePlan.inspection.people[0]!,
    email,
  }));
  const changed = accountChanges({
    ...plan,
    replaces: {
      accounts: ['mira@lindqvist.example', 'iris@lindqvist.example'],
      administrators: [],
      ciphers: 1,
      folders: 0,
      attachments: 0,
    },
    inspection: { ...plan.inspection, people },
    lostAccounts: ['iris@lindqvist.example'],
  });
  expect(changed).toEqual({
    lost: ['iris@lindqvist.example'],
    replaced: ['mira@lindqvist.example'],
    fresh: ['new@lindqvist.example'],
  });
  expect(accountChanges({ ...plan, replaces: null })).toBeNull();
});

test('every predicted loss has its own cause and owner', () => {
  const item = (path: string, sizeBytes: number) => ({ kind: 'attachment', path, sizeBytes });
  const kv = foreseen({
    ...plan,
    serverStorage: 'kv',
    missingOnTarget: ['c2/a2'],
    owners: { 'c1/a1': 'mira@lindqvist.example' },
    expectedSkipped: {
      reason: null,
      attachments: 2,
      items: [item('attachments/c1/a1', 26_214_401), item('attachments/c2/a2.bin', 10)],
    },
  });
  expect(kv.map((one) => [one.cause, one.ownerEmail])).toEqual([
    ['too-large-for-kv', 'mira@lindqvist.example'],
    ['missing-on-target', null],
  ]);
  const none = foreseen({
    ...plan,
    serverStorage: 'none',
    missingOnTarget: null,
    expectedSkipped: { reason: null, attachments: 1, items: [item('attachments/c1/a1.bin', 1)] },
  });
  expect(none[0]?.cause).toBe('no-storage');
});

test('with a complete safety copy, deleted attachments are not lost', () => {
  const losing = { ...plan, lostAttachments: 2 };
  const kept = choosing({ typedConfirmation: 'vault.example', safetyCopy: 'complete' });
  expect(obstacle(losing, kept)).toBeNull();
});

test('a lockout is overridden only by its whole phrase', () => {
  const overridePhrase = 'restore and lock everyone out';
  const locking: RestorePlan = {
    ...plan,
    blocked: coreError('lockout-no-account'),
    lockout: 'damaged-keys',
    overridePhrase,
  };
  const typed = choosing({ typedConfirmation: 'vault.example', typedOverride: 'restore' });
  expect(obstacle(locking, typed)).toBe('override');
  expect(obstacle(locking, { ...typed, typedOverride: overridePhrase })).toBeNull();
});
