import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { go } from '@/app/router.svelte';
import { sampleBackend } from '@/backend/sample';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { becomes, choose, openSettings, step } from '@/test/steps';
import { testid } from '@/testids';

test('secrets of targets are shown one at a time, and hidden again', async () => {
  const server = await openWindow('settings-after-restore', '/incidents/repair');
  await choose(testid.branch, 'branch', 'repair-only');
  await openSettings();
  expect(document.body.innerHTML).not.toContain('app-password-of');
  await userEvent.click(screen.getAllByTestId(testid.revealSecret)[0]!);
  expect(await screen.findByTestId(testid.secretValue)).toHaveTextContent('app-password-of-nas');
  await userEvent.click(screen.getAllByTestId(testid.revealSecret)[1]!);
  await waitFor(() => expect(screen.getByTestId(testid.secretValue)).toHaveTextContent('app-password-of-r2'));
  await userEvent.click(screen.getAllByTestId(testid.revealSecret)[1]!);
  expect(screen.queryByTestId(testid.secretValue)).toBeNull();
  const close = vi.spyOn(server, 'closeOpenedSettings');
  await userEvent.click(screen.getByTestId(testid.nav('overview')));
  await waitFor(() => expect(close).toHaveBeenCalledWith('opened-1'));
});

test('a failed target does not hide a working one or end the repair', async () => {
  await openWindow('repair-failing', '/incidents/repair');
  await openSettings();
  await userEvent.click(screen.getByTestId(testid.repairStart));
  const [nas, bucket] = await screen.findAllByTestId(testid.repairedTarget, {}, { timeout: 8000 });
  expect(nas).toHaveTextContent('Backup verified in full');
  expect(within(bucket!).getByTestId(testid.failureOriginal)).toHaveTextContent('S3 upload failed: 403');
  await becomes('verify-backup', 'needs-you');
  expect(screen.queryByText(/All steps are done/)).toBeNull();
  expect(screen.getByTestId(testid.caseClose)).toHaveTextContent('End now');
  await userEvent.click(within(await step('verify-backup')).getByTestId(testid.backUpNow));
  await userEvent.click((await screen.findAllByTestId(testid.backUpChoice))[1]!);
  await waitFor(async () => expect(await step('verify-backup')).toHaveAttribute('data-state', 'done'), {
    timeout: 8000,
  });
});

test('after returning, the failed target is still named', async () => {
  await openWindow('repair-failing', '/incidents/repair');
  await openSettings();
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await screen.findByTestId(testid.repairOutcome, {}, { timeout: 8000 });
  await userEvent.click(screen.getByTestId(testid.caseLeave));
  await screen.findByTestId(testid.resumeCase);
  go('/incidents/repair', { profile: 'home' });
  await becomes('verify-backup', 'needs-you');
  expect(screen.queryByTestId(testid.repairOutcome)).toBeNull();
  const failed = within(await step('verify-backup')).getByTestId(testid.failure);
  expect(failed).toHaveTextContent('Affected: R2 offsite');
});

test('a planned test backup warns if only two backups are kept', async () => {
  await openWindow('case-few-kept', '/incidents/repair');
  await openSettings();
  const [nas, bucket] = screen.getAllByTestId(testid.openedTarget);
  expect(nas).toHaveTextContent('keeps only 2');
  expect(bucket).not.toHaveTextContent('keeps');
  await userEvent.click(within(nas!).getByTestId(testid.testTarget));
  expect(nas).not.toHaveTextContent('keeps only 2');
  await userEvent.click(within(nas!).getByTestId(testid.testTarget));
  await userEvent.click(within(nas!).getByTestId(testid.editTarget));
  const kept = within(nas!).getByTestId(testid.targetField('retentionCount'));
  await userEvent.clear(kept);
  await userEvent.type(kept, '3');
  expect(nas).not.toHaveTextContent('keeps only 2');
});

test('a repair continues after leaving, and is shown on return', async () => {
  await openWindow('repair-failing', '/incidents/repair');
  await openSettings();
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await waitFor(() => expect(screen.getByTestId(testid.repairFlow)).toHaveAttribute('data-phase', 'running'));
  await userEvent.click(screen.getByTestId(testid.caseLeave));
  await screen.findByTestId(testid.resumeCase);
  go('/incidents/repair', { profile: 'home' });
  await waitFor(() => expect(screen.getByTestId(testid.repairFlow)).toHaveAttribute('data-phase', 'running'));
  expect(screen.queryByTestId(testid.openPassword)).toBeNull();
  expect(await screen.findByTestId(testid.repairOutcome, {}, { timeout: 8000 })).toBeVisible();
});

test('closed settings are reopened and typed input stays', async () => {
  const server = await openWindow('repair-failing', '/incidents/repair');
  await openSettings();
  await userEvent.click(screen.getAllByTestId(testid.editTarget)[0]!);
  const name = screen.getByTestId(testid.targetField('name'));
  await userEvent.clear(name);
  await userEvent.type(name, 'Cellar NAS');
  await server.closeOpenedSettings('opened-1');
  await userEvent.click(screen.getByTestId(testid.repairStart));
  const again = await screen.findByTestId(testid.reopenSettings);
  expect(screen.getByTestId(testid.repairStart)).toBeDisabled();
  await userEvent.type(within(again).getByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(within(again).getByTestId(testid.openSettings));
  await waitFor(() => expect(screen.queryByTestId(testid.reopenSettings)).toBeNull());
  const start = vi.spyOn(server, 'startJob');
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await waitFor(() => expect(start).toHaveBeenCalled());
  const job = start.mock.calls[0]?.[0];
  if (job?.kind !== 'repair') throw new Error('another job');
  expect(job.handle).toBe('opened-2');
  expect(job.after.destinations[0]?.name).toBe('Cellar NAS');
});

test('an expired session is renewed inside the wizard', async () => {
  const server = await openWindow('repair-failing', '/incidents/repair');
  const open = server.openPortable;
  server.openPortable = async () => {
    throw coreError('session-ended');
  };
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  await userEvent.type(await screen.findByTestId(testid.signInPassword), 'correct horse');
  server.openPortable = open;
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await openSettings();
});

test('the password that opens the settings confirms the repair as well', async () => {
  const server = sampleBackend('repair-failing');
  await server.lockNow();
  await openWindow(server, '/incidents/repair');
  await openSettings();
  const start = vi.spyOn(server, 'startJob');
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await waitFor(() => expect(start).toHaveBeenCalled());
  expect(screen.queryByTestId(testid.passwordField)).toBeNull();
});

test('a wrong master password shows at its field, and nothing is opened', async () => {
  await openWindow('case-repair', '/incidents/secret');
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'wrong');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  expect(await screen.findByTestId(testid.failure)).toHaveAttribute('data-code', 'wrong-password');
  expect(screen.getByTestId(testid.openPassword)).toHaveValue('');
  expect(screen.queryByTestId(testid.openedTarget)).toBeNull();
});

test('where no key opens the settings, targets are entered with credentials', async () => {
  const server = await openWindow('case-cannot', '/incidents/repair');
  await choose(testid.repairWay, 'value', 'anew');
  await userEvent.click(await screen.findByTestId(testid.typeAnew));
  expect(await screen.findAllByTestId(testid.openedTarget)).toHaveLength(2);
  expect(screen.getByTestId(testid.repairStart)).toBeDisabled();
  await userEvent.type(screen.getAllByTestId(testid.targetField('password'))[0]!, 'typed');
  await userEvent.click(screen.getByRole('button', { name: 'Leave out R2 offsite' }));
  const start = vi.spyOn(server, 'startJob');
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await waitFor(() => expect(start).toHaveBeenCalled());
  const job = start.mock.calls[0]?.[0];
  if (job?.kind !== 'repair') throw new Error('another job');
  expect(job.handle).toBeNull();
  expect(job.after.destinations.map((target) => target.name)).toEqual(['Attic NAS']);
});

test('targets in the folder of another server are reported before sending', async () => {
  const server = await openWindow('settings-after-restore', '/incidents/repair');
  const look = server.reviewSettings;
  server.reviewSettings = async (before, after) => {
    const review = await look(before, after);
    const [target] = after.destinations;
    const evidence = { type: 'backups' as const, count: 3, newest: 'nodewarden_backup_x.zip' };
    const shared = {
      destinationId: target!.id,
      destinationName: target!.name,
      place: 'https://nas.lindqvist.example/dav/vault',
      serverName: 'Cabin',
      serverUrl: 'https://cabin.lindqvist.example',
      evidence,
      isNew: false,
    };
    return { ...review, shared: [shared] };
  };
  await choose(testid.branch, 'branch', 'repair-only');
  await openSettings();
  expect(await screen.findByTestId(testid.sharedPlaces)).toHaveTextContent('contains 3 backups of Cabin');
});
