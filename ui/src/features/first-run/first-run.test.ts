import { coreError } from '@/backend/sample/world';
import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { router } from '@/app/router.svelte';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

test('the first run offers three choices and no server', async () => {
  await openWindow('first-run', '/');
  expect(await screen.findByTestId(testid.doorConnect)).toBeInTheDocument();
  expect(screen.getByTestId(testid.doorOpen)).toBeInTheDocument();
  expect(screen.getByTestId(testid.doorPractice)).toBeInTheDocument();
  expect(screen.queryByTestId(testid.knownServer)).toBeNull();
});

test('one click on practice starts it, signs in and lands on the overview', async () => {
  await openWindow('first-run', '/welcome');
  await userEvent.click(await screen.findByTestId(testid.doorPractice));
  expect(await screen.findByTestId(testid.backUpNow)).toBeInTheDocument();
  expect(screen.getByTestId(testid.profileSwitcher)).toHaveTextContent('Practice instance');
});

test('a practice instance that fails to start says why', async () => {
  const backend = await openWindow('first-run', '/welcome');
  backend.practiceStart = async () => {
    throw coreError('practice-failed', { original: 'Port taken.' });
  };
  await userEvent.click(await screen.findByTestId(testid.doorPractice));
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent('Port taken.');
  expect(screen.getByTestId(testid.doorConnect)).toBeEnabled();
});

test('opening a ZIP needs no server', async () => {
  await openWindow('first-run', '/welcome');
  await userEvent.click(await screen.findByTestId(testid.doorOpen));
  expect(await screen.findByTestId(testid.nav('inspect'))).toHaveAttribute('aria-current', 'page');
  expect(screen.queryByTestId(testid.nav('overview'))).toBeNull();
});

test('a known server opens in one click or says its session ended', async () => {
  const backend = await openWindow('signed-out', '/welcome');
  backend.switchProfile = async () => {
    throw coreError('session-ended');
  };
  await userEvent.click((await screen.findAllByTestId(testid.knownServer))[0]!);
  expect(await screen.findByTestId(testid.signInError)).toHaveAttribute('data-code', 'session-ended');
  expect(router.screen).toBe('sign-in');
  expect(screen.getByTestId(testid.signInServer)).toHaveValue('https://vault.lindqvist.example');
});
