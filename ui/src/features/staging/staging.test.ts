import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { sampleStaged, sampleStaging } from '@/backend/sample/staging';
import { history } from '@/backend/sample/records';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

test('a backup that is only too large is uploaded to an opened target', async () => {
  const backend = await openWindow('healthy', '/overview');
  const plan = backend.planRestore.bind(backend);
  const file = '/home/mira/large.zip';
  backend.planRestore = async (source, tell) => ({
    ...(await plan(source, tell)),
    source: { type: 'local', path: file },
    throughTarget: true,
    blocked: {
      code: 'too-large',
      message: 'Too large',
      hint: '',
      context: {},
      original: null,
      detail: null,
    } as never,
  });
  const start = vi.spyOn(backend, 'startJob');
  location.hash = `#/restore?file=${encodeURIComponent(file)}`;
  await userEvent.click(await screen.findByTestId(testid.throughOpen));
  expect(screen.getByTestId(testid.throughStart), 'no target yet').toBeDisabled();
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  await userEvent.click((await screen.findAllByTestId(testid.openTargetUse))[0]!);
  await waitFor(() => expect(screen.getByTestId(testid.throughStart)).toBeEnabled());
  await userEvent.click(screen.getByTestId(testid.throughStart));
  await waitFor(() => expect(start).toHaveBeenCalledOnce());
  expect(start.mock.calls[0]?.[0]).toMatchObject({ kind: 'staging', file });
});

test('what was uploaded is listed before it is removed', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.stagedZips = async () => [sampleStaged];
  backend.chooseZips = async () => ['/home/mira/large.zip'];
  backend.job = async () => ({
    ...history[0]!,
    id: 901,
    kind: 'staging',
    subject: sampleStaged.fileName,
    state: 'succeeded',
    error: null,
    result: { kind: 'staging', ...sampleStaging },
  });
  const remove = vi.spyOn(backend, 'removeStaged');
  location.hash = '#/activity/901';
  expect(await screen.findByTestId(testid.stagingPlan)).toHaveAttribute(
    'href',
    expect.stringContaining('target=nas'),
  );
  await userEvent.click(await screen.findByTestId(testid.stagedRemove));
  await userEvent.click(await screen.findByTestId(testid.offlineFile));
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  await userEvent.click((await screen.findAllByTestId(testid.openTargetUse))[0]!);
  expect(await screen.findByTestId(testid.stagedList)).toHaveTextContent(sampleStaged.zip);
  expect(remove).not.toHaveBeenCalled();
  await userEvent.click(screen.getByTestId(testid.stagedRemoveStart));
  await waitFor(() => expect(remove).toHaveBeenCalledOnce());
});
