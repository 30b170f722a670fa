import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { go } from '@/app/router.svelte';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

const right = 'correct-horse-battery-staple-0123456789';

async function step(kind: string): Promise<HTMLElement> {
  const steps = await screen.findAllByTestId(testid.recoveryStep);
  const found = steps.find((item) => item.dataset.step === kind);
  if (!found) throw new Error(`no step ${kind}`);
  return found;
}

async function becomes(kind: string, state: string) {
  await waitFor(async () => expect(await step(kind)).toHaveAttribute('data-state', state));
}

async function choose(handle: string, key: string, value: string) {
  const all = await screen.findAllByTestId(handle);
  await userEvent.click(all.find((item) => item.dataset[key] === value)!);
}

async function openSettings() {
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  await screen.findAllByTestId(testid.openedTarget);
}

test('an old secret is found, put back, and the server proves itself', async () => {
  const backend = await openWindow('secret-changed', '/incidents/secret');
  await choose(testid.branch, 'branch', 'have-old-secret');
  const check = vi.spyOn(backend, 'checkSecrets');
  const first = await screen.findByTestId(testid.candidate);
  first.focus();
  await userEvent.paste(`not-this-one-but-long-enough-0123456789\n${right}\n`);
  expect(screen.getAllByTestId(testid.candidate)).toHaveLength(2);
  await userEvent.click(screen.getByTestId(testid.candidatesTest));
  const answers = await screen.findAllByTestId(testid.candidateAnswer);
  expect(answers.map((answer) => answer.dataset.verdict)).toEqual(['wrong', 'right']);
  expect(check.mock.calls[0]?.[0]).toEqual({ type: 'kept-token', profileId: 'home' });
  expect(screen.getByTestId(testid.candidate)).toHaveValue('');
  expect(document.body.innerHTML).not.toContain(right);
  await userEvent.click(screen.getByTestId(testid.stepConfirm));
  await becomes('find-secret', 'done');
  for (let look = 0; look < 2 && screen.queryByTestId(testid.watchNow); look += 1) {
    await userEvent.click(screen.getByTestId(testid.watchNow));
  }
  await becomes('server-proves-itself', 'done');
  expect(
    within(await step('server-proves-itself')).getByText(/access token of before is accepted/),
  ).toBeVisible();
});

test('a candidate that cannot be judged says why', async () => {
  await openWindow('case-find-secret', '/incidents/secret');
  await userEvent.type(await screen.findByTestId(testid.candidate), right);
  await choose(testid.evidenceChoice, 'value', 'pasted');
  await userEvent.type(screen.getByTestId(testid.evidencePasted), 'nonsense');
  await userEvent.click(screen.getByTestId(testid.candidatesTest));
  const answer = await screen.findByTestId(testid.candidateAnswer);
  expect(answer).toHaveAttribute('data-verdict', 'unknown');
  expect(answer).toHaveTextContent('not an access token');
});

test('without the old secret: made, put, watched, signed in, repaired, verified, told, stored, reported', async () => {
  const backend = await openWindow('secret-missing', '/incidents/secret?profile=home');
  await choose(testid.branch, 'branch', 'no-old-secret');
  await userEvent.click(await screen.findByTestId(testid.makeSecret));
  const secret = (await screen.findByTestId(testid.secretValue)).textContent ?? '';
  expect(secret.length).toBeGreaterThanOrEqual(64);
  await userEvent.click(screen.getByTestId(testid.stepConfirm));
  await becomes('put-secret', 'waiting');
  expect(screen.getByTestId(testid.putSecret)).toHaveTextContent('wrangler secret put JWT_SECRET');
  await userEvent.click(screen.getByTestId(testid.watchNow));
  await becomes('server-proves-itself', 'done');

  await userEvent.type(await screen.findByTestId(testid.signInPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await becomes('sign-in-again', 'done');

  await openSettings();
  const start = vi.spyOn(backend, 'startRepair');
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await waitFor(() => expect(start).toHaveBeenCalled());
  expect(start.mock.calls[0]?.[2]).toEqual(['nas', 'r2']);
  expect(await screen.findByTestId(testid.repairOutcome)).toHaveTextContent('Backup verified in full');
  await becomes('verify-backup', 'done');

  const messages = await screen.findAllByTestId(testid.usersMessage);
  expect(messages[0]).toHaveTextContent('Please sign in again');
  expect(messages[1]).toHaveTextContent('重新登录');
  await userEvent.click(within(await step('tell-users')).getByTestId(testid.stepConfirm));
  await becomes('store-secret', 'needs-you');

  const save = vi.spyOn(backend, 'savePage');
  await userEvent.click(screen.getByTestId(testid.saveSheet));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(1));
  expect(JSON.stringify(save.mock.calls[0])).not.toContain(secret);
  await userEvent.click(screen.getByTestId(testid.sheetWithSecret));
  await userEvent.click(screen.getByTestId(testid.saveSheet));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(2));
  expect(JSON.stringify(save.mock.calls[1])).toContain(secret);
  await userEvent.click(within(await step('store-secret')).getByTestId(testid.stepConfirm));
  await becomes('store-secret', 'done');

  await userEvent.click(screen.getByTestId(testid.caseClose));
  expect(await screen.findByTestId(testid.caseReport)).toHaveAttribute('data-complete', 'true');
  await userEvent.click(screen.getByTestId(testid.saveReport));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(3));
  expect(JSON.stringify(save.mock.calls[2])).not.toContain(secret);
}, 40_000);

test('a recovery is left and come back to; the secret is gone by then', async () => {
  await openWindow('case-make-secret', '/incidents/secret?profile=home');
  await userEvent.click(await screen.findByTestId(testid.makeSecret));
  const secret = screen.getByTestId(testid.secretValue).textContent ?? '';
  await userEvent.click(screen.getByTestId(testid.stepConfirm));
  await becomes('make-secret', 'done');
  await userEvent.click(screen.getByTestId(testid.caseLeave));
  expect(await screen.findByTestId(testid.resumeCase)).toHaveTextContent('Go on with a new JWT_SECRET');
  expect(document.body.innerHTML).not.toContain(secret);
  go('/incidents/secret', { profile: 'home' });
  await becomes('make-secret', 'done');
  expect(screen.queryByTestId(testid.secretValue)).toBeNull();
});

test('secrets of targets are shown one at a time, and hidden again', async () => {
  const backend = await openWindow('settings-after-restore', '/incidents/repair');
  await choose(testid.branch, 'branch', 'repair-only');
  await openSettings();
  expect(document.body.innerHTML).not.toContain('app-password-of');
  await userEvent.click(screen.getAllByTestId(testid.revealSecret)[0]!);
  expect(await screen.findByTestId(testid.secretValue)).toHaveTextContent('app-password-of-nas');
  await userEvent.click(screen.getAllByTestId(testid.revealSecret)[1]!);
  await waitFor(() => expect(screen.getByTestId(testid.secretValue)).toHaveTextContent('app-password-of-r2'));
  await userEvent.click(screen.getAllByTestId(testid.revealSecret)[1]!);
  expect(screen.queryByTestId(testid.secretValue)).toBeNull();
  const close = vi.spyOn(backend, 'closeOpenedSettings');
  await userEvent.click(screen.getByTestId(testid.nav('overview')));
  await waitFor(() => expect(close).toHaveBeenCalledWith('opened-1'));
});

test('a target that fails does not hide the one that works', async () => {
  await openWindow('repair-failing', '/incidents/repair');
  await openSettings();
  await userEvent.click(screen.getByTestId(testid.repairStart));
  const [nas, bucket] = await screen.findAllByTestId(testid.repairedTarget);
  expect(nas).toHaveTextContent('Backup verified in full');
  expect(within(bucket!).getByTestId(testid.failureOriginal)).toHaveTextContent('S3 upload failed: 403');
});

test('a wrong master password is told in place, and nothing is opened', async () => {
  await openWindow('case-repair', '/incidents/secret');
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'wrong');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  expect(await screen.findByTestId(testid.failure)).toHaveAttribute('data-code', 'wrong-password');
  expect(screen.getByTestId(testid.openPassword)).toHaveValue('');
  expect(screen.queryByTestId(testid.openedTarget)).toBeNull();
});

test('where no key opens the settings, known targets are typed anew and cannot go without a credential', async () => {
  const backend = await openWindow('case-cannot', '/incidents/repair');
  await choose(testid.repairWay, 'value', 'anew');
  await userEvent.click(await screen.findByTestId(testid.typeAnew));
  expect(await screen.findAllByTestId(testid.openedTarget)).toHaveLength(2);
  expect(screen.getByTestId(testid.repairStart)).toBeDisabled();
  await userEvent.type(screen.getAllByTestId(testid.targetField('password'))[0]!, 'typed');
  await userEvent.click(screen.getByRole('button', { name: 'Leave out R2 offsite' }));
  const start = vi.spyOn(backend, 'startRepair');
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await waitFor(() => expect(start).toHaveBeenCalled());
  expect(start.mock.calls[0]?.[0]).toBeNull();
  expect(start.mock.calls[0]?.[1].destinations.map((target) => target.name)).toEqual(['Attic NAS']);
});

test('from a backup alone: those who can open it first, the others with the reason', async () => {
  const backend = await openWindow('signed-out', '/incidents/offline?path=/home/mira/vault.zip');
  const rows = await screen.findAllByTestId(testid.accountRow);
  expect(rows[0]).toHaveTextContent('Can open them');
  expect(rows.at(-1)).toHaveTextContent('Not an administrator');
  await openSettings();
  await userEvent.click(screen.getByTestId(testid.saveEncrypted));
  const save = vi.spyOn(backend, 'saveOpenedSettings');
  await userEvent.type(screen.getByTestId(testid.passphrase), 'six random words here');
  await userEvent.type(screen.getByTestId(testid.passphraseAgain), 'something else');
  await userEvent.click(screen.getByTestId(testid.saveEncryptedConfirm));
  expect(screen.getByTestId(testid.passphraseAgain)).toHaveAccessibleDescription('The two are not the same.');
  expect(save).not.toHaveBeenCalled();
  await userEvent.clear(screen.getByTestId(testid.passphraseAgain));
  await userEvent.type(screen.getByTestId(testid.passphraseAgain), 'six random words here');
  await userEvent.click(screen.getByTestId(testid.saveEncryptedConfirm));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(1));
});

test('a target is read without its server, with the opened credential', async () => {
  const backend = await openWindow('signed-out', '/incidents/offline?path=/home/mira/vault.zip');
  await openSettings();
  await userEvent.click(screen.getAllByTestId(testid.directShow)[0]!);
  const rows = await screen.findAllByTestId(testid.directRow);
  expect(rows[0]).toHaveAttribute('data-name', 'nodewarden_backup_20261120_033014_9c41e.zip');
  const start = vi.spyOn(backend, 'startDirectDownload');
  await userEvent.click(screen.getAllByTestId(testid.directDownload)[0]!);
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith('opened-1', 'nas', rows[0]?.dataset.name, '/home/mira/Backups'),
  );
});
