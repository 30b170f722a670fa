import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Alert, AlertKind, WatchNotice } from '@/backend';
import { sampleWatch, unwatched, watched } from '@/backend/sample/watch';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { language } from '@/language/locale.svelte';
import { watching } from './watching.svelte';
import { alertPlace, alertSentence } from './words';

const failed: Alert = {
  id: 'backup-failed:nas',
  kind: 'backup-failed',
  targetId: 'nas',
  targetName: 'Attic NAS',
  cause: null,
};

test('monitoring is off by default and saves its settings', async () => {
  const backend = await openWindow('healthy', '/settings');
  const change = vi.spyOn(backend, 'setWatch');
  const on = await screen.findByTestId(testid.watchOn);
  expect(on).not.toBeChecked();
  expect(screen.getByTestId(testid.watchQuiet)).toBeDisabled();
  await userEvent.click(on);
  await userEvent.click(screen.getByTestId(testid.watchQuiet));
  await userEvent.selectOptions(await screen.findByTestId(testid.watchQuietUntil), '8');
  await waitFor(() =>
    expect(change).toHaveBeenLastCalledWith({
      on: true,
      quietHours: { from: 22, until: 8 },
      closeToTray: false,
    }),
  );
});

test('a desktop without a tray says so, and closing to it cannot be chosen', async () => {
  const backend = await openWindow('healthy', '/settings');
  Object.assign(backend, sampleWatch({ ...unwatched, tray: false }));
  await watching.refresh();
  await waitFor(() => expect(screen.getByTestId(testid.watchCloseToTray)).toBeDisabled());
  expect(screen.getByText(/This desktop has no tray/)).toBeInTheDocument();
});

test('alerts are listed and lead to their screens', async () => {
  const backend = await openWindow('healthy', '/settings');
  Object.assign(backend, sampleWatch(watched));
  await watching.refresh();
  const found = await screen.findAllByTestId(testid.watchedAlert);
  expect(found[0]).toHaveTextContent('The last backup to Attic NAS failed.');
  expect(found[0]).toHaveAttribute('href', '#/overview');
});

test('a new alert is notified in the language of the window', async () => {
  const backend = await openWindow('healthy', '/overview');
  const notify = vi.spyOn(backend, 'notify');
  let tell: (notices: WatchNotice[]) => void = () => undefined;
  backend.watchAlerts = async (listener) => {
    tell = listener;
    return () => undefined;
  };
  await watching.begin();
  tell([{ profileId: 'home', server: 'Home', alert: failed }]);
  expect(notify).toHaveBeenLastCalledWith('Home', 'The last backup to Attic NAS failed.', 'home#/overview');
  language.choose('zh-CN');
  tell([{ profileId: 'home', server: 'Home', alert: failed }]);
  expect(notify).toHaveBeenLastCalledWith('Home', '上次向 Attic NAS 的备份失败。', 'home#/overview');
  language.choose('en');
});

test('a clicked notification opens its screen', async () => {
  const backend = await openWindow('healthy', '/overview');
  let click: (place: string) => void = () => undefined;
  backend.watchNotificationClicks = async (listener) => {
    click = listener;
    return () => undefined;
  };
  await watching.begin();
  const session = (await backend.appInfo()).session!;
  click(`${session.profileId}#/backups?target=nas`);
  await waitFor(() => expect(location.hash).toBe('#/backups?target=nas'));
});

test('"Back up now" in the tray backs up to every target', async () => {
  const backend = await openWindow('healthy', '/overview');
  const start = vi.spyOn(backend, 'startJob');
  let choose: () => void = () => undefined;
  backend.watchTrayBackUp = async (listener) => {
    choose = listener;
    return () => undefined;
  };
  await watching.begin();
  choose();
  await waitFor(() => expect(start).toHaveBeenCalled());
  expect(start.mock.calls[0]?.[0]).toMatchObject({ kind: 'backup' });
});

test('an alert shows its cause in the language of the window', () => {
  const full = { ...failed, cause: coreError('target-full', { original: 'WebDAV upload failed: 507' }) };
  expect(alertSentence(full)).toBe('The last backup to Attic NAS failed. The target is full.');
  language.choose('zh-CN');
  expect(alertSentence(full)).toMatch(/^上次向 Attic NAS 的备份失败。[^ ]+/);
  language.choose('en');
});

test('every alert has a message and a screen', () => {
  const kinds: AlertKind[] = [
    'secret-unsafe',
    'settings-need-repair',
    'sign-in-needed',
    'backups-gone',
    'backup-failed',
    'backup-overdue',
    'backup-empty',
    'backup-truncated',
    'backup-bad',
    'backup-shrank',
    'not-verified',
    'nobody-can-repair',
    'certificate-ends',
    'server-updated',
  ];
  const said = kinds.map((kind) => alertSentence({ ...failed, kind }));
  expect(new Set(said).size).toBe(kinds.length);
  for (const kind of kinds) expect(alertPlace({ ...failed, kind }, 'home')).toMatch(/^#\//);
});
