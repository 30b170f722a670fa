import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { router } from './router.svelte';

test('Ctrl+B opens the overview and starts or prepares a backup', async () => {
  const backend = await openWindow('healthy', '/settings');
  await screen.findByTestId(testid.screenTitle);
  const started = vi.spyOn(backend, 'startJob');
  await userEvent.keyboard('{Control>}b{/Control}');
  await waitFor(() => expect(screen.getByTestId(testid.backUpNow)).toHaveFocus());
  expect(started).not.toHaveBeenCalled();
  expect(router.place.path).toBe('/overview');
  expect(router.place.query.get('do')).toBeNull();
});

test('Ctrl+B starts the backup where there is one target', async () => {
  const backend = await openWindow('empty-target', '/backups');
  await screen.findByTestId(testid.screenTitle);
  const started = vi.spyOn(backend, 'startJob');
  await userEvent.keyboard('{Control>}b{/Control}');
  await waitFor(() => expect(started).toHaveBeenCalledTimes(1));
});

test('Ctrl+O opens a backup ZIP from any screen', async () => {
  await openWindow('healthy', '/settings');
  await userEvent.keyboard('{Control>}o{/Control}');
  await waitFor(() => expect(router.place.path).toBe('/inspect'));
});

test('a slash focuses the filter, and can be typed there', async () => {
  await openWindow('healthy', '/backups');
  const filter = await screen.findByTestId(testid.backupsFilter);
  await userEvent.keyboard('/');
  expect(filter).toHaveFocus();
  await userEvent.keyboard('a/?');
  expect(filter).toHaveValue('a/?');
  expect(screen.queryByTestId(testid.helpDialog)).toBeNull();
});

test('Ctrl+R refreshes from the server', async () => {
  const backend = await openWindow('healthy', '/incidents');
  await screen.findByTestId(testid.lookedAt);
  const asked = vi.spyOn(backend, 'findings');
  await userEvent.keyboard('{Control>}r{/Control}');
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
});

test('keys do nothing behind an open dialog', async () => {
  await openWindow('healthy', '/settings');
  await userEvent.keyboard('?');
  await screen.findByTestId(testid.helpDialog);
  await userEvent.keyboard('{Control>}2{/Control}');
  expect(router.place.path).toBe('/settings');
});

test('Tab continues where a removed button was', async () => {
  await openWindow('healthy', '/settings');
  const first = (await screen.findAllByTestId(testid.languageChoice))[0]!;
  const gone = document.createElement('button');
  first.parentElement!.before(gone);
  gone.focus();
  gone.remove();
  expect(document.body).toHaveFocus();
  await userEvent.tab();
  expect(document.activeElement?.closest('main')).not.toBeNull();
});
