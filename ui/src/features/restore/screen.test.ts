import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { backend } from '@/backend';
import { restorePlan } from '@/backend/sample/records';
import { language } from '@/language/locale.svelte';
import { testid } from '@/testids';
import RestoreScreen from './RestoreScreen.svelte';

async function plan() {
  language.choose('en');
  await desk.refresh();
  go('/restore', { target: 'nas', path: restorePlan.fileName });
  render(RestoreScreen);
  await screen.findByTestId(testid.restorePlan);
}

test('the restore starts only once the name is typed, and with what was chosen', async () => {
  const start = vi.spyOn(backend(), 'startRestore').mockResolvedValue(41);
  await plan();
  const button = screen.getByTestId(testid.restoreStart);
  expect(button).toBeDisabled();
  await userEvent.type(screen.getByTestId(testid.restoreConfirmInput), 'vault.lindqvist.exampl');
  expect(button).toBeDisabled();
  await userEvent.type(screen.getByTestId(testid.restoreConfirmInput), 'e');
  expect(button).toBeEnabled();
  await userEvent.click(screen.getByTestId(testid.restoreReplace));
  expect(button).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.restoreReplace));
  await userEvent.click(screen.getByTestId(testid.restoreSafetyCopy));
  await userEvent.click(button);
  await waitFor(() => expect(start).toHaveBeenCalledOnce());
  expect(start.mock.calls[0]?.[0].choices).toEqual({
    replaceExisting: true,
    acceptMismatch: false,
    acceptLostAttachments: false,
    safetyCopy: false,
    typedConfirmation: 'vault.lindqvist.example',
  });
  expect(location.hash).toBe('#/restore/41');
});

test('a finished restore names every attachment that was left out, with its cause', async () => {
  language.choose('en');
  go('/restore/17');
  render(RestoreScreen);
  const rows = await screen.findAllByTestId(testid.skippedRow);
  expect(rows.map((row) => [row.dataset.path, row.dataset.cause])).toEqual([
    ['attachments/0b6c1a52/7f31d0aa', 'too-large-for-kv'],
    ['attachments/52aa8110/c0ffee42', 'missing-on-target'],
  ]);
  expect(rows[0]).toHaveTextContent('27.3 MB');
  expect(rows[0]).toHaveTextContent('mira@lindqvist.example');
  expect(screen.getByTestId(testid.restoreResult).dataset.state).toBe('attention');
});

test('a plan says that the targets of the other server come along', async () => {
  const places = ['https://nas.lindqvist.example/dav/cabin'];
  const bringsTargets = { serverName: 'Cabin', places };
  vi.spyOn(backend(), 'planRestore').mockResolvedValue({ ...restorePlan, bringsTargets });
  await plan();
  const told = screen.getByTestId(testid.restoreBringsTargets);
  expect(told).toHaveTextContent('Cabin made this backup');
  expect(told).toHaveTextContent(places[0]!);
});
