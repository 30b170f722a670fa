import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { faults } from './faults';

test('a server is removed only after its removal was confirmed', async () => {
  const backend = await openWindow('healthy', '/settings');
  const remove = vi.spyOn(backend, 'removeProfile');
  await userEvent.click((await screen.findAllByTestId(testid.profileRemove))[1]!);
  expect(remove).not.toHaveBeenCalled();
  await userEvent.click(await screen.findByTestId(testid.profileRemoveConfirm));
  await waitFor(() => expect(screen.getAllByTestId(testid.profileRemove)).toHaveLength(1));
  expect(remove).toHaveBeenCalledWith('office', false);
});

test('a practice fault can be set and says where it shows', async () => {
  const backend = await openWindow('practice-running', '/settings');
  const make = vi.spyOn(backend, 'practiceInjectFault');
  await userEvent.click(await screen.findByTestId(testid.practiceFaults));
  const items = await screen.findAllByTestId(testid.practiceFault);
  expect(items).toHaveLength(faults.filter(Boolean).length);
  await userEvent.click(items[0]!);
  await waitFor(() => expect(make).toHaveBeenCalledWith({ type: 'flip-bit' }));
  expect(await screen.findByText(/Flip a bit in the newest backup/)).toBeInTheDocument();
});

test('a fault that "Clear faults" does not undo says so', async () => {
  const backend = await openWindow('practice-running', '/settings');
  const { firstJwtSecret } = (await backend.appInfo()).practice!;
  expect(await screen.findByText(firstJwtSecret)).toBeVisible();
  await userEvent.click(await screen.findByTestId(testid.practiceFaults));
  const items = await screen.findAllByTestId(testid.practiceFault);
  const wraps = faults.filter(Boolean).findIndex((one) => one?.fault.type === 'remove-wraps');
  await userEvent.click(items[wraps]!);
  expect(await screen.findByText(/does not undo this/)).toBeInTheDocument();
});

test('stopping the practice instance ends its session', async () => {
  await openWindow('practice-running', '/settings');
  await userEvent.click(await screen.findByTestId(testid.practiceStop));
  await waitFor(() => expect(screen.queryByTestId(testid.nav('overview'))).toBeNull());
});

test('a safety copy is removed only after its removal was confirmed', async () => {
  const backend = await openWindow('healthy', '/settings');
  const remove = vi.spyOn(backend, 'removeSafetyCopy');
  const rows = await screen.findAllByTestId(testid.safetyCopyRow);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toHaveTextContent('complete · verified · 1 attachment missing');
  await userEvent.click(screen.getAllByTestId(testid.safetyCopyRemove)[0]!);
  expect(remove).not.toHaveBeenCalled();
  await userEvent.click(await screen.findByTestId(testid.safetyCopyRemoveNow));
  await waitFor(() => expect(screen.getAllByTestId(testid.safetyCopyRow)).toHaveLength(1));
  expect(remove).toHaveBeenCalledWith('nodewarden_backup_20261120_152901_04d7e.zip');
});

test('About shows the build and the licence text of a dependency', async () => {
  await openWindow('healthy', '/settings');
  expect(await screen.findByTestId(testid.aboutVersion)).toHaveTextContent('0.1.0');
  expect(screen.getByText('1a2b3c4d5e6f')).toBeInTheDocument();
  await userEvent.click(screen.getByTestId(testid.licencesShow));
  await userEvent.click(await screen.findByTestId(testid.licencesSearch));
  await userEvent.paste('rust tokio-rustls');
  await waitFor(() => expect(screen.getAllByTestId(testid.licence)).toHaveLength(1));
  const [found] = screen.getAllByTestId(testid.licence);
  expect(found).toHaveTextContent('tokio-rustls');
  await userEvent.click(found!);
  expect(found).toHaveAttribute('aria-expanded', 'true');
  expect(screen.getByTestId(testid.licencesDialog)).toHaveTextContent('Permission is hereby granted');
});
