import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

async function choose(name: string, action: string) {
  // A menu that just closed lets go of the pointer a moment later.
  await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));
  const rows = await screen.findAllByTestId(testid.backupRow);
  const row = rows.find((known) => known.dataset.name?.includes(name));
  await userEvent.click(row!.querySelector(`[data-testid=${testid.backupMenu}]`)!);
  await userEvent.click(await screen.findByTestId(action));
}

test('a target lists its backups, the newest first, each with its integrity', async () => {
  await openWindow('healthy', '/backups');
  const rows = await screen.findAllByTestId(testid.backupRow);
  expect(rows.map((row) => row.dataset.integrity).slice(1)).toEqual([
    'verified',
    'name-hash-matches',
    'not-checked',
    'mismatch',
    'damaged',
    'unverifiable',
    'name-hash-matches',
  ]);
  expect(rows[6]).toHaveTextContent('Unverifiable');
});

test('this computer is a source of its own, and the only one without a server', async () => {
  await openWindow('healthy', '/backups?from=computer');
  expect(await screen.findAllByTestId(testid.backupRow)).toHaveLength(2);
  expect(screen.getAllByTestId(testid.backupsSource)).toHaveLength(3);
});

test('a folder opens, and its crumb leads back', async () => {
  await openWindow('healthy', '/backups?from=nas');
  const folder = (await screen.findAllByTestId(testid.backupRow))[0];
  await userEvent.click(folder!.querySelector('button')!);
  await waitFor(() => expect(screen.getAllByTestId(testid.backupRow)).toHaveLength(3));
  await userEvent.click(screen.getByTestId(testid.backupsCrumb));
  await waitFor(() => expect(screen.getAllByTestId(testid.backupRow)).toHaveLength(8));
});

test('a check in full is a deep one, and its end refreshes the line', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startIntegrity');
  await choose('20261118', testid.rowCheckDeep);
  await waitFor(() => expect(start).toHaveBeenCalledWith('nas', expect.stringContaining('20261118'), true));
  await waitFor(() => {
    const rows = screen.getAllByTestId(testid.backupRow);
    const row = rows.find((known) => known.dataset.name?.includes('20261118'));
    expect(row?.dataset.integrity).toBe('verified');
  });
});

test('a download may go to a chosen folder; changing one’s mind starts nothing', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startDownload');
  backend.chooseFolder = async () => null;
  await choose('20261118', testid.rowDownloadTo);
  expect(start).not.toHaveBeenCalled();
  backend.chooseFolder = async () => '/home/mira/Backups';
  await choose('20261118', testid.rowDownloadTo);
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith('nas', expect.stringContaining('20261118'), '/home/mira/Backups'),
  );
});

test('deleting shows what goes and what stays before anything happens', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startDelete');
  await choose('20261118', testid.rowDelete);
  const dialog = await screen.findByTestId(testid.deleteDialog);
  expect(await screen.findByTestId(testid.deleteConfirm)).toBeInTheDocument();
  expect(dialog).toHaveTextContent('nodewarden_backup_20261118_033012_e51aa.zip');
  expect(dialog).toHaveTextContent(
    'One good backup, the newest: nodewarden_backup_20261120_033014_9c41e.zip',
  );
  expect(start).not.toHaveBeenCalled();
  await userEvent.click(screen.getByTestId(testid.deleteConfirm));
  await waitFor(() => expect(start).toHaveBeenCalledTimes(1));
  expect(start.mock.calls[0]?.[0].paths).toEqual(['nodewarden_backup_20261118_033012_e51aa.zip']);
});

test('the last good backup is refused, with the reason and no way to go on', async () => {
  await openWindow('healthy', '/backups?from=nas');
  await choose('20261120', testid.rowDelete);
  expect(await screen.findByTestId(testid.deleteBlocked)).toHaveTextContent('This is the last good backup');
  expect(screen.queryByTestId(testid.deleteConfirm)).toBeNull();
});

test('five thousand backups are shown by the hundred', async () => {
  await openWindow('many-backups', '/backups?from=nas');
  expect(await screen.findAllByTestId(testid.backupRow)).toHaveLength(100);
  expect(screen.getByText('5,000 backups')).toBeInTheDocument();
});

test('a target that cannot be read says so in plain language and word for word', async () => {
  await openWindow('target-unreachable', '/backups?from=nas');
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent(/Cloudflare could not find or reach/);
  expect(screen.getByTestId(testid.failureOriginal)).toHaveTextContent('WebDAV list failed: 530');
});
