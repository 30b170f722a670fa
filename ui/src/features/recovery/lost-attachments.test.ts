import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { go } from '@/app/router.svelte';
import type {
  Backend,
  CaseSubject,
  Fact,
  JobEvent,
  JobRecord,
  PlaybookPath,
  RecoveryCase,
  Step,
  StepKind,
} from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { drilling } from '@/features/drill/drilling.svelte';
import { working } from '@/features/target-work/working.svelte';
import { openWindow } from '@/test/render';
import { step } from '@/test/steps';
import { testid } from '@/testids';

function fact(detail: Fact['detail'], original: string | null = null): Fact {
  return { kind: 'ledger', detail, at: null, original };
}

function stepOf(kind: StepKind, state: Step['state'], proof: Fact[] = []): Step {
  return { kind, state, at: null, proof, error: null, confirmable: kind === 'name-lost', watched: false };
}

/** Sends the window an event of a job. */
let tell: (event: JobEvent) => void;

/** The window at an open case with these steps. */
async function at(branch: PlaybookPath, subject: CaseSubject, steps: Step[]): Promise<Backend> {
  const backend = sampleBackend('healthy');
  const watch = backend.watchJobs;
  backend.watchJobs = (listener) => watch((tell = listener));
  await openWindow(backend, '/overview');
  const { diagnosis } = await backend.findings('home');
  const open: RecoveryCase = {
    id: 7,
    profileId: 'home',
    branch,
    playbook: branch as RecoveryCase['playbook'],
    subject,
    beganAt: backend.now().toISOString(),
    endedAt: null,
    abandoned: false,
    steps,
    diagnosis,
    checked: [],
  };
  backend.recoveryCase = async () => open;
  backend.refreshCase = async () => open;
  go(`/incidents/${branch}`, { profile: 'home' });
  await step(steps[0]?.kind ?? '');
  return backend;
}

const target: CaseSubject = { type: 'target', targetId: 'nas', targetName: 'Attic NAS' };

test('copies are searched, and the searched places are shown', async () => {
  const backend = await at('deleted-folder', target, [stepOf('find-copies', 'needs-you')]);
  const find = vi.spyOn(backend, 'findCaseCopies').mockResolvedValue({
    zips: 4,
    unread: ['/home/mira/broken.zip'],
    folders: [],
    targets: [],
    unreached: [],
    found: 2,
  });
  await userEvent.click(screen.getByTestId(testid.stepAct));
  await waitFor(() => expect(find).toHaveBeenCalledWith(7, []));
  const searched = await screen.findByTestId(testid.restoreCopiesSearched);
  expect(searched).toHaveTextContent('4');
  expect(searched).toHaveTextContent('/home/mira/broken.zip');
});

test('found copies fill in the plan as sources', async () => {
  const found = [fact('copies-found', '2 / 3'), fact('copy-in-zip', '/a.zip'), fact('copy-in-folder', '/b')];
  await at('deleted-folder', target, [
    stepOf('find-copies', 'done', found),
    stepOf('heal-target', 'needs-you'),
  ]);
  await userEvent.click(within(await step('heal-target')).getByTestId(testid.stepAct));
  expect(working.asked).toEqual({ id: 'nas', name: 'Attic NAS' });
  expect([working.work, working.zips, working.folders]).toEqual(['heal', ['/a.zip'], ['/b']]);
  expect(working.stays).toBe(true);
  working.close();
});

test('every attachment is read, not only listed', async () => {
  await at('deleted-folder', target, [stepOf('verify-target', 'needs-you')]);
  await userEvent.click(screen.getByTestId(testid.stepAct));
  expect([working.work, working.depth]).toEqual(['verify', 'everything']);
  working.close();
});

test('lost attachments are shown with owners before confirmation', async () => {
  const lost = fact('attachments-lost', 'mira@lindqvist.example: c1/a1, c1/a2');
  const backend = await at('deleted-folder', target, [stepOf('name-lost', 'needs-you', [lost])]);
  expect(await step('name-lost')).toHaveTextContent('mira@lindqvist.example: c1/a1, c1/a2');
  const confirm = vi.spyOn(backend, 'confirmStep');
  await userEvent.click(screen.getByTestId(testid.stepConfirm));
  await waitFor(() => expect(confirm).toHaveBeenCalledWith(7, 'name-lost'));
});

test('a restored backup missing on this computer can be downloaded', async () => {
  const backend = await at('skipped-attachments', { type: 'restore', jobId: 12 }, [
    stepOf('complete-zip', 'needs-you'),
  ]);
  const { coreError } = await import('@/backend/sample/world');
  backend.startRetry = async () => {
    throw coreError('restored-backup-not-here');
  };
  await userEvent.click(screen.getByTestId(testid.stepAct));
  expect(await screen.findByTestId(testid.skippedDownload)).toBeVisible();
});

test('a complete ZIP leads to its restore', async () => {
  const made = fact('complete-zip-made', '/home/mira/complete.zip');
  await at('skipped-attachments', { type: 'restore', jobId: 12 }, [
    stepOf('complete-zip', 'done', [made]),
    stepOf('restore-again', 'needs-you'),
  ]);
  const link = within(await step('restore-again')).getByTestId(testid.stepAct);
  expect(link.getAttribute('href')).toContain(encodeURIComponent('/home/mira/complete.zip'));
});

/** The window at the drill of a backup that has to be downloaded first, and the end of that download. */
async function atDrill(): Promise<{ backend: Backend; ended: JobEvent }> {
  const backend = await at('deleted-folder', target, [stepOf('drill-backup', 'needs-you')]);
  const made = { kind: 'backup', targetId: 'nas', fileName: 'a.zip' };
  const record = { id: 8, profileId: 'home', kind: 'backup', result: made } as unknown as JobRecord;
  const result = { kind: 'download', savedTo: '/home/mira/a.zip', check: { here: null } };
  backend.jobHistory = async () => [record];
  const job = { ...record, id: 9, kind: 'download', state: 'succeeded', result } as unknown as JobRecord;
  return { backend, ended: { type: 'ended', job } };
}

test('a drill starts although its step was redrawn during the download', async () => {
  const { backend, ended } = await atDrill();
  const open = (await backend.recoveryCase('home'))!;
  backend.startJob = async () => 9;
  backend.refreshCase = async () => ({ ...open, steps: [stepOf('drill-backup', 'later')] });
  await userEvent.click(screen.getByTestId(testid.stepAct));
  await waitFor(() => expect(screen.queryByTestId(testid.stepAct)).toBeNull());
  tell(ended);
  expect(drilling.asked?.path).toBe('/home/mira/a.zip');
  drilling.close();
});

test('a drill starts although the download ended before its id was known', async () => {
  const { backend, ended } = await atDrill();
  backend.startJob = async () => {
    tell(ended);
    return 9;
  };
  await userEvent.click(screen.getByTestId(testid.stepAct));
  await waitFor(() => expect(drilling.asked?.path).toBe('/home/mira/a.zip'));
  drilling.close();
});
