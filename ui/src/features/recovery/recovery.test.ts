import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { go } from '@/app/router.svelte';
import { oldSecret as right } from '@/backend/sample/recovery-secrets';
import { openWindow } from '@/test/render';
import { becomes, choose, openSettings, step } from '@/test/steps';
import { testid } from '@/testids';

test('an old secret is found and set again, and the server confirms it', async () => {
  const server = await openWindow('secret-changed', '/incidents/secret');
  await choose(testid.branch, 'branch', 'have-old-secret');
  const check = vi.spyOn(server, 'checkSecrets');
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
    within(await step('server-proves-itself')).getByText(/earlier access token is still accepted/),
  ).toBeVisible();
});

test('without the old secret, a new one leads to a complete recovery', async () => {
  const server = await openWindow('secret-missing', '/incidents/secret?profile=home');
  await choose(testid.branch, 'branch', 'no-old-secret');
  await userEvent.click(await screen.findByTestId(testid.makeSecret));
  const secret = (await screen.findByTestId(testid.secretValue)).textContent ?? '';
  expect(secret.length).toBeGreaterThanOrEqual(64);
  await userEvent.click(screen.getByTestId(testid.stepConfirm));
  await becomes('put-secret', 'waiting');
  expect(screen.getByTestId(testid.putSecret)).toHaveTextContent('wrangler secret put JWT_SECRET');
  await userEvent.click(screen.getByTestId(testid.watchNow));
  await becomes('server-proves-itself', 'done');

  // Three steps are open; only the first has a primary action.
  const primary = () => [...document.querySelectorAll<HTMLElement>('button[data-tone=primary]')];
  expect(within(await step('tell-users')).getByTestId(testid.stepConfirm)).toHaveAttribute(
    'data-tone',
    'plain',
  );
  expect(primary().map((button) => button.dataset.testid)).toEqual([testid.signInSubmit]);
  await userEvent.type(await screen.findByTestId(testid.signInPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await becomes('sign-in-again', 'done');

  await openSettings();
  const start = vi.spyOn(server, 'startJob');
  await userEvent.click(screen.getByTestId(testid.repairStart));
  await waitFor(() => expect(start).toHaveBeenCalled());
  expect(start.mock.calls[0]?.[0]).toMatchObject({ kind: 'repair', test: ['nas', 'r2'] });
  expect(await screen.findByTestId(testid.repairOutcome)).toHaveTextContent('Backup verified in full');
  await becomes('verify-backup', 'done');

  const messages = await screen.findAllByTestId(testid.usersMessage);
  expect(messages[0]).toHaveTextContent('Please sign in again');
  expect(messages[1]).toHaveTextContent('重新登录');
  await userEvent.click(within(await step('tell-users')).getByTestId(testid.stepConfirm));
  await becomes('store-secret', 'needs-you');

  const save = vi.spyOn(server, 'savePage');
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

test('a recovery can be left and reopened; the secret is cleared', async () => {
  await openWindow('case-make-secret', '/incidents/secret?profile=home');
  await userEvent.click(await screen.findByTestId(testid.makeSecret));
  const secret = screen.getByTestId(testid.secretValue).textContent ?? '';
  await userEvent.click(screen.getByTestId(testid.stepConfirm));
  await becomes('make-secret', 'done');
  await userEvent.click(screen.getByTestId(testid.caseLeave));
  expect(await screen.findByTestId(testid.resumeCase)).toHaveTextContent('Continue with a new JWT_SECRET');
  expect(document.body.innerHTML).not.toContain(secret);
  go('/incidents/secret', { profile: 'home' });
  await becomes('make-secret', 'done');
  expect(screen.queryByTestId(testid.secretValue)).toBeNull();
});

test('the repair links to the wizard for the secret', async () => {
  await openWindow('secret-likely-changed', '/incidents/repair');
  await choose(testid.branch, 'branch', 'have-old-secret');
  await becomes('find-secret', 'needs-you');
});
