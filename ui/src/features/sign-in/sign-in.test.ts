import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

async function fill(password: string) {
  await userEvent.type(await screen.findByTestId(testid.signInServer), 'https://vault.lindqvist.example');
  await userEvent.type(screen.getByTestId(testid.signInEmail), 'mira@lindqvist.example');
  await userEvent.type(screen.getByTestId(testid.signInPassword), password);
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
}

test('a missing value shows at its field, and nothing is sent', async () => {
  const backend = await openWindow('first-run', '/sign-in');
  const signIn = vi.spyOn(backend, 'signIn');
  await userEvent.click(await screen.findByTestId(testid.signInSubmit));
  expect(screen.getByTestId(testid.signInServer)).toHaveAccessibleDescription("Enter the server's address.");
  expect(signIn).not.toHaveBeenCalled();
});

test('the right password leads to the overview', async () => {
  await openWindow('first-run', '/sign-in');
  await fill('correct horse');
  expect(await screen.findByTestId(testid.backUpNow)).toBeInTheDocument();
});

test('a wrong password shows at its field and can be corrected', async () => {
  await openWindow('first-run', '/sign-in');
  await fill('wrong');
  expect(await screen.findByTestId(testid.signInError)).toHaveAttribute('data-code', 'wrong-password');
  await userEvent.clear(screen.getByTestId(testid.signInPassword));
  await userEvent.type(screen.getByTestId(testid.signInPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  expect(await screen.findByTestId(testid.backUpNow)).toBeInTheDocument();
});

test('a locked account shows a countdown and blocks the sign-in', async () => {
  await openWindow('account-locked', '/sign-in');
  await fill('correct horse');
  await waitFor(() => expect(screen.getByTestId(testid.signInSubmit)).toBeDisabled());
  expect(screen.getByTestId(testid.signInSubmit)).toHaveTextContent(/Sign in again in/);
});

test('a wait that the server asks for is counted down, and can be stopped', async () => {
  const backend = await openWindow('first-run', '/sign-in');
  let tell: (seconds: number) => void = () => undefined;
  backend.watchServerWaits = async (listener) => {
    tell = listener;
    return () => undefined;
  };
  go('/welcome');
  await waitFor(() => expect(screen.queryByTestId(testid.signInSubmit)).toBeNull());
  go('/sign-in');
  const stop = vi.spyOn(backend, 'stopCall');
  backend.signIn = () => new Promise(() => undefined);
  await fill('correct horse');
  const button = await screen.findByTestId(testid.stopWait, {}, { timeout: 5000 });
  tell(30);
  expect(await screen.findByTestId(testid.waitText)).toHaveTextContent(
    'Rate limit reached. Continuing in 30 sec.',
  );
  await userEvent.click(button);
  expect(stop).toHaveBeenCalledWith('sign-in');
});

test('the second step asks for a code; a wrong one is reported', async () => {
  const backend = await openWindow('two-step', '/sign-in');
  await fill('correct horse');
  await userEvent.type(await screen.findByTestId(testid.signInCode), '000 000');
  const signIn = vi.spyOn(backend, 'signIn');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  expect(signIn.mock.calls[0]?.[0].twoStep).toEqual({
    method: 'authenticator',
    code: '000000',
    remember: false,
  });
  expect(await screen.findByTestId(testid.signInError)).toHaveAttribute('data-code', 'two-step-code-wrong');
  await userEvent.type(screen.getByTestId(testid.signInCode), '123456');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  expect(await screen.findByTestId(testid.backUpNow)).toBeInTheDocument();
});

test('a warning is shown before a recovery code is used', async () => {
  await openWindow('two-step', '/sign-in');
  await fill('correct horse');
  await userEvent.click(await screen.findByRole('radio', { name: 'Recovery code' }));
  expect(screen.getByText('This turns two-step login off')).toBeInTheDocument();
  expect(screen.queryByTestId(testid.signInRemember)).toBeNull();
});

test('an account whose only method needs a browser gets alternatives', async () => {
  await openWindow('browser-only-two-step', '/sign-in');
  await fill('correct horse');
  expect(await screen.findByTestId(testid.signInError)).toHaveTextContent(/add an authenticator app/);
  expect(screen.queryByTestId(testid.signInSubmit)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.useRecoveryCode));
  expect(await screen.findByText('This turns two-step login off')).toBeInTheDocument();
  await userEvent.type(screen.getByTestId(testid.signInCode), '7b3k 2m9p');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  expect(await screen.findByTestId(testid.backUpNow)).toBeInTheDocument();
});

test('a rate limit shows a countdown', async () => {
  const backend = await openWindow('first-run', '/sign-in');
  backend.signIn = async () => {
    throw coreError('rate-limited', { retryAfterSeconds: 30 });
  };
  await fill('correct horse');
  await waitFor(() => expect(screen.getByTestId(testid.signInSubmit)).toBeDisabled());
  expect(screen.getByTestId(testid.signInError)).toHaveAttribute('data-code', 'rate-limited');
});

test('an access gateway is named, and the fields for its headers are open', async () => {
  await openWindow('gateway', '/sign-in');
  await fill('correct horse');
  expect(await screen.findByTestId(testid.signInError)).toHaveTextContent(/An access gateway in front of/);
  expect(screen.getByTestId(testid.connectionHeaderAdd)).toBeInTheDocument();
});

test('a response that arrives after leaving is ignored', async () => {
  const backend = await openWindow('first-run', '/sign-in');
  const { signIn } = backend;
  let answer = () => {};
  backend.signIn = async (form) => {
    await new Promise<void>((settle) => (answer = settle));
    return signIn(form);
  };
  await fill('correct horse');
  go('/inspect');
  await waitFor(() => expect(screen.queryByTestId(testid.signInSubmit)).toBeNull());
  answer();
  await waitFor(() => expect(desk.session).not.toBeNull());
  expect(location.hash).not.toContain('overview');
});

test('a wait of hours can be cut short after a while', async () => {
  const backend = await openWindow('daily-quota', '/sign-in');
  let now = backend.now().getTime();
  backend.now = () => new Date(now);
  await fill('correct horse');
  await waitFor(() => expect(screen.getByTestId(testid.signInSubmit)).toBeDisabled());
  expect(screen.getByTestId(testid.signInError)).toHaveTextContent("used up today's requests");
  now += 130_000;
  await waitFor(() => expect(screen.getByTestId(testid.signInSubmit)).toBeEnabled());
  expect(screen.getByTestId(testid.signInSubmit)).toHaveTextContent('Sign in anyway');
});

test('a weaker key derivation is accepted only in a dialog that names both', async () => {
  const backend = await openWindow('first-run', '/sign-in');
  const enter = backend.signIn;
  const signIn = vi.spyOn(backend, 'signIn').mockImplementation(async (form) => {
    if (form.acceptWeakerKdf) return enter(form);
    const values = { asked: 'PBKDF2 (i=5000)', known: 'PBKDF2 (i=600000)' };
    throw coreError('kdf-weaker', { values });
  });
  await fill('correct horse');
  const dialog = await screen.findByTestId(testid.kdfDialog);
  expect(dialog).toHaveTextContent(/PBKDF2 \(i=600000\).*PBKDF2 \(i=5000\)/);
  expect(signIn).toHaveBeenCalledOnce();
  await userEvent.click(screen.getByTestId(testid.kdfAccept));
  expect(await screen.findByTestId(testid.backUpNow)).toBeInTheDocument();
  expect(signIn.mock.calls.map(([form]) => form.acceptWeakerKdf)).toEqual([false, true]);
});
