import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { go, router } from '@/app/router.svelte';
import { sampleBackend } from '@/backend/sample';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

const field = (name: string) => screen.findByTestId(testid.targetField(name));

async function replace(name: string, text: string) {
  const input = await field(name);
  await userEvent.clear(input);
  if (text) await userEvent.type(input, text);
}

async function menu(target: number, action: string) {
  await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));
  await userEvent.click((await screen.findAllByTestId(testid.targetMenu))[target]!);
  await userEvent.click(await screen.findByTestId(action));
}

const names = () => screen.getAllByTestId(testid.targetLine).map((line) => line.dataset.target);

test('targets show their next run in their own time zone', async () => {
  await openWindow('healthy', '/overview');
  await userEvent.click(await screen.findByTestId(testid.targetsEdit));
  await waitFor(() => expect(names()).toEqual(['nas', 'r2']));
  await waitFor(() =>
    expect(screen.getAllByTestId(testid.targetLine)[0]).toHaveTextContent(/Next run Sat, Nov 21, 03:30/),
  );
  expect(screen.getByTestId(testid.nav('overview'))).toHaveAttribute('aria-current', 'page');
});

test('a change is reviewed before it is saved', async () => {
  const backend = await openWindow('healthy', '/targets/nas');
  await replace('name', 'Cellar NAS');
  await replace('intervalHours', '6');
  await userEvent.click(await screen.findByTestId(testid.targetsSave));
  const change = await screen.findByTestId(testid.reviewChange);
  expect(change).toHaveTextContent(/Attic NAS.*→.*Cellar NAS/);
  await waitFor(() => expect(change).toHaveTextContent(/24.*→.*6/));
  await userEvent.click(screen.getByTestId(testid.reviewSave));
  await waitFor(() => expect(screen.queryByTestId(testid.reviewDialog)).toBeNull());
  expect(screen.getByText('Saved on the server.')).toBeInTheDocument();
  expect((await backend.backupSettings()).destinations[0]?.name).toBe('Cellar NAS');
  expect(screen.queryByTestId(testid.targetsSave)).toBeNull();
});

test('a secret is kept unless another is typed, and never shown', async () => {
  const backend = await openWindow('healthy', '/targets/nas');
  const save = vi.spyOn(backend, 'saveBackupSettings');
  await userEvent.click(await screen.findByTestId(testid.secretReplace));
  await userEvent.click(await screen.findByTestId(testid.secretKeep));
  expect(screen.queryByTestId(testid.targetsSave)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.secretReplace));
  await userEvent.type(await field('password'), 'hush');
  expect(await field('password')).toHaveAttribute('type', 'password');
  await userEvent.click(await screen.findByTestId(testid.targetsSave));
  const dialog = await screen.findByTestId(testid.reviewDialog);
  await waitFor(() => expect(dialog).toHaveTextContent('a new value replaces the old one'));
  expect(dialog).not.toHaveTextContent('hush');
  await userEvent.click(screen.getByTestId(testid.reviewSave));
  await waitFor(() => expect(save).toHaveBeenCalled());
  expect(save.mock.calls[0]?.[1].destinations[0]?.location).toMatchObject({
    password: { type: 'new', value: 'hush' },
  });
  expect(await screen.findByTestId(testid.secretReplace)).toBeInTheDocument();
});

test('an error is shown at its field with a suggested value', async () => {
  await openWindow('mistaken-target', '/targets/mistaken');
  await waitFor(() => expect(screen.getAllByTestId(testid.targetFinding).length).toBeGreaterThan(8));
  const rules = screen
    .getAllByTestId(testid.targetFinding)
    .map((one) => `${one.dataset.field} ${one.dataset.rule}`);
  for (const rule of ['endpoint host-private', 'endpoint bucket-in-endpoint', 'intervalHours interval'])
    expect(rules).toContain(rule);
  expect(await field('endpoint')).toHaveAccessibleDescription(/The server refuses private hosts/);
  expect(await field('endpoint')).toBeInvalid();
  await userEvent.click(screen.getByText('Use http://192.168.1.20:9000'));
  expect(await field('endpoint')).toHaveValue('http://192.168.1.20:9000');
  await waitFor(() =>
    expect(
      screen.getAllByTestId(testid.targetFinding).some((one) => one.dataset.rule === 'bucket-in-endpoint'),
    ).toBe(false),
  );
});

test('a preset fills in a new target; missing fields show on leaving them', async () => {
  await openWindow('healthy', '/targets/new');
  const preset = (await screen.findAllByTestId(testid.targetPreset)).find(
    (one) => one.dataset.preset === 'koofr',
  );
  await userEvent.click(preset!);
  expect(await field('baseUrl')).toHaveValue('https://app.koofr.net/dav/Koofr');
  expect(screen.getByText(/requires an app password/)).toBeInTheDocument();
  await waitFor(() => expect(screen.getAllByTestId(testid.targetNextRun)).toHaveLength(3));
  expect(screen.queryByText('This field is required.')).toBeNull();
  await userEvent.click(await field('username'));
  await userEvent.tab();
  expect(await screen.findByText('This field is required.')).toBeInTheDocument();
});

test('a copy has everything but the secret', async () => {
  await openWindow('healthy', '/targets');
  await menu(0, testid.targetDuplicate);
  expect(await field('name')).toHaveValue('Attic NAS (copy)');
  expect(await field('baseUrl')).toHaveValue('https://dav.lindqvist.example/backup');
  expect(await field('password')).toHaveValue('');
  expect(await screen.findByText(/Another target uses the same folder/)).toBeInTheDocument();
});

test('the order of targets can be changed and is saved', async () => {
  const backend = await openWindow('healthy', '/targets');
  await menu(1, testid.targetUp);
  await waitFor(() => expect(names()).toEqual(['r2', 'nas']));
  // A menu that just closed lets go of the pointer a moment later.
  await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));
  await userEvent.click(screen.getByTestId(testid.targetsSave));
  await waitFor(() =>
    expect(screen.getAllByTestId(testid.reviewChange).every((one) => one.dataset.kind === 'moved')).toBe(
      true,
    ),
  );
  await userEvent.click(screen.getByTestId(testid.reviewSave));
  await waitFor(async () => expect((await backend.backupSettings()).destinations[0]?.id).toBe('r2'));
});

test('removing a target keeps its files and takes effect on saving', async () => {
  const backend = await openWindow('healthy', '/targets');
  const save = vi.spyOn(backend, 'saveBackupSettings');
  await menu(1, testid.targetRemove);
  expect(await screen.findByText(/All files in its folder stay/)).toBeInTheDocument();
  await userEvent.click(screen.getByTestId(testid.targetRemoveConfirm));
  await waitFor(() => expect(names()).toEqual(['nas']));
  expect(save).not.toHaveBeenCalled();
  await userEvent.click(screen.getByTestId(testid.targetsDiscard));
  await waitFor(() => expect(names()).toEqual(['nas', 'r2']));
});

test('settings changed elsewhere are reloaded without losing input', async () => {
  await openWindow('changed-elsewhere', '/targets/nas');
  await replace('name', 'Cellar NAS');
  await userEvent.click(await screen.findByTestId(testid.targetsSave));
  await userEvent.click(await screen.findByTestId(testid.reviewSave));
  expect(await screen.findByTestId(testid.reviewConflict)).toHaveTextContent('Nothing was saved');
  expect(screen.getByTestId(testid.reviewSave)).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.reviewKeep));
  expect(await screen.findByText(/Your changes are applied/)).toBeInTheDocument();
  expect(screen.getAllByTestId(testid.reviewChange)).toHaveLength(1);
  await userEvent.click(screen.getByTestId(testid.reviewSave));
  await waitFor(() => expect(screen.queryByTestId(testid.reviewDialog)).toBeNull());
  expect(await field('name')).toHaveValue('Cellar NAS');
});

test('leaving with unsaved changes asks whether to discard them', async () => {
  await openWindow('healthy', '/targets/nas');
  await replace('name', 'Cellar NAS');
  await screen.findByTestId(testid.targetsSave);
  await userEvent.click(screen.getByTestId(testid.nav('backups')));
  await userEvent.click(await screen.findByTestId(testid.leaveStay));
  expect(router.screen).toBe('targets');
  expect(await field('name')).toHaveValue('Cellar NAS');
  go('/settings');
  await userEvent.click(await screen.findByTestId(testid.leaveGo));
  await waitFor(() => expect(router.screen).toBe('settings'));
  go('/targets/nas');
  expect(await field('name')).toHaveValue('Attic NAS');
});

test('switching between the list and a target keeps unsaved changes', async () => {
  await openWindow('healthy', '/targets/nas');
  await replace('name', 'Cellar NAS');
  go('/targets');
  const line = (await screen.findAllByTestId(testid.targetLine))[0]!;
  await waitFor(() => expect(line).toHaveAttribute('data-change', 'changed'));
  expect(within(line).getByTestId(testid.targetTest)).toBeDisabled();
  expect(screen.queryByTestId(testid.leaveDialog)).toBeNull();
});

test('a test lists first, and writes only when asked to', async () => {
  const backend = await openWindow('healthy', '/targets');
  const trying = vi.spyOn(backend, 'testTarget');
  await userEvent.click((await screen.findAllByTestId(testid.targetTest))[0]!);
  expect(await screen.findByTestId(testid.targetTestVerdict)).toHaveAttribute('data-verdict', 'readable');
  expect(trying.mock.calls).toEqual([['nas', false]]);
  await userEvent.click(screen.getByTestId(testid.targetTestWrite));
  await waitFor(() =>
    expect(screen.getByTestId(testid.targetTestVerdict)).toHaveAttribute('data-verdict', 'works'),
  );
});

test('readable but not writable is a verdict with the original message', async () => {
  await openWindow('read-only-target', '/targets');
  await userEvent.click((await screen.findAllByTestId(testid.targetTest))[0]!);
  await userEvent.click(await screen.findByTestId(testid.targetTestWrite));
  await waitFor(() =>
    expect(screen.getByTestId(testid.targetTestVerdict)).toHaveTextContent(/not writable from Cloudflare/),
  );
  expect(screen.getByTestId(testid.failureOriginal)).toHaveTextContent('WebDAV upload failed: 403');
});

test.each(['settings-need-repair', 'not-administrator'])('%s has its own state', async (code) => {
  await openWindow(code === 'not-administrator' ? code : 'needs-repair', '/targets');
  expect(await screen.findByTestId(testid.targetsState)).toHaveAttribute('data-state', code);
  expect(screen.queryByTestId(testid.targetAdd)).toBeNull();
});

test('a time zone is found by part of its name; others are ignored', async () => {
  await openWindow('healthy', '/targets/nas');
  const zone = await field('timezone');
  await userEvent.click(zone);
  await userEvent.clear(zone);
  await userEvent.type(zone, 'shang');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(zone).toHaveValue('Asia/Shanghai'));
  await waitFor(() =>
    expect(screen.getAllByTestId(testid.targetNextRun)[0]).toHaveTextContent('Sat, Nov 21, 03:30'),
  );
  await userEvent.clear(zone);
  await userEvent.type(zone, 'nowhere');
  await userEvent.tab();
  await waitFor(() => expect(zone).toHaveValue('Asia/Shanghai'));
});

test('0 hours stay visible and cannot be saved', async () => {
  const backend = await openWindow('healthy', '/targets/nas');
  const save = vi.spyOn(backend, 'saveBackupSettings');
  await replace('intervalHours', '0');
  expect(await field('intervalHours')).toHaveValue('0');
  await waitFor(async () => expect(await field('intervalHours')).toBeInvalid());
  await userEvent.click(await screen.findByTestId(testid.targetsSave));
  expect(await screen.findByText(/The server refuses these settings/)).toBeInTheDocument();
  expect(screen.getByTestId(testid.reviewSave)).toBeDisabled();
  expect(screen.queryByText('Save anyway')).toBeNull();
  expect(save).not.toHaveBeenCalled();
});

test('an unknown target type shows only fields that can be saved', async () => {
  await openWindow('unknown-target-kind', '/targets/future');
  expect(await screen.findByText(/does not support targets of type “gdrive”/)).toBeInTheDocument();
  for (const name of ['name', 'includeAttachments', 'intervalHours'])
    expect(screen.queryByTestId(testid.targetField(name))).toBeNull();
});

test('a folder of another server is saved only with consent', async () => {
  const backend = await openWindow('healthy', '/targets/nas');
  const save = vi.spyOn(backend, 'saveBackupSettings');
  await replace('remotePath', 'cabin/');
  await userEvent.click(await screen.findByTestId(testid.targetsSave));
  expect(await screen.findByTestId(testid.sharedPlaces)).toHaveTextContent(
    /Attic NAS.*the same folder as Cabin NAS on Cabin/,
  );
  expect(screen.getByTestId(testid.reviewSave)).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.sharedAccept));
  await userEvent.click(screen.getByTestId(testid.reviewSave));
  await waitFor(() => expect(save).toHaveBeenCalledOnce());
});

test('a server without attachment storage cannot include attachments', async () => {
  const backend = sampleBackend('healthy');
  const look = backend.reviewSettings;
  backend.reviewSettings = async (before, after) => ({
    ...(await look(before, after)),
    noStorageAt: '2026-11-20T03:30:14.000Z',
  });
  await openWindow(backend, '/targets/nas');
  await waitFor(async () => expect(await field('includeAttachments')).toBeDisabled());
  expect(await field('includeAttachments')).toHaveAccessibleDescription(/has no attachment storage/);
});
