import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { openSettings } from '@/test/steps';
import { testid } from '@/testids';

test('accounts that open a backup come first, others show the reason', async () => {
  const server = await openWindow('signed-out', '/incidents/offline?path=/home/mira/vault.zip');
  const rows = await screen.findAllByTestId(testid.accountRow);
  expect(rows[0]).toHaveTextContent('Can open them');
  expect(rows.at(-1)).toHaveTextContent('Not an administrator');
  await openSettings();
  await userEvent.click(screen.getByTestId(testid.saveEncrypted));
  const save = vi.spyOn(server, 'saveOpenedSettings');
  await userEvent.type(screen.getByTestId(testid.passphrase), 'six random words here');
  await userEvent.type(screen.getByTestId(testid.passphraseAgain), 'something else');
  await userEvent.click(screen.getByTestId(testid.saveEncryptedConfirm));
  expect(screen.getByTestId(testid.passphraseAgain)).toHaveAccessibleDescription(
    'The passphrases do not match.',
  );
  expect(save).not.toHaveBeenCalled();
  await userEvent.clear(screen.getByTestId(testid.passphraseAgain));
  await userEvent.type(screen.getByTestId(testid.passphraseAgain), 'six random words here');
  await userEvent.click(screen.getByTestId(testid.saveEncryptedConfirm));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(1));
});

test('a target is read without its server, with the opened credential', async () => {
  const server = await openWindow('signed-out', '/incidents/offline?path=/home/mira/vault.zip');
  await openSettings();
  await userEvent.click(screen.getAllByTestId(testid.directShow)[0]!);
  const rows = await screen.findAllByTestId(testid.directRow);
  expect(rows[0]).toHaveAttribute('data-name', 'nodewarden_backup_20261120_033014_9c41e.zip');
  const start = vi.spyOn(server, 'startJob');
  await userEvent.click(screen.getAllByTestId(testid.directDownload)[0]!);
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'download',
      from: { type: 'target', handle: 'opened-1', destinationId: 'nas', httpAccepted: false },
      path: rows[0]?.dataset.name,
      to: { type: 'folder', folder: '/home/mira/Backups' },
      ifThere: 'refuse',
    }),
  );
});

test('plain http to another computer needs consent', async () => {
  const server = await openWindow('signed-out', '/incidents/offline?path=/home/mira/vault.zip');
  const list = server.listDirectly;
  server.listDirectly = async (handle, id, path, accepted) => {
    if (!accepted) throw coreError('target-insecure');
    return list(handle, id, path, accepted);
  };
  const start = vi.spyOn(server, 'startJob');
  await openSettings();
  await userEvent.click(screen.getAllByTestId(testid.directShow)[0]!);
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent(
    /its backups over the network unprotected/,
  );
  expect(screen.queryByTestId(testid.directRow)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.directHttp));
  await userEvent.click((await screen.findAllByTestId(testid.directDownload))[0]!);
  await waitFor(() => expect(start.mock.calls[0]?.[0]).toMatchObject({ from: { httpAccepted: true } }));
});

test('typed targets can be saved and read too', async () => {
  const server = await openWindow('signed-out', '/incidents/offline?path=/home/mira/no-wrap.zip');
  expect(await screen.findByTestId(testid.failure)).toHaveAttribute('data-code', 'no-wrap-for-account');
  await userEvent.click(screen.getByTestId(testid.typeAnew));
  await screen.findAllByTestId(testid.openedTarget);
  expect(screen.queryByTestId(testid.directShow)).toBeNull();
  await userEvent.type(screen.getAllByTestId(testid.targetField('password'))[0]!, 'typed');
  const hold = vi.spyOn(server, 'holdSettings');
  await userEvent.click(await screen.findByTestId(testid.directShow));
  expect(await screen.findAllByTestId(testid.directRow)).not.toHaveLength(0);
  expect(JSON.stringify(hold.mock.calls[0]?.[0])).toContain('typed');
});

test('the secret of a target is shown only in its dialog', async () => {
  await openWindow('signed-out', '/incidents/offline?path=/home/mira/vault.zip');
  await openSettings();
  await userEvent.click(screen.getAllByTestId(testid.copyTarget)[0]!);
  await within(await screen.findByRole('dialog')).findByTestId(testid.secretValue);
  expect(document.body.innerHTML).not.toContain('app-password-of');
});

test('the reason why no account opens the settings is shown', async () => {
  await openWindow('signed-out', '/incidents/offline?path=/home/mira/settings-newer.zip');
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent('version 3');
});
