import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Backend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { coreError } from '@/backend/sample/world';
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

test('a target lists its backups with integrity, newest first', async () => {
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

test('this computer is a source, and the only one without a server', async () => {
  await openWindow('healthy', '/backups?from=computer');
  expect(await screen.findAllByTestId(testid.backupRow)).toHaveLength(2);
  expect(screen.getAllByTestId(testid.backupsSource)).toHaveLength(3);
});

test('a folder opens, and its breadcrumb leads back', async () => {
  await openWindow('healthy', '/backups?from=nas');
  const folder = (await screen.findAllByTestId(testid.backupRow))[0];
  await userEvent.click(folder!.querySelector('button')!);
  await waitFor(() => expect(screen.getAllByTestId(testid.backupRow)).toHaveLength(3));
  await userEvent.click(screen.getByTestId(testid.backupsCrumb));
  await waitFor(() => expect(screen.getAllByTestId(testid.backupRow)).toHaveLength(8));
});

test('a full check reads the backup and then updates its row', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startJob');
  await choose('20261118', testid.rowCheckDeep);
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'integrity',
      targetId: 'nas',
      path: expect.stringContaining('20261118'),
      deep: true,
    }),
  );
  await waitFor(() => {
    const rows = screen.getAllByTestId(testid.backupRow);
    const row = rows.find((known) => known.dataset.name?.includes('20261118'));
    expect(row?.dataset.integrity).toBe('verified');
  });
});

test('a download can go to a chosen folder; cancelling starts nothing', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startJob');
  backend.chooseFolder = async () => null;
  await choose('20261118', testid.rowDownloadTo);
  expect(start).not.toHaveBeenCalled();
  backend.chooseFolder = async () => '/home/mira/Backups';
  await choose('20261118', testid.rowDownloadTo);
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'download',
      from: { type: 'server', targetId: 'nas' },
      path: expect.stringContaining('20261118'),
      to: { type: 'folder', folder: '/home/mira/Backups' },
      ifThere: 'refuse',
    }),
  );
});

test('deleting first shows what is deleted and what is kept', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startJob');
  await choose('20261118', testid.rowDelete);
  const dialog = await screen.findByTestId(testid.deleteDialog);
  expect(await screen.findByTestId(testid.deleteConfirm)).toBeInTheDocument();
  expect(dialog).toHaveTextContent('nodewarden_backup_20261118_033012_e51aa.zip');
  expect(dialog).toHaveTextContent('1 good backup, the newest: nodewarden_backup_20261120_033014_9c41e.zip');
  expect(start).not.toHaveBeenCalled();
  await userEvent.click(screen.getByTestId(testid.deleteConfirm));
  await waitFor(() => expect(start).toHaveBeenCalledTimes(1));
  expect(start.mock.calls[0]?.[0]).toMatchObject({
    kind: 'delete',
    paths: ['nodewarden_backup_20261118_033012_e51aa.zip'],
  });
});

test('deleting the last good backup is refused with the reason', async () => {
  await openWindow('healthy', '/backups?from=nas');
  await choose('20261120', testid.rowDelete);
  expect(await screen.findByTestId(testid.deleteBlocked)).toHaveTextContent('This is the last good backup');
  expect(screen.queryByTestId(testid.deleteConfirm)).toBeNull();
});

test('five thousand backups are shown by the hundred', async () => {
  await openWindow('many-backups', '/backups?from=nas');
  const drawn = () => expect(screen.getAllByTestId(testid.backupRow)).toHaveLength(100);
  await waitFor(drawn, { timeout: 25_000 });
  expect(screen.getByText('5,000 backups')).toBeInTheDocument();
  expect(screen.getByText('100 of 5,000')).toBeInTheDocument();
});

test('deleting thousands names some of them, and how many more there are', async () => {
  await openWindow('many-backups', '/backups?from=nas');
  await userEvent.click(await screen.findByTestId(testid.selectAll));
  await userEvent.click(screen.getByTestId(testid.selectionDelete));
  const paths = await screen.findByTestId(testid.deletePaths);
  expect(paths.children).toHaveLength(51);
  expect(paths).toHaveTextContent('and 4,950 more');
});

test('an unreadable target shows its error in plain language and verbatim', async () => {
  await openWindow('target-unreachable', '/backups?from=nas');
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent(/Cloudflare could not find or reach/);
  expect(screen.getByTestId(testid.failureOriginal)).toHaveTextContent('WebDAV list failed: 530');
});

const boxes = () => screen.findAllByTestId(testid.selectRow);

test('backups selected with the mouse are checked in a job each', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startJob');
  const user = userEvent.setup();
  await user.click((await boxes())[1]!);
  await user.keyboard('{Shift>}');
  await user.click((await boxes())[3]!);
  await user.keyboard('{/Shift}');
  expect(screen.getByTestId(testid.selectionBar)).toHaveTextContent('3 selected');
  await user.click(screen.getByTestId(testid.selectionCheckDeep));
  await waitFor(() => expect(start).toHaveBeenCalledTimes(2));
  expect(screen.getByTestId(testid.queueWaiting)).toHaveTextContent('1 more in the queue');
  await waitFor(() => expect(start).toHaveBeenCalledTimes(3));
  expect(start.mock.calls.every(([job]) => job.kind === 'integrity' && job.deep)).toBe(true);
});

test('the keyboard selects with arrows, Shift, all and none', async () => {
  await openWindow('healthy', '/backups?from=nas');
  const [first] = await boxes();
  first!.focus();
  await userEvent.keyboard(' ');
  await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
  expect(screen.getByTestId(testid.selectionBar)).toHaveTextContent('3 selected');
  expect((await boxes())[2]).toHaveFocus();
  await userEvent.keyboard('{Control>}a{/Control}');
  expect(screen.getByTestId(testid.selectionBar)).toHaveTextContent('7 selected');
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByTestId(testid.selectionBar)).toBeNull();
});

test('selecting all selects all five thousand, not only the drawn ones', async () => {
  await openWindow('many-backups', '/backups?from=nas');
  await userEvent.click(await screen.findByTestId(testid.selectAll));
  expect(screen.getByTestId(testid.selectionBar)).toHaveTextContent('5,000 selected');
});

test('deleting several shows one plan or the reason of a refusal', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const newer = 'nodewarden_backup_20261120_033014_9c41e.zip';
  const plan = backend.planDelete;
  backend.planDelete = async (target, paths) => ({
    ...(await plan(target, paths)),
    blocked: coreError('newer-not-good', { values: { newer } }),
  });
  const rows = await boxes();
  await userEvent.click(rows[5]!);
  await userEvent.click(rows[6]!);
  await userEvent.click(screen.getByTestId(testid.selectionDelete));
  const blocked = await screen.findByTestId(testid.deleteBlocked);
  expect(blocked).toHaveTextContent(`${newer} is newer and stays, but it is not known to be good.`);
  expect(screen.queryByTestId(testid.deleteConfirm)).toBeNull();
});

async function downloadTwo(backend: Backend) {
  backend.chooseFolder = async () => '/home/mira/Downloads';
  const rows = await boxes();
  await userEvent.click(rows[0]!);
  await userEvent.click(rows[1]!);
  await userEvent.click(screen.getByTestId(testid.selectionDownload));
  return screen.findByTestId(testid.takenDialog);
}

test('an existing file name asks whether to replace or keep both', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startJob');
  const dialog = await downloadTwo(backend);
  expect(dialog).toHaveTextContent('nodewarden_backup_20261120_033014_9c41e (1).zip');
  expect(start.mock.calls.map(([job]) => job.kind === 'download' && job.ifThere)).toEqual([
    'refuse',
    'refuse',
  ]);
  await userEvent.click(screen.getByTestId(testid.takenKeep));
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'download',
      from: { type: 'server', targetId: 'nas' },
      path: 'nodewarden_backup_20261120_033014_9c41e.zip',
      to: {
        type: 'file',
        file: '/home/mira/Downloads/nodewarden_backup_20261120_033014_9c41e (1).zip',
      },
      ifThere: 'refuse',
    }),
  );
  expect(start).toHaveBeenCalledTimes(3);
});

test('a file is replaced only when that was chosen', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startJob');
  await downloadTwo(backend);
  await userEvent.click(screen.getByTestId(testid.takenReplace));
  await waitFor(() =>
    expect(start).toHaveBeenLastCalledWith({
      kind: 'download',
      from: { type: 'server', targetId: 'nas' },
      path: 'nodewarden_backup_20261120_033014_9c41e.zip',
      to: { type: 'folder', folder: '/home/mira/Downloads' },
      ifThere: 'overwrite',
    }),
  );
  expect(start).toHaveBeenCalledTimes(3);
});

test('an existing file can be kept', async () => {
  const backend = await openWindow('healthy', '/backups?from=nas');
  const start = vi.spyOn(backend, 'startJob');
  await downloadTwo(backend);
  await userEvent.click(screen.getByTestId(testid.takenCancel));
  await waitFor(() => expect(screen.queryByTestId(testid.takenDialog)).toBeNull());
  expect(start).toHaveBeenCalledTimes(2);
});

test('the table can be narrowed to one level of integrity', async () => {
  await openWindow('healthy', '/backups?from=nas');
  await screen.findAllByTestId(testid.backupRow);
  await userEvent.selectOptions(screen.getByTestId(testid.backupsIntegrity), 'damaged');
  expect(screen.getAllByTestId(testid.backupRow).map((row) => row.dataset.integrity)).toEqual(['damaged']);
});

test('an unknown size is shown as a question mark', async () => {
  const backend = sampleBackend('healthy');
  const list = backend.listBackups;
  backend.listBackups = async (target, path) =>
    (await list(target, path)).map((row) => ({ ...row, size: null }));
  await openWindow(backend, '/backups?from=nas');
  const rows = await screen.findAllByTestId(testid.backupRow);
  const backups = rows.filter((row) => row.dataset.name?.endsWith('.zip'));
  expect(backups.length).toBeGreaterThan(0);
  for (const row of backups) expect(within(row).getByText('?')).toHaveAttribute('title');
  for (const row of rows.filter((one) => !backups.includes(one)))
    expect(within(row).queryByText('?')).toBeNull();
});
