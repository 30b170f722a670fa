import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { sampleBackend } from '@/backend/sample';
import { events } from '@/backend/sample/log';
import { history } from '@/backend/sample/records';
import { coreError, profiles } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

test("failed scheduled runs from the server's log come first", async () => {
  await openWindow('healthy', '/activity');
  expect(await screen.findByTestId(testid.failedRuns)).toHaveTextContent('1 scheduled backup failed');
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
  expect(screen.getAllByText(/automatically by the server/).length).toBeGreaterThan(0);
});

test('older pages of the log are loaded on request', async () => {
  const backend = await openWindow('healthy', '/activity');
  const read = vi.spyOn(backend, 'auditLog');
  await userEvent.selectOptions(await screen.findByTestId(testid.activitySource), 'log');
  await screen.findAllByTestId(testid.logRow);
  const count = () => Number(screen.getByTestId(testid.activityList).dataset.count);
  const before = count();
  await userEvent.click(screen.getByTestId(testid.activityMore));
  await waitFor(() => expect(count()).toBeGreaterThan(before));
  expect(read).toHaveBeenLastCalledWith(100, 100);
  await waitFor(() => expect(screen.queryByTestId(testid.activityMore)).toBeNull());
});

test('jobs are shown although the log cannot be read', async () => {
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

test('lines name their server only when there are several', async () => {
  const several = sampleBackend('healthy');
  const [here, other] = profiles;
  const backup = history.find((job) => job.result?.kind === 'backup')!;
  several.jobHistory = async () => [
    { ...backup, id: 1, profileId: here!.id },
    { ...backup, id: 2, profileId: other!.id },
    { ...backup, id: 3, profileId: 'gone' },
  ];
  await openWindow(several, '/activity');
  const rows = await screen.findAllByTestId(testid.activityRow);
  expect(rows[0]).toHaveTextContent(here!.name);
  expect(rows[1]).toHaveTextContent(other!.name);
  expect(rows[2]).toHaveTextContent('No longer in this app');
  for (const line of await screen.findAllByTestId(testid.logRow)) expect(line).toHaveTextContent(here!.name);
});

test('lines do not name the only server', async () => {
  await openWindow('one-server', '/activity');
  for (const row of await screen.findAllByTestId(testid.logRow))
    expect(row).not.toHaveTextContent(profiles[0]!.name);
});

test("a job and its entry in the server's log are one line", async () => {
  const backend = sampleBackend('healthy');
  const job = history.find((one) => one.result?.kind === 'backup' && one.state === 'succeeded')!;
  const name = job.result?.kind === 'backup' ? job.result.fileName : '';
  const entry = {
    ...events[1]!,
    kind: 'run' as const,
    at: job.endedAt!,
    failed: false,
    scheduled: false,
    fileName: name,
  };
  backend.jobHistory = async () => [job];
  backend.auditLog = async () => ({ events: [entry], total: 1, hasMore: false });
  await openWindow(backend, '/activity');
  const row = await screen.findByTestId(testid.activityRow);
  await waitFor(() => expect(row).toHaveTextContent("Also in the server's log"));
  expect(screen.queryAllByTestId(testid.logRow)).toEqual([]);
  // By itself the log has it still.
  await userEvent.selectOptions(screen.getByTestId(testid.activitySource), 'log');
  expect(await screen.findAllByTestId(testid.logRow)).toHaveLength(1);
});

test('a server that keeps no log says so plainly, without an error', async () => {
  const backend = sampleBackend('healthy');
  backend.auditLog = async () => {
    throw coreError('no-log', { original: 'Not found' });
  };
  await openWindow(backend, '/activity');
  expect(await screen.findByTestId(testid.logFailed)).toHaveTextContent(
    'This server is too old to keep a log',
  );
  expect(screen.queryByTestId(testid.failureOriginal)).toBeNull();
  expect((await screen.findAllByTestId(testid.activityRow)).length).toBeGreaterThan(3);
});

test('the timeline shows alerts and recoveries by day', async () => {
  await openWindow('healthy', '/activity');
  const days = await screen.findAllByTestId(testid.activityDay);
  expect(days[0]).toHaveTextContent('Today');
  await userEvent.selectOptions(screen.getByTestId(testid.activitySource), 'watch');
  const found = await screen.findAllByTestId(testid.alertLine);
  expect(found.map((line) => line.dataset.state)).toEqual(['over', 'lasts', 'ended', 'over', 'ended']);
  expect(found[1]).toHaveTextContent('The last backup to R2 offsite failed.');
  expect(found[1]).toHaveAttribute('href', '#/overview');
  expect(screen.getAllByTestId(testid.recoveryLine)).toHaveLength(2);
});

test('only the visible lines of a long timeline are drawn', async () => {
  const backend = sampleBackend('healthy');
  const job = history.find((one) => one.state === 'succeeded')!;
  const at = (back: number) => new Date(Date.parse(job.startedAt) - back * 3_600_000).toISOString();
  backend.jobHistory = async () =>
    Array.from({ length: 5000 }, (_, back) => ({
      ...job,
      id: 9000 - back,
      startedAt: at(back),
      endedAt: at(back),
    }));
  await openWindow(backend, '/activity');
  await userEvent.selectOptions(await screen.findByTestId(testid.activitySource), 'jobs');
  const list = screen.getByTestId(testid.activityList);
  await waitFor(() => expect(Number(list.dataset.count)).toBeGreaterThan(5000));
  expect(list.children.length).toBeLessThan(60);
  expect(list.children[1]).toHaveAttribute('aria-posinset', '2');
});
