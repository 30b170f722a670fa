import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { sampleBackend } from '@/backend/sample';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

const lines = () => screen.findAllByTestId(testid.deskTargetLine);

async function menu(line: number, action: string) {
  await userEvent.click((await screen.findAllByTestId(testid.deskTargetMenu))[line]!);
  await userEvent.click(await screen.findByTestId(action));
}

async function kind(value: string) {
  const choice = (await screen.findAllByTestId(testid.deskTargetKind)).find(
    (one) => one.dataset.value === value,
  );
  await userEvent.click(choice!);
}

test('desk targets are reached from Backups and show their state', async () => {
  await openWindow('healthy', '/backups');
  await userEvent.click(await screen.findByTestId(testid.deskTargetsOpen));
  const [disk, nas, stick] = await lines();
  expect(disk).toHaveTextContent('Verified');
  expect(disk).toHaveTextContent('Daily at 03:00 (Europe/Berlin)');
  expect(disk).toHaveTextContent(/Next backup/);
  expect(nas).toHaveTextContent('Waiting for you');
  expect(nas).toHaveTextContent(/Newest backup with all attachments/);
  expect(stick).toHaveTextContent('The folder /media/mira/STICK does not exist.');
  expect(stick).toHaveAttribute('data-tone', 'danger');
});

test('a folder is added with the schedule and the number that were entered', async () => {
  const backend = await openWindow('no-desk-targets', '/desk-targets');
  const save = vi.spyOn(backend, 'saveDeskTarget');
  await userEvent.click(await screen.findByTestId(testid.deskTargetAdd));
  expect(await screen.findByTestId(testid.deskTargetSave)).toBeDisabled();
  await userEvent.type(screen.getByTestId(testid.deskTargetName), 'Disk');
  await userEvent.click(screen.getByTestId(testid.deskTargetChoose));
  expect(await screen.findByTestId(testid.deskTargetFolder)).toHaveTextContent('/home/mira/Backups');
  const at = screen.getByTestId(testid.deskTargetAt);
  await userEvent.clear(at);
  await userEvent.type(at, '04:30');
  const keep = screen.getByTestId(testid.deskTargetKeep);
  await userEvent.clear(keep);
  await userEvent.type(keep, '7');
  await userEvent.click(screen.getByTestId(testid.deskTargetSave));
  await waitFor(() => expect(screen.queryByTestId(testid.deskTargetForm)).toBeNull());
  expect(save.mock.calls[0]?.[0]).toMatchObject({
    id: null,
    name: 'Disk',
    place: { type: 'folder', path: '/home/mira/Backups' },
    schedule: { type: 'daily', at: '04:30' },
    retention: 7,
    attachments: true,
  });
});

test('plain http to a share needs consent; the password is sent once', async () => {
  const backend = await openWindow('healthy', '/desk-targets');
  const save = vi.spyOn(backend, 'saveDeskTarget');
  await userEvent.click(await screen.findByTestId(testid.deskTargetAdd));
  await userEvent.type(await screen.findByTestId(testid.deskTargetName), 'Shed');
  await kind('webdav');
  await userEvent.type(await screen.findByTestId(testid.targetField('baseUrl')), 'http://192.168.1.9/dav');
  await userEvent.type(screen.getByTestId(testid.targetField('username')), 'me');
  await userEvent.type(screen.getByTestId(testid.targetField('password')), 'hush');
  await userEvent.click(await screen.findByTestId(testid.deskTargetHttp));
  await userEvent.click(screen.getByTestId(testid.deskTargetSave));
  await waitFor(() => expect(save).toHaveBeenCalled());
  expect(save.mock.calls[0]?.[0]).toMatchObject({
    httpAccepted: true,
    place: { type: 'webdav', password: { type: 'new', value: 'hush' } },
  });
  await waitFor(async () => expect(await lines()).toHaveLength(4));
});

test('an error of the location shows in the form, and the input stays', async () => {
  const backend = sampleBackend('healthy');
  backend.saveDeskTarget = async () => {
    throw coreError('storage-login-refused');
  };
  await openWindow(backend, '/desk-targets');
  await menu(1, testid.deskTargetEdit);
  await userEvent.click(await screen.findByTestId(testid.deskTargetSave));
  const form = await screen.findByTestId(testid.deskTargetForm);
  await waitFor(() => expect(within(form).getByRole('alert')).toBeInTheDocument());
  expect(within(form).getByTestId(testid.deskTargetName)).toHaveValue('Cellar NAS');
});

test('a desk target shows how its backup ended', async () => {
  const backend = await openWindow('healthy', '/desk-targets');
  const start = vi.spyOn(backend, 'startJob');
  await userEvent.click((await screen.findAllByTestId(testid.deskTargetBackUp))[2]!);
  expect(start).toHaveBeenCalledWith({ kind: 'desk-backup', deskTarget: 'stick' });
  await waitFor(async () => expect((await lines())[2]).toHaveAttribute('data-tone', 'good'), {
    timeout: 5000,
  });
});

test('removing a desk target asks first and says what is kept', async () => {
  await openWindow('healthy', '/desk-targets');
  await menu(0, testid.deskTargetRemove);
  expect(await screen.findByText(/Existing backups stay/)).toBeInTheDocument();
  await userEvent.click(screen.getByTestId(testid.deskTargetRemoveConfirm));
  await waitFor(async () => expect(await lines()).toHaveLength(2));
});

test('a record lists missing, deleted and kept items', async () => {
  await openWindow('desk-backup-lacking', '/activity/900');
  const outcome = await screen.findByTestId(testid.deskBackupOutcome);
  expect(outcome).toHaveTextContent('2 attachments are missing');
  expect(within(outcome).getByTestId(testid.deskBackupMissing)).toHaveTextContent('mira@example.org');
  expect(outcome).toHaveTextContent(/Kept beyond the retention limit/);
  expect(outcome).not.toHaveAttribute('data-whole');
});

test('a list that cannot be loaded says why and can be retried', async () => {
  const backend = sampleBackend('healthy');
  const read = backend.deskTargets;
  let fails = true;
  backend.deskTargets = async () => {
    if (fails) throw coreError('ledger-failed');
    return read();
  };
  await openWindow(backend, '/desk-targets');
  const failure = await screen.findByRole('alert');
  fails = false;
  await userEvent.click(within(failure).getByRole('button'));
  expect(await lines()).toHaveLength(3);
});
