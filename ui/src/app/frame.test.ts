import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

test('every screen is in the navigation and reachable by its keys', async () => {
  await openWindow('healthy', '/overview');
  for (const [key, name] of [...'123456'].map((key, at) => [
    key,
    ['overview', 'backups', 'inspect', 'restore', 'incidents', 'activity'][at]!,
  ])) {
    await userEvent.keyboard(`{Control>}${key}{/Control}`);
    expect(screen.getByTestId(testid.nav(name!))).toHaveAttribute('aria-current', 'page');
  }
});

test('the heading takes the focus when a screen opens', async () => {
  await openWindow('healthy', '/overview');
  await userEvent.keyboard('{Control>}5{/Control}');
  await waitFor(() => expect(screen.getByTestId(testid.screenTitle)).toHaveFocus());
  expect(screen.getByTestId(testid.screenTitle)).toHaveTextContent('Incidents');
});

test('a job survives navigation and stays until dismissed', async () => {
  const backend = await openWindow('healthy', '/overview');
  await screen.findAllByTestId(testid.targetCard);
  await backend.startJob({ kind: 'backup', targetId: 'nas' });
  expect(await screen.findByTestId(testid.jobRow)).toHaveAttribute('data-state', 'running');
  await userEvent.click(screen.getByTestId(testid.nav('settings')));
  await userEvent.click(screen.getByTestId(testid.jobCancel));
  expect(await screen.findByTestId(testid.jobDismiss)).toBeInTheDocument();
  expect(screen.getByTestId(testid.jobState)).toHaveTextContent('Cancelled');
  await userEvent.click(screen.getByTestId(testid.jobDismiss));
  expect(screen.queryByTestId(testid.jobStrip)).toBeNull();
});

test('another language redraws the window immediately', async () => {
  await openWindow('healthy', '/settings');
  const chinese = (await screen.findAllByTestId(testid.languageChoice)).find(
    (item) => item.dataset.value === 'zh-CN',
  );
  await userEvent.click(chinese!);
  expect(screen.getByTestId(testid.nav('backups'))).toHaveTextContent('备份');
  expect(document.documentElement.lang).toBe('zh-CN');
});

test('a theme is put where the style sheet looks for it', async () => {
  await openWindow('healthy', '/settings');
  const dark = (await screen.findAllByTestId(testid.themeChoice)).find(
    (item) => item.dataset.value === 'dark',
  );
  await userEvent.click(dark!);
  expect(document.documentElement.dataset.theme).toBe('dark');
});

test('signing out returns to the start screen', async () => {
  await openWindow('healthy', '/overview');
  await userEvent.click(await screen.findByTestId(testid.profileSwitcher));
  await userEvent.click(await screen.findByText('Sign out'));
  expect(await screen.findByTestId(testid.doorConnect)).toBeInTheDocument();
});

test('this computer alone hides what needs a server', async () => {
  await openWindow('healthy', '/overview');
  await userEvent.click(await screen.findByTestId(testid.profileSwitcher));
  await userEvent.click((await screen.findAllByText('This computer')).at(-1)!);
  await waitFor(() => expect(screen.queryByTestId(testid.nav('overview'))).toBeNull());
  expect(screen.getByTestId(testid.nav('backups'))).toHaveAttribute('aria-current', 'page');
});

test('an app that cannot start says why', async () => {
  await openWindow('start-failed', '/');
  expect(await screen.findByTestId(testid.failure)).toHaveAttribute('data-code', 'ledger-failed');
});

test('a ledger that cannot be opened is moved aside on request', async () => {
  await openWindow('start-failed', '/');
  await userEvent.click(await screen.findByTestId(testid.startMoveAside));
  expect(await screen.findByText(/ledger-20261120-153000\.sqlite3/)).toBeInTheDocument();
  expect(screen.queryByTestId(testid.startFailed)).toBeNull();
});
