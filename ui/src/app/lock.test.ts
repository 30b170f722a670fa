import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { useBackend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { locking } from './locking.svelte';

test('after locking, the next confirmation asks for the password', async () => {
  await openWindow('healthy', '/overview');
  await userEvent.click(await screen.findByTestId(testid.lockState));
  await waitFor(() => expect(screen.getByTestId(testid.lockState)).toHaveAttribute('data-state', 'locked'));
  await userEvent.click(await screen.findByTestId(testid.backUpNow));
  await userEvent.click((await screen.findAllByTestId(testid.backUpChoice))[0]!);
  await userEvent.type(await screen.findByTestId(testid.passwordField), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.passwordConfirm));
  await waitFor(() => expect(screen.getByTestId(testid.lockState)).toHaveAttribute('data-state', 'open'));
});

test('the lock time is saved, and sent to the shell at every start', async () => {
  const backend = await openWindow('healthy', '/settings');
  const told = vi.spyOn(backend, 'setLockAfter');
  await userEvent.selectOptions(await screen.findByTestId(testid.lockAfter), '5');
  expect(told).toHaveBeenLastCalledWith(5);
  const next = sampleBackend('healthy');
  useBackend(next);
  const again = vi.spyOn(next, 'setLockAfter');
  await locking.watch();
  expect(again).toHaveBeenCalledWith(5);
});

test('an automatic lock is shown', async () => {
  const backend = sampleBackend('healthy');
  let tell = () => {};
  backend.watchSession = async (listener) => {
    tell = listener;
    return () => undefined;
  };
  useBackend(backend);
  await openWindow(backend, '/overview');
  await screen.findByTestId(testid.lockState);
  await backend.lockNow();
  tell();
  await waitFor(() => expect(screen.getByTestId(testid.lockState)).toHaveAttribute('data-state', 'locked'));
});
