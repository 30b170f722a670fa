import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Backend } from '@/backend';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { becomes } from '@/test/steps';
import { testid } from '@/testids';

/** Signs in within the wizard of a repair whose session is over. */
async function signIn(change: (backend: Backend) => void): Promise<void> {
  const backend = await openWindow('case-session-over', '/incidents/repair');
  change(backend);
  await userEvent.type(await screen.findByTestId(testid.signInPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
}

test('an account whose methods need a browser can use its recovery code', async () => {
  await signIn((backend) => {
    const { signIn } = backend;
    backend.signIn = async (form) => {
      if (form.twoStep?.method !== 'recovery-code') throw coreError('two-step-unsupported');
      return signIn(form);
    };
  });
  await userEvent.click(await screen.findByTestId(testid.useRecoveryCode));
  await userEvent.type(await screen.findByTestId(testid.signInCode), 'abcd efgh');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await becomes('sign-in-again', 'done');
});

test('a long wait does not block another try', async () => {
  let now = Date.parse('2026-11-20T16:00:00Z');
  await signIn((backend) => {
    backend.now = () => new Date(now);
    backend.signIn = async () => {
      throw coreError('rate-limited', { retryAfterSeconds: 30_600 });
    };
  });
  await waitFor(() => expect(screen.getByTestId(testid.signInSubmit)).toBeDisabled());
  now += 130_000;
  await waitFor(() => expect(screen.getByTestId(testid.signInSubmit)).toBeEnabled());
  expect(screen.getByTestId(testid.signInSubmit)).toHaveTextContent('Sign in anyway');
});
