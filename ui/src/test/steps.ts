import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect } from 'vitest';
import { testid } from '@/testids';

/** The step of this kind in the recovery on screen. */
export async function step(kind: string): Promise<HTMLElement> {
  const steps = await screen.findAllByTestId(testid.recoveryStep);
  const found = steps.find((item) => item.dataset.step === kind);
  if (!found) throw new Error(`no step ${kind}`);
  return found;
}

/** Waits until it stands like this. */
export async function becomes(kind: string, state: string) {
  await waitFor(async () => expect(await step(kind)).toHaveAttribute('data-state', state));
}

/** Clicks the one of several with this value. */
export async function choose(handle: string, key: string, value: string) {
  const all = await screen.findAllByTestId(handle);
  await userEvent.click(all.find((item) => item.dataset[key] === value)!);
}

/** Opens the settings with the right master password. */
export async function openSettings() {
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  await screen.findAllByTestId(testid.openedTarget);
}
