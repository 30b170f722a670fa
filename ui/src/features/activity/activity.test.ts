import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

test("failed scheduled runs, which only the server's log knows, are told first", async () => {
  await openWindow('healthy', '/activity');
  expect(await screen.findByTestId(testid.failedRuns)).toHaveTextContent('A scheduled backup failed');
  await userEvent.click(screen.getByText('Show them'));
  const rows = await screen.findAllByTestId(testid.logRow);
  expect(rows.map((row) => [row.dataset.failed, row.dataset.scheduled])).toEqual([
    ['true', 'true'],
    ['true', 'true'],
  ]);
  await userEvent.click(rows[1]!);
  expect(await screen.findByTestId(testid.failureOriginal)).toHaveTextContent('WebDAV upload failed: 507');
});

test('events say who did it and when, beside the jobs of this app', async () => {
  await openWindow('healthy', '/activity');
  await screen.findAllByTestId(testid.activityRow);
  expect(
    await screen.findByText(/Server's log · 20 hours ago · by mira@lindqvist.example/),
  ).toBeInTheDocument();
  expect(screen.getAllByText(/by the server itself/).length).toBeGreaterThan(0);
});

test('older pages of the log are read when asked for', async () => {
  const backend = await openWindow('healthy', '/activity');
  const read = vi.spyOn(backend, 'auditLog');
  await userEvent.selectOptions(await screen.findByTestId(testid.activitySource), 'log');
  const before = (await screen.findAllByTestId(testid.logRow)).length;
  await userEvent.click(screen.getByTestId(testid.activityMore));
  await waitFor(() => expect(screen.getAllByTestId(testid.logRow).length).toBeGreaterThan(before));
  expect(read).toHaveBeenLastCalledWith(100, 100);
  await waitFor(() => expect(screen.queryByTestId(testid.activityMore)).toBeNull());
});

test('a log that cannot be read says so, and the jobs are shown all the same', async () => {
  await openWindow('not-administrator', '/activity');
  expect(await screen.findByTestId(testid.logFailed)).toHaveTextContent("The server's log cannot be read");
  expect(screen.getByTestId(testid.failureOriginal)).toHaveTextContent('Forbidden');
  expect(screen.getAllByTestId(testid.activityRow).length).toBeGreaterThan(3);
});

test('the log can be hidden', async () => {
  await openWindow('healthy', '/activity');
  await screen.findAllByTestId(testid.logRow);
  await userEvent.selectOptions(screen.getByTestId(testid.activitySource), 'jobs');
  expect(screen.queryAllByTestId(testid.logRow)).toEqual([]);
});
