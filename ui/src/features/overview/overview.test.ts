import { coreError } from '@/backend/sample/world';
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { sampleBackend } from '@/backend/sample';
import { jobs } from '@/features/jobs/jobs.svelte';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

test('a healthy overview has one sentence and a card for each target', async () => {
  await openWindow('healthy', '/overview');
  expect(await screen.findByText('2 backup targets, all healthy')).toBeInTheDocument();
  expect(screen.getAllByTestId(testid.targetCard)).toHaveLength(2);
});

test('a failed target shows its error in plain language and verbatim', async () => {
  await openWindow('failed-target', '/overview');
  const card = (await screen.findAllByTestId(testid.targetCard))[0]!;
  expect(within(card).getByText('The target is full.')).toBeInTheDocument();
  expect(within(card).getByTestId(testid.failureOriginal)).toHaveTextContent('WebDAV upload failed: 507');
});

test('settings that need repair stop everything else: a banner leads on', async () => {
  await openWindow('needs-repair', '/overview');
  expect(await screen.findByTestId(testid.repairBanner)).toHaveTextContent('Scheduled backups have stopped');
  expect(screen.queryByTestId(testid.backUpNow)).toBeNull();
});

test('an unreachable server can be retried', async () => {
  const backend = await openWindow('offline', '/overview');
  expect(await screen.findByTestId(testid.failure)).toHaveAttribute('data-code', 'host-unreachable');
  backend.overview = async () => ({ settingsNeedRepair: false, targets: [] });
  await userEvent.click(screen.getByTestId(testid.failureRetry));
  expect(await screen.findByText('This server has no backup targets yet')).toBeInTheDocument();
});

test('known data stays when a refresh fails', async () => {
  const backend = await openWindow('healthy', '/overview');
  await screen.findAllByTestId(testid.targetCard);
  backend.overview = async () => {
    throw coreError('timed-out');
  };
  await userEvent.click(screen.getByRole('button', { name: 'Refresh' }));
  expect(await screen.findByTestId(testid.failure)).toHaveAttribute('data-code', 'timed-out');
  expect(screen.getAllByTestId(testid.targetCard)).toHaveLength(2);
});

test('with several targets, back up now asks which', async () => {
  const backend = await openWindow('healthy', '/overview');
  const start = vi.spyOn(backend, 'startJob');
  await userEvent.click(await screen.findByTestId(testid.backUpNow));
  await userEvent.click((await screen.findAllByTestId(testid.backUpChoice))[1]!);
  await waitFor(() => expect(start).toHaveBeenCalledWith({ kind: 'backup', targetId: 'r2' }));
  expect(await screen.findByTestId(testid.jobStrip)).toHaveTextContent('Backing up to R2 offsite');
});

test('a step that needs the master password continues once it is right', async () => {
  const backend = await openWindow('password-needed', '/overview');
  const start = vi.spyOn(backend, 'startJob');
  await userEvent.click(await screen.findByTestId(testid.backUpNow));
  await userEvent.click((await screen.findAllByTestId(testid.backUpChoice))[0]!);
  await userEvent.type(await screen.findByTestId(testid.passwordField), 'wrong');
  await userEvent.click(screen.getByTestId(testid.passwordConfirm));
  await waitFor(() =>
    expect(screen.getByTestId(testid.passwordField)).toHaveAccessibleDescription(
      'This is not the master password for mira@lindqvist.example.',
    ),
  );
  expect(start).not.toHaveBeenCalled();
  await userEvent.clear(screen.getByTestId(testid.passwordField));
  await userEvent.type(screen.getByTestId(testid.passwordField), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.passwordConfirm));
  await waitFor(() => expect(start).toHaveBeenCalledWith({ kind: 'backup', targetId: 'nas' }));
});

test('the overview warns of few key derivation iterations', async () => {
  const backend = sampleBackend('healthy');
  const info = await backend.appInfo();
  backend.appInfo = async () => ({ ...info, session: { ...info.session!, weakRounds: 100_000 } });
  await openWindow(backend, '/overview');
  expect(await screen.findByTestId(testid.kdfWeak)).toHaveTextContent('100,000 PBKDF2 iterations');
});

test('a server without attachment storage shows no attachment backups', async () => {
  const backend = sampleBackend('healthy');
  const overview = await backend.overview();
  const targets = overview.targets.map((card) => ({ ...card, noStorage: true }));
  backend.overview = async () => ({ ...overview, targets });
  await openWindow(backend, '/overview');
  const card = (await screen.findAllByTestId(testid.targetCard))[0]!;
  expect(within(card).getByTestId(testid.cardNoStorage)).toBeInTheDocument();
  expect(card).not.toHaveTextContent('Include attachments');
});

test('all targets are backed up one after the other, with one summary', async () => {
  const backend = await openWindow('healthy', '/overview');
  const start = vi.spyOn(backend, 'startJob');
  await userEvent.click(await screen.findByTestId(testid.backUpNow));
  await userEvent.click(await screen.findByTestId(testid.backUpAll));
  await waitFor(() => expect(start).toHaveBeenCalledWith({ kind: 'backup', targetId: 'nas' }));
  expect(start).toHaveBeenCalledOnce();
  await backend.cancelJob(jobs.running[0]!.record.id);
  await waitFor(() => expect(start).toHaveBeenCalledWith({ kind: 'backup', targetId: 'r2' }));
  await backend.cancelJob(jobs.running[0]!.record.id);
  expect(await screen.findAllByTestId(testid.jobSummary)).toHaveLength(1);
});
