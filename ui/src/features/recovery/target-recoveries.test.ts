import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openWindow } from '@/test/render';
import { step } from '@/test/steps';
import { testid } from '@/testids';

const stopped = '/incidents/target-stopped?profile=home';
const limit = '/incidents/subrequest-limit?profile=home';

/** Opens the settings of the server, so that this computer reaches the target. */
async function reach() {
  await userEvent.type(await screen.findByTestId(testid.workSecret), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.workOpen));
  await screen.findByTestId(testid.workReached);
}

test('a failed target leads to the playbook, about that target', async () => {
  await openWindow('failed-target', '/incidents');
  const way = await screen.findByTestId(testid.toWizard);
  expect(way).toHaveAttribute('data-wizard', 'target-stopped');
  const subject = new URLSearchParams(way.getAttribute('href')?.split('?')[1]).get('subject');
  expect(JSON.parse(subject ?? '')).toEqual({ type: 'target', targetId: 'nas', targetName: 'Attic NAS' });
});

test('the server checks without a password or a connection from here', async () => {
  const server = await openWindow('case-stopped-look', stopped);
  const start = vi.spyOn(server, 'startJob');
  await userEvent.click(within(await step('look-from-server')).getByTestId(testid.stepAct));
  expect(start).toHaveBeenCalledWith({ kind: 'look-at-target', targetId: 'nas', here: null, bodies: false });
});

test('the check from this computer needs a connection and is optional', async () => {
  const server = await openWindow('case-stopped-here', stopped);
  const start = vi.spyOn(server, 'startJob');
  expect(within(await step('look-from-here')).queryByTestId(testid.stepAct)).toBeNull();
  await reach();
  await userEvent.click(within(await step('look-from-here')).getByTestId(testid.stepAct));
  const here = {
    type: 'opened',
    handle: 'opened-targets',
    destinationId: 'nas',
    httpAccepted: false,
  };
  expect(start).toHaveBeenCalledWith({ kind: 'look-at-target', targetId: 'nas', here, bodies: false });
  const confirm = vi.spyOn(server, 'confirmStep');
  await userEvent.click(screen.getByTestId(testid.stepConfirm));
  expect(confirm).toHaveBeenCalledWith(1, 'look-from-here');
});

test('a refused login shows its fix, not the way around it', async () => {
  await openWindow('case-stopped-login', stopped);
  const look = await screen.findByTestId(testid.targetLook);
  expect(look).toHaveAttribute('data-cause', 'login');
  expect(look).toHaveTextContent('The storage does not accept the login.');
  const fixes = within(look).getAllByTestId(testid.lookFix);
  expect(fixes.map((fix) => fix.dataset.fix)).toEqual(['nextcloud-app-password', 'enter-login']);
  expect(screen.queryByTestId(testid.stepGiveUp)).toBeNull();
  // Nothing can be written there: a backup would only fail.
  expect(screen.queryByTestId(testid.stepTest)).toBeNull();
});

test('a full target is tested by a backup to that target', async () => {
  const server = await openWindow('case-stopped-full', stopped);
  const start = vi.spyOn(server, 'startJob');
  await screen.findByTestId(testid.targetLook);
  await userEvent.click(screen.getByTestId(testid.stepTest));
  await waitFor(() => expect(start).toHaveBeenCalledWith({ kind: 'backup', targetId: 'nas' }));
});

test('a target only the server cannot reach leads to backups from here', async () => {
  const server = await openWindow('case-stopped-blocked', stopped);
  const confirm = vi.spyOn(server, 'confirmStep');
  await userEvent.click(await screen.findByTestId(testid.stepGiveUp));
  expect(confirm).toHaveBeenCalledWith(1, 'fix-target');
});

test('a recovery of one target offers a backup to that one only', async () => {
  await openWindow('case-stopped-verify', stopped);
  expect(await within(await step('verify-backup')).findByTestId(testid.backUpNow)).toBeInTheDocument();
  expect(within(await step('verify-backup')).queryByTestId(testid.backUpChoice)).toBeNull();
});

test('new attachments are uploaded only after a plan', async () => {
  const server = await openWindow('case-limit-upload', limit);
  expect(await screen.findByTestId(testid.bodiesAhead)).toHaveTextContent('86 of 214 attachments');
  const plan = vi.spyOn(server, 'planHeal');
  const start = vi.spyOn(server, 'startJob');
  await reach();
  expect(within(await step('upload-bodies')).queryByTestId(testid.stepAct)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.workMakePlan));
  await screen.findByTestId(testid.workPlan);
  const sources = [{ type: 'server', newBodies: true }];
  expect(plan.mock.calls[0]?.[1]).toEqual(sources);
  await userEvent.click(within(await step('upload-bodies')).getByTestId(testid.stepAct));
  await waitFor(() => expect(start).toHaveBeenCalled());
  expect(start.mock.calls[0]?.[0]).toMatchObject({ kind: 'heal-target', sources, plan: 'a3'.repeat(32) });
});

test('a repair from the next dialog asks for nothing more', async () => {
  const server = await openWindow('case-limit-upload', limit);
  await reach();
  const plan = vi.spyOn(server, 'planHeal');
  window.location.hash = '#/overview';
  await userEvent.click((await screen.findAllByTestId(testid.cardCheck))[0]!);
  await reach();
  await userEvent.click(
    screen.getAllByTestId(testid.workChoice).find((one) => one.dataset.value === 'heal')!,
  );
  await userEvent.click(screen.getByTestId(testid.workMakePlan));
  await waitFor(() => expect(plan).toHaveBeenCalled());
  expect(plan.mock.calls[0]?.[1]).toEqual([{ type: 'server' }]);
});

test('an index-only backup is drilled as a complete export', async () => {
  const server = await openWindow('case-limit-drill', limit);
  const start = vi.spyOn(server, 'startJob');
  await userEvent.click(within(await step('drill-backup')).getByTestId(testid.stepTest));
  await waitFor(() => expect(start).toHaveBeenCalled());
  expect(start.mock.calls[0]?.[0]).toMatchObject({
    kind: 'export',
    from: { type: 'server', attachments: true },
    missing: 'fail',
  });
});
