import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { backend, type RestoreResult } from '@/backend';
import { history, restorePlan, restoreWithSkipped } from '@/backend/sample/records';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { testid } from '@/testids';
import RestoreScreen from './RestoreScreen.svelte';

async function plan() {
  language.choose('en');
  await desk.refresh();
  go('/restore', { target: 'nas', path: restorePlan.fileName });
  render(RestoreScreen);
  await screen.findByTestId(testid.restorePlan);
}

async function wholePlan() {
  await plan();
  await userEvent.click(screen.getByTestId(testid.restoreGoOn));
  await screen.findByTestId(testid.restoreStart);
}

test('the server exports only after the person continues', async () => {
  const complete = vi.spyOn(backend(), 'completeRestorePlan');
  await plan();
  expect(complete).not.toHaveBeenCalled();
  expect(screen.queryByTestId(testid.restoreStart)).toBeNull();
  expect(screen.getByTestId(testid.restorePlan)).toHaveTextContent('Not read yet');
  expect(screen.getByTestId(testid.restorePlan)).toHaveTextContent('iris@lindqvist.example');
  await userEvent.click(screen.getByTestId(testid.restoreGoOn));
  expect(await screen.findByTestId(testid.restoreStart)).toBeDisabled();
  expect(complete).toHaveBeenCalledOnce();
  expect(complete.mock.calls[0]?.[0].handle).toBe('planned-1');
  expect(screen.getByTestId(testid.restorePlan)).not.toHaveTextContent('Not read yet');
});

test('a failed export is reported, and continuing is offered again', async () => {
  const complete = vi.spyOn(backend(), 'completeRestorePlan').mockRejectedValueOnce(coreError('busy'));
  await plan();
  await userEvent.click(screen.getByTestId(testid.restoreGoOn));
  expect(await screen.findByRole('alert')).toBeInTheDocument();
  await userEvent.click(screen.getByTestId(testid.restoreGoOn));
  await screen.findByTestId(testid.restoreStart);
  expect(complete).toHaveBeenCalledTimes(2);
});

test('a backup with other keys is shown as from another server', async () => {
  vi.spyOn(backend(), 'completeRestorePlan').mockResolvedValueOnce({
    ...restorePlan,
    fromAnotherServer: 'other-keys',
  });
  await plan();
  expect(screen.queryByTestId(testid.restoreForeign)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.restoreGoOn));
  const foreign = await screen.findByTestId(testid.restoreForeign);
  expect(foreign).toHaveTextContent('sign in with the passwords of that server');
});

test('the restore needs the typed name and uses the chosen options', async () => {
  const start = vi.spyOn(backend(), 'startJob').mockResolvedValue(41);
  await wholePlan();
  const button = screen.getByTestId(testid.restoreStart);
  expect(button).toBeDisabled();
  await userEvent.type(screen.getByTestId(testid.restoreConfirmInput), 'vault.lindqvist.exampl');
  expect(button).toBeDisabled();
  await userEvent.type(screen.getByTestId(testid.restoreConfirmInput), 'e');
  expect(button).toBeEnabled();
  await userEvent.click(screen.getByTestId(testid.restoreReplace));
  expect(button).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.restoreReplace));
  const declined = screen
    .getAllByTestId(testid.restoreSafetyCopy)
    .find((one) => one.dataset.value === 'none');
  await userEvent.click(declined!);
  await userEvent.click(button);
  await waitFor(() => expect(start).toHaveBeenCalledOnce());
  const job = start.mock.calls[0]?.[0];
  if (job?.kind !== 'restore') throw new Error('another job');
  expect(job.choices).toEqual({
    replaceExisting: true,
    acceptMismatch: false,
    acceptLostAttachments: false,
    safetyCopy: 'none',
    typedConfirmation: 'vault.lindqvist.example',
    typedOverride: '',
  });
  expect(location.hash).toBe('#/restore/41');
});

test('a finished restore lists every skipped attachment with its cause', async () => {
  language.choose('en');
  go('/restore/17');
  render(RestoreScreen);
  const rows = await screen.findAllByTestId(testid.skippedRow);
  expect(rows.map((row) => [row.dataset.path, row.dataset.cause])).toEqual([
    ['attachments/0b6c1a52/7f31d0aa', 'too-large-for-kv'],
    ['attachments/52aa8110/c0ffee42', 'missing-on-target'],
  ]);
  expect(rows[0]).toHaveTextContent('27.3 MB');
  expect(rows[0]).toHaveTextContent('mira@lindqvist.example');
  expect(screen.getByTestId(testid.restoreResult).dataset.state).toBe('attention');
});

test('a plan says that targets of the other server are included', async () => {
  const places = ['https://nas.lindqvist.example/dav/cabin'];
  const bringsTargets = { serverName: 'Cabin', places };
  vi.spyOn(backend(), 'planRestore').mockResolvedValue({ ...restorePlan, bringsTargets });
  await plan();
  const told = screen.getByTestId(testid.restoreBringsTargets);
  expect(told).toHaveTextContent('Cabin made this backup');
  expect(told).toHaveTextContent(places[0]!);
});

async function result(parts: Partial<RestoreResult>) {
  language.choose('en');
  const whole = { ...restoreWithSkipped, skipped: [], skippedCount: 0, missing: [], ...parts };
  vi.spyOn(backend(), 'job').mockResolvedValue({
    ...history[0]!,
    state: 'attention',
    result: { kind: 'restore', ...whole },
  });
  go('/restore/17');
  render(RestoreScreen);
  return screen.findByTestId(testid.restoreResult);
}

test('a restore with missing rows says which and how many', async () => {
  const verdict = await result({
    missing: [
      { table: 'ciphers', expected: 24, imported: 0 },
      { table: 'attachment_bodies', expected: 6, imported: 3 },
    ],
  });
  expect(verdict).toHaveTextContent('Restore incomplete');
  const missing = screen.getByTestId(testid.restoreMissing);
  expect(missing).toHaveTextContent('0 of 24 restored');
  expect(missing).toHaveTextContent('3 of 6 restored');
});

test('skipped attachments without names are counted', async () => {
  const verdict = await result({ skippedCount: 2 });
  expect(verdict).toHaveTextContent('Restored, but some attachments were skipped');
  expect(screen.getByText(/Skipped attachments: 2\./)).toBeVisible();
  expect(screen.getByText(/2 attachments were skipped; the server does not say which/)).toBeVisible();
  expect(screen.queryByTestId(testid.restoreMissing)).toBeNull();
});

test('a plan that locks everyone out continues only after the phrase', async () => {
  const overridePhrase = 'restore and lock everyone out';
  const locking = {
    blocked: coreError('lockout-damaged-keys', { values: { reason: 'damaged-keys' } }),
    lockout: 'damaged-keys' as const,
    overridePhrase,
  };
  vi.spyOn(backend(), 'planRestore').mockResolvedValue({ ...restorePlan, ...locking, completed: false });
  vi.spyOn(backend(), 'completeRestorePlan').mockResolvedValue({ ...restorePlan, ...locking });
  await plan();
  expect(screen.getByTestId(testid.restoreBlocked)).toHaveTextContent('keys of all active administrators');
  expect(screen.queryByTestId(testid.restoreGoOn)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.restoreExpert));
  await userEvent.click(screen.getByTestId(testid.restoreGoOn));
  await userEvent.type(await screen.findByTestId(testid.restoreConfirmInput), 'vault.lindqvist.example');
  expect(screen.getByTestId(testid.restoreStart)).toBeDisabled();
  await userEvent.type(screen.getByTestId(testid.restoreOverrideInput), overridePhrase);
  expect(screen.getByTestId(testid.restoreStart)).toBeEnabled();
});

test('a plan says what happens to the signed-in account', async () => {
  const acting = { email: 'mira@lindqvist.example', after: 'missing' as const, sameKeys: null };
  vi.spyOn(backend(), 'planRestore').mockResolvedValue({ ...restorePlan, acting });
  await plan();
  expect(screen.getByTestId(testid.restoreActing)).toHaveTextContent('mira@lindqvist.example');
});
