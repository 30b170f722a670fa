import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Backend, JobRecord, JobResult } from '@/backend';
import {
  brokenTarget,
  changedContent,
  copiedTarget,
  endedRepair,
  endedWork,
  healedTarget,
  samplePlan,
  soundTarget,
  verifiedTarget,
} from '@/backend/sample/target-work';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { doctorVerdict, verifyVerdict } from './words';
import { working, type Work } from './working.svelte';

beforeEach(() => working.close());

/** Opens the dialog of the first target on the overview, reached with the server's settings. */
async function reached(work: Work, change: (backend: Backend) => void = () => undefined): Promise<Backend> {
  const backend = await openWindow('healthy', '/overview');
  change(backend);
  await userEvent.click((await screen.findAllByTestId(testid.cardCheck))[0]!);
  await userEvent.type(await screen.findByTestId(testid.workSecret), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.workOpen));
  await screen.findByTestId(testid.workReached);
  const choices = screen.getAllByTestId(testid.workChoice);
  await userEvent.click(choices.find((one) => one.dataset.value === work)!);
  return backend;
}

const opened = (httpAccepted = false) => ({
  type: 'opened',
  handle: 'opened-targets',
  destinationId: 'nas',
  httpAccepted,
});

async function shown(result: JobResult, state: JobRecord['state'] = 'attention') {
  const backend = await openWindow('healthy', '/overview');
  backend.job = async () => endedWork(result, state);
  location.hash = '#/activity/910';
  return backend;
}

test('a target is examined with settings opened by the master password', async () => {
  const backend = await reached('examine');
  const start = vi.spyOn(backend, 'startJob');
  await userEvent.click(screen.getByTestId(testid.workStart));
  await waitFor(() => expect(start).toHaveBeenCalledWith({ kind: 'examine-target', target: opened() }));
  await waitFor(() => expect(location.hash).toMatch(/^#\/activity\/\d+$/));
});

test('a wrong password opens nothing and is not kept in the field', async () => {
  await openWindow('healthy', '/overview');
  await userEvent.click((await screen.findAllByTestId(testid.cardCheck))[0]!);
  const field = await screen.findByTestId(testid.workSecret);
  await userEvent.type(field, 'wrong');
  await userEvent.click(screen.getByTestId(testid.workOpen));
  expect(await screen.findByTestId(testid.failure)).toBeVisible();
  expect(field).toHaveValue('');
  expect(screen.getByTestId(testid.workStart)).toBeDisabled();
});

test('a login saved in the keyring needs no password and can be removed', async () => {
  const backend = await openWindow('healthy', '/overview');
  await backend.keepLogin('opened-targets', 'nas');
  await userEvent.click((await screen.findAllByTestId(testid.cardCheck))[0]!);
  expect(await screen.findByTestId(testid.workReached)).toHaveTextContent('keyring');
  await userEvent.click(screen.getByTestId(testid.workForget));
  expect(await screen.findByTestId(testid.workSecret)).toBeVisible();
  expect(await backend.openKeptLogin('nas')).toBeNull();
});

test('a typed password is held with the address that the server has', async () => {
  const backend = await openWindow('healthy', '/overview');
  const hold = vi.spyOn(backend, 'holdSettings');
  const keep = vi.spyOn(backend, 'keepLogin');
  await userEvent.click((await screen.findAllByTestId(testid.cardCheck))[0]!);
  const ways = await screen.findAllByTestId(testid.workWay);
  await userEvent.click(ways.find((one) => one.dataset.value === 'typed')!);
  await userEvent.type(await screen.findByTestId(testid.workSecret), 'its own');
  await userEvent.click(screen.getByTestId(testid.workKeep));
  await userEvent.click(screen.getByTestId(testid.workOpen));
  await screen.findByTestId(testid.workReached);
  const [sent] = hold.mock.calls[0]!;
  expect(sent.destinations).toHaveLength(1);
  expect(sent.destinations[0]!.location).toMatchObject({ password: { type: 'new', value: 'its own' } });
  expect(keep).toHaveBeenCalledWith(expect.any(String), 'nas');
});

test('a rotating check needs a number of days', async () => {
  const backend = await reached('verify');
  const start = vi.spyOn(backend, 'startJob');
  const days = await screen.findByTestId(testid.workDays);
  await userEvent.clear(days);
  expect(screen.getByTestId(testid.workStart)).toBeDisabled();
  await userEvent.type(days, '14');
  await userEvent.click(screen.getByTestId(testid.workStart));
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'verify-target',
      target: opened(),
      depth: { type: 'rotating', days: 14 },
    }),
  );
});

test('a repair starts only with the plan that was shown', async () => {
  const backend = await reached('heal');
  const start = vi.spyOn(backend, 'startJob');
  expect(screen.getByTestId(testid.workStart)).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.workMakePlan));
  const plan = await screen.findByTestId(testid.workPlan);
  expect(plan).toHaveTextContent('Upload 2 attachments');
  expect(plan).toHaveTextContent('1 attachment is not available from these sources');
  // Another source needs another plan.
  await userEvent.click(screen.getByTestId(testid.workAddFolder));
  expect(screen.queryByTestId(testid.workPlan)).toBeNull();
  expect(screen.getByTestId(testid.workStart)).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.workMakePlan));
  await screen.findByTestId(testid.workPlan);
  await userEvent.click(screen.getByTestId(testid.workStart));
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'heal-target',
      target: opened(),
      sources: [{ type: 'folder', folder: '/home/mira/Backups' }, { type: 'server' }],
      plan: samplePlan.fingerprint,
    }),
  );
});

test('an outdated plan is removed from the screen', async () => {
  await reached('heal', (backend) => {
    backend.startJob = async () => {
      throw coreError('heal-plan-changed');
    };
  });
  await userEvent.click(screen.getByTestId(testid.workMakePlan));
  await screen.findByTestId(testid.workPlan);
  await userEvent.click(screen.getByTestId(testid.workStart));
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent('changed since this plan was made');
  expect(screen.queryByTestId(testid.workPlan)).toBeNull();
});

test('a copy needs a second place', async () => {
  const backend = await reached('copy');
  const start = vi.spyOn(backend, 'startJob');
  expect(screen.getByTestId(testid.workStart)).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.workToFolder));
  await waitFor(() => expect(screen.getByTestId(testid.workStart)).toBeEnabled());
  await userEvent.click(screen.getByTestId(testid.workStart));
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'copy-target',
      from: opened(),
      to: { type: 'folder', folder: '/home/mira/Backups' },
    }),
  );
});

test('plain http to a target needs consent', async () => {
  const backend = await reached('examine', (backend) => {
    const real = backend.startJob;
    backend.startJob = async (request) => {
      if ('target' in request && request.target.type === 'opened' && !request.target.httpAccepted)
        throw coreError('address-insecure');
      return real(request);
    };
  });
  const start = vi.spyOn(backend, 'startJob');
  await userEvent.click(screen.getByTestId(testid.workStart));
  await userEvent.click(await screen.findByTestId(testid.directHttp));
  await userEvent.click(screen.getByTestId(testid.workStart));
  await waitFor(() =>
    expect(start).toHaveBeenLastCalledWith({ kind: 'examine-target', target: opened(true) }),
  );
});

test('the last result of a target is one click away', async () => {
  const backend = await openWindow('healthy', '/overview');
  const last = endedWork({ kind: 'examine-target', ...brokenTarget }, 'attention');
  backend.jobHistory = async () => [{ ...last, id: 911, subject: 'Another' }, last];
  await userEvent.click((await screen.findAllByTestId(testid.cardCheck))[0]!);
  const line = await screen.findByTestId(testid.workLast);
  expect(line).toHaveTextContent('Check of Attic NAS');
  expect(within(line).getByRole('link')).toHaveAttribute('href', '#/activity/910');
});

test('an examination shows the losses and owners for each backup', async () => {
  await shown({ kind: 'examine-target', ...brokenTarget });
  const outcome = await screen.findByTestId(testid.doctorOutcome);
  expect(outcome).toHaveAttribute('data-verdict', 'missing');
  const backups = within(outcome).getAllByTestId(testid.doctorBackups);
  expect(backups[0]).toHaveTextContent('Loses 3 attachments');
  expect(backups[0]).toHaveTextContent('mira@example.org (1)');
  expect(outcome).toHaveTextContent('the server never uploads these again');
  await userEvent.click(screen.getByTestId(testid.doctorHeal));
  expect(working.work).toBe('heal');
  expect(working.asked?.id).toBe('nas');
});

test('a check says how many attachments were never read', async () => {
  await shown({ kind: 'verify-target', ...verifiedTarget }, 'succeeded');
  const coverage = await screen.findByTestId(testid.verifyCoverage);
  expect(coverage).toHaveTextContent('806 of 1,240');
  expect(coverage).toHaveTextContent('434 attachments have never been read');
});

test('changed and unreadable content are shown separately', async () => {
  await shown({ kind: 'verify-target', ...changedContent });
  const outcome = await screen.findByTestId(testid.verifyOutcome);
  expect(outcome).toHaveAttribute('data-verdict', 'damaged');
  expect(outcome).toHaveTextContent('Changed since it was first read');
  expect(outcome).toHaveTextContent('The target refused access.');
});

test('a repair that ended early says why the target accepted no more', async () => {
  await shown({ kind: 'heal-target', ...endedRepair }, 'failed');
  const outcome = await screen.findByTestId(testid.healOutcome);
  expect(outcome).toHaveAttribute('data-tone', 'danger');
  expect(outcome).toHaveTextContent('Not accepted by the target · The target has no space left');
  expect(screen.getByTestId(testid.healAgain)).toBeVisible();
});

test('a repair that brought everything back leads to a backup and a drill', async () => {
  await shown({ kind: 'heal-target', ...healedTarget }, 'succeeded');
  expect(await screen.findByTestId(testid.healOutcome)).toHaveTextContent('run a drill of it');
});

test('a copy lists what has other content at the second place', async () => {
  const conflicts = [{ path: 'attachments/a/b', fromBytes: 7, toBytes: 9 }];
  await shown({ kind: 'copy-target', ...copiedTarget, conflicts });
  expect(await screen.findByTestId(testid.copyOutcome)).toHaveAttribute('data-verdict', 'conflicts');
  expect(screen.getByTestId(testid.copyLeft)).toHaveTextContent('attachments/a/b');
});

test('damage outranks missing content, and unknown is never good', () => {
  expect(doctorVerdict(soundTarget)).toBe('good');
  expect(doctorVerdict({ ...soundTarget, index: { ...soundTarget.index, state: 'not-read' } })).toBe(
    'unsure',
  );
  const refused = { ...brokenTarget.backups[0]!, refusal: 'Unexpected file' };
  expect(doctorVerdict({ ...brokenTarget, backups: [refused] })).toBe('damaged');
  expect(verifyVerdict(verifiedTarget)).toBe('good');
  expect(doctorVerdict({ ...soundTarget, backups: [] })).toBe('empty');
  expect(verifyVerdict({ ...verifiedTarget, archives: [] })).toBe('empty');
  const unread = [{ path: 'attachments/a', error: coreError('storage-forbidden') }];
  expect(verifyVerdict({ ...verifiedTarget, unread })).toBe('unsure');
});
