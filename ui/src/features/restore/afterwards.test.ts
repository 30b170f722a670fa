import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { backend } from '@/backend';
import { history, restoreWithSkipped } from '@/backend/sample/records';
import { language } from '@/language/locale.svelte';
import { testid } from '@/testids';
import { restorePage } from './report';
import RestoreScreen from './RestoreScreen.svelte';

async function result() {
  language.choose('en');
  await desk.refresh();
  go('/restore/17');
  render(RestoreScreen);
  await screen.findAllByTestId(testid.restoreStep);
}

test('the checklist runs automatically and shows differences', async () => {
  const check = vi.spyOn(backend(), 'checkRestore');
  await result();
  await waitFor(() => expect(check).toHaveBeenCalledWith(17, false));
  const steps = await screen.findAllByTestId(testid.restoreStep);
  expect(steps.map((step) => step.dataset.state)).toEqual(['done', 'done', 'attention', 'open', 'open']);
  expect(steps[2]).toHaveTextContent('401 of 400');
});

test('rows are compared only on request', async () => {
  const check = vi.spyOn(backend(), 'checkRestore');
  await result();
  await waitFor(() => expect(screen.getByTestId(testid.restoreCompare)).toBeEnabled());
  expect(check).not.toHaveBeenCalledWith(17, true);
  await userEvent.click(screen.getByTestId(testid.restoreCompare));
  await waitFor(() => expect(check).toHaveBeenCalledWith(17, true));
});

test('"users informed" is saved with the restore', async () => {
  const note = vi.spyOn(backend(), 'noteUsersInformed');
  await result();
  await userEvent.click(screen.getByTestId(testid.restoreInformed));
  await waitFor(() => expect(note).toHaveBeenCalledWith(17, true));
  await waitFor(() => expect(screen.getByTestId(testid.restoreChecklist).dataset.done).toBe('3'));
});

test('copies of skipped attachments are named, and lead to a complete ZIP', async () => {
  const retry = vi.spyOn(backend(), 'startRetry');
  await result();
  expect(screen.getAllByTestId(testid.skippedRow)[1]).toHaveTextContent('complete_1f2e3.zip, Office S3');
  await userEvent.click(screen.getByTestId(testid.restoreRetry));
  await waitFor(() => expect(retry).toHaveBeenCalledWith(17, null, []));
});

test('copies are searched for in a chosen folder', async () => {
  const find = vi.spyOn(backend(), 'findCopies');
  backend().chooseFolder = async () => '/mnt/copy-of-nas';
  await result();
  await userEvent.click(screen.getByTestId(testid.restoreLookInFolder));
  await waitFor(() =>
    expect(find).toHaveBeenCalledWith(17, [{ type: 'folder', folder: '/mnt/copy-of-nas' }]),
  );
  expect(await screen.findByTestId(testid.restoreCopiesSearched)).toHaveTextContent('/mnt/copy-of-nas');
});

test('copies are found on an opened target and used by the retry', async () => {
  const find = vi.spyOn(backend(), 'findCopies');
  const retry = vi.spyOn(backend(), 'startRetry');
  backend().chooseZips = async () => ['/home/mira/older.zip'];
  await result();
  await userEvent.click(screen.getByTestId(testid.restoreLookOnTarget));
  await userEvent.click(await screen.findByTestId(testid.offlineFile));
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  await userEvent.click((await screen.findAllByTestId(testid.openTargetUse))[0]!);
  await waitFor(() => expect(find).toHaveBeenCalledOnce());
  const places = find.mock.calls[0]?.[1];
  expect(places).toMatchObject([{ type: 'target', httpAccepted: false }]);
  await userEvent.click(screen.getByTestId(testid.restoreRetry));
  await waitFor(() => expect(retry).toHaveBeenCalledWith(17, null, places));
});

test('a restore is saved as a page with counts and the skipped list', () => {
  language.choose('en');
  const page = restorePage(history[0]!, restoreWithSkipped);
  expect(page.sections.map((section) => section.table.rows.length)).toEqual([5, 2]);
  language.choose('zh-CN');
  expect(restorePage(history[0]!, restoreWithSkipped).sections[0]?.title).toMatch(/[\u4e00-\u9fff]/);
});

test('only visible lines of ten thousand skipped ones are drawn', async () => {
  const line = restoreWithSkipped.skipped[1]!;
  const skipped = Array.from({ length: 10_000 }, (_, at) => ({ ...line, path: `attachments/c${at}/a` }));
  vi.spyOn(backend(), 'job').mockResolvedValue({
    ...history[0]!,
    result: { kind: 'restore', ...restoreWithSkipped, skipped, skippedCount: skipped.length },
  });
  await result();
  const drawn = (await screen.findAllByTestId(testid.skippedRow)).length;
  expect(drawn).toBeGreaterThan(5);
  expect(drawn).toBeLessThan(100);
});
