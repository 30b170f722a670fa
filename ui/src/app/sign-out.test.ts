import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

async function choose(word: string) {
  await userEvent.click(await screen.findByTestId(testid.profileSwitcher));
  await userEvent.click(await screen.findByText(word));
}

test('an unreachable server is reported without asking for a password', async () => {
  const backend = await openWindow('server-away', '/overview');
  await choose('keys.studio-nord.example');
  const dialog = await screen.findByTestId(testid.enterFailed);
  expect(dialog).toHaveTextContent('Could not switch to keys.studio-nord.example');
  expect(dialog).toHaveTextContent('Connection refused');
  expect(location.hash).toBe('#/overview');
  const ask = vi.spyOn(backend, 'switchProfile');
  await userEvent.click(screen.getByTestId(testid.enterAgain));
  await waitFor(() => expect(ask).toHaveBeenCalledWith('office'));
});

test('a session that has ended still leads to the sign-in', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.switchProfile = async () => {
    throw coreError('session-ended');
  };
  await choose('keys.studio-nord.example');
  expect(await screen.findByTestId(testid.signInError)).toHaveAttribute('data-code', 'session-ended');
});

test('signing out while jobs run is asked about first', async () => {
  const backend = await openWindow('job-running', '/overview');
  const signOut = vi.spyOn(backend, 'signOut');
  await screen.findByTestId(testid.jobStrip);
  await choose('Sign out');
  const dialog = await screen.findByTestId(testid.signOutDialog);
  expect(within(dialog).getAllByRole('listitem')).toHaveLength(1);
  expect(signOut).not.toHaveBeenCalled();
  await userEvent.click(screen.getByTestId(testid.signOutConfirm));
  expect(await screen.findByTestId(testid.doorConnect)).toBeInTheDocument();
  expect(signOut).toHaveBeenCalledOnce();
});

test('a server that missed the sign-out is named with the session end', async () => {
  await openWindow('sign-out-not-told', '/overview');
  await choose('Sign out');
  const dialog = await screen.findByTestId(testid.signedOutDialog);
  expect(dialog).toHaveTextContent('expires after 30 days');
  expect(dialog).toHaveTextContent('vault.lindqvist.example did not respond in time.');
});

test('signing out succeeds when the keyring keeps an entry, and says so', async () => {
  const backend = await openWindow('healthy', '/overview');
  const { signOut } = backend;
  backend.signOut = async () => {
    await signOut();
    throw coreError('keyring-unavailable');
  };
  await choose('Sign out');
  expect(await screen.findByTestId(testid.signedOutDialog)).toHaveTextContent('could not be deleted');
  expect(location.hash).toBe('#/welcome');
});

test('a profile can be removed although its keyring is locked', async () => {
  const backend = await openWindow('healthy', '/settings');
  const { removeProfile } = backend;
  const remove = vi.spyOn(backend, 'removeProfile').mockImplementation(async (id, anyway) => {
    if (!anyway) throw coreError('keyring-unavailable');
    return removeProfile(id, anyway);
  });
  await userEvent.click((await screen.findAllByTestId(testid.profileRemove))[1]!);
  await userEvent.click(screen.getByTestId(testid.profileRemoveConfirm));
  await waitFor(() =>
    expect(screen.getByTestId(testid.profileRemoveConfirm)).toHaveTextContent('Remove anyway'),
  );
  await userEvent.click(screen.getByTestId(testid.profileRemoveConfirm));
  await waitFor(() => expect(screen.getAllByTestId(testid.profileRemove)).toHaveLength(1));
  expect(remove.mock.calls.map(([, anyway]) => anyway)).toEqual([false, true]);
});
