import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { go } from '@/app/router.svelte';
import type { Call } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

// What the window of the test before has left is stopped first.
beforeEach(() => new Promise((settle) => setTimeout(settle, 10)));

/** Waits until stopping is offered, stops, and sees that nothing is called a failure. */
async function stopIt(): Promise<void> {
  expect(screen.queryByTestId(testid.stopWait)).toBeNull();
  await userEvent.click(await screen.findByTestId(testid.stopWait));
  expect(await screen.findByText('You stopped this.')).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.queryByTestId(testid.stopWait)).toBeNull();
}

async function toDelete(): Promise<void> {
  await userEvent.click((await screen.findAllByTestId(testid.backupMenu))[2]!);
  await userEvent.click(await screen.findByTestId(testid.rowDelete));
}

async function toTest(): Promise<void> {
  await userEvent.click((await screen.findAllByTestId(testid.targetTest))[0]!);
}

async function signIn(): Promise<void> {
  await userEvent.type(await screen.findByTestId(testid.signInPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
}

const file = '/restore?file=/home/mira/vault.zip';

/** Everything that is waited for: where, what someone does first, and which call it is. */
const places: [string, string, string, Call, (() => Promise<void>)?][] = [
  ['the board', 'loading-forever', '/overview', 'overview'],
  ['the backups of a target', 'loading-forever', '/backups?from=nas', 'list-backups'],
  ['the targets that Backups begins with', 'loading-forever', '/backups', 'overview'],
  ['the targets that Restore begins with', 'loading-forever', '/restore', 'overview'],
  ['the plan of a restore', 'loading-forever', file, 'plan-restore'],
  ['the plan of a deletion', 'no-answer', '/backups', 'plan-delete', toDelete],
  ['the test of a target', 'no-answer', '/targets', 'test-target', toTest],
];

test.each(places)('waiting for %s can be stopped', async (_, state, place, call, first) => {
  const server = await openWindow(state, place);
  await first?.();
  const stop = vi.spyOn(server, 'stopCall');
  await stopIt();
  expect(stop.mock.calls).toEqual([[call]]);
  await userEvent.click(screen.getByTestId(testid.failureRetry));
  expect(await screen.findByTestId(testid.stopWait)).toBeVisible();
});

test.each(places)('leaving stops %s', async (_, state, place, call, first) => {
  const server = await openWindow(state, place);
  await first?.();
  const stop = vi.spyOn(server, 'stopCall');
  await screen.findByTestId(testid.stopWait);
  if (first) await userEvent.keyboard('{Escape}');
  else go('/settings');
  await waitFor(() => expect(stop).toHaveBeenCalledWith(call));
});

test('a sign-in is stopped, and can be tried again', async () => {
  const server = await openWindow('no-answer', '/sign-in?profile=home');
  await signIn();
  const stop = vi.spyOn(server, 'stopCall');
  await stopIt();
  expect(stop.mock.calls).toEqual([['sign-in']]);
  expect(screen.getByTestId(testid.signInSubmit)).toBeEnabled();
  expect(screen.getByTestId(testid.signInPassword)).toHaveValue('correct horse');
});

test('leaving stops a sign-in', async () => {
  const server = await openWindow('no-answer', '/sign-in?profile=home');
  await signIn();
  const stop = vi.spyOn(server, 'stopCall');
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  await waitFor(() => expect(stop).toHaveBeenCalledWith('sign-in'));
});

test("leaving a screen does not stop the next screen's request", async () => {
  const server = await openWindow('loading-forever', '/overview');
  const stop = vi.spyOn(server, 'stopCall');
  await screen.findByTestId(testid.stopWait);
  go('/restore');
  await screen.findByTestId(testid.restoreOpen);
  expect(await screen.findByTestId(testid.stopWait)).toBeVisible();
  expect(stop).not.toHaveBeenCalled();
});

test('a refresh can be stopped and known data stays', async () => {
  const silent = sampleBackend('loading-forever');
  const server = await openWindow('healthy', '/overview');
  await screen.findAllByTestId(testid.targetCard);
  server.overview = silent.overview;
  server.stopCall = silent.stopCall;
  await userEvent.click(screen.getByTestId(testid.refresh));
  await stopIt();
  expect(screen.getAllByTestId(testid.targetCard)).not.toHaveLength(0);
  expect(screen.getByTestId(testid.refresh)).toBeEnabled();
});

test('refreshing targets keeps backups on this computer on screen', async () => {
  const silent = sampleBackend('loading-forever');
  const server = await openWindow('offline', '/backups');
  await screen.findAllByTestId(testid.backupRow);
  server.overview = silent.overview;
  await userEvent.click(screen.getByTestId(testid.failureRetry));
  await waitFor(() => expect(screen.queryByTestId(testid.failure)).toBeNull());
  expect(screen.getAllByTestId(testid.backupRow)).not.toHaveLength(0);
});

test('after a test backup is stopped, the server may still finish it', async () => {
  const silent = sampleBackend('no-answer');
  const server = await openWindow('healthy', '/targets');
  const { testTarget } = server;
  server.testTarget = (target, write) =>
    write ? silent.testTarget(target, write) : testTarget(target, write);
  server.stopCall = silent.stopCall;
  await toTest();
  await userEvent.click(await screen.findByTestId(testid.targetTestWrite));
  await stopIt();
  const dialog = screen.getByRole('dialog');
  expect(dialog).toHaveTextContent('The server may still finish the backup');
  expect(dialog).not.toHaveTextContent('Nothing was changed');
  expect(within(dialog).getByTestId(testid.targetTestWrite)).toBeVisible();
});

test('a test backup continues as a job after its dialog closes', async () => {
  const silent = sampleBackend('no-answer');
  const server = await openWindow('healthy', '/targets');
  const { testTarget } = server;
  server.testTarget = (target, write) =>
    write ? silent.testTarget(target, write) : testTarget(target, write);
  const stop = vi.spyOn(server, 'stopCall');
  await toTest();
  await userEvent.click(await screen.findByTestId(testid.targetTestWrite));
  await screen.findByTestId(testid.stopWait);
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await new Promise((settle) => setTimeout(settle, 50));
  expect(stop).not.toHaveBeenCalled();
});
