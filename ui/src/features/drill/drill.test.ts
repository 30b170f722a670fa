import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { DrillResult, JobRecord } from '@/backend';
import { refusedDrill, sampleDrill, skippedDrill } from '@/backend/sample/drills';
import { history } from '@/backend/sample/records';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { localActions } from '@/features/backups/actions';
import { localLine } from '@/features/backups/lines';
import { inspectFiles } from '@/features/inspect/files.svelte';
import { drilling } from './drilling.svelte';
import { drillVerdict } from './words';

beforeEach(() => drilling.close());

const ended = (result: DrillResult): JobRecord => ({
  ...history[0]!,
  id: 900,
  kind: 'drill',
  subject: result.fileName,
  state: result.ok ? 'succeeded' : 'attention',
  error: null,
  result: { kind: 'drill', ...result },
});

const zip = '/home/mira/nodewarden_backup_20261120_153000_1f2e3.zip';

test('a complete backup is drilled on the chosen storage without a folder', async () => {
  const backend = await openWindow('healthy', '/overview');
  const start = vi.spyOn(backend, 'startJob');
  drilling.ask(zip, 'complete');
  const storages = await screen.findAllByTestId(testid.drillStorage);
  expect(screen.queryByTestId(testid.drillFolder)).toBeNull();
  await userEvent.click(storages.find((one) => one.dataset.value === 'kv')!);
  await userEvent.click(screen.getByTestId(testid.drillStart));
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'drill',
      file: zip,
      storage: 'kv',
      folder: null,
      passphrase: null,
    }),
  );
  await waitFor(() => expect(location.hash).toMatch(/^#\/activity\/\d+$/));
});

test('an index-only backup needs its folder for a drill', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.chooseFolder = async () => '/mnt/nas/nodewarden';
  const start = vi.spyOn(backend, 'startJob');
  drilling.ask(zip, 'index-only');
  expect(await screen.findByTestId(testid.drillStart)).toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.drillFolder));
  await waitFor(() => expect(screen.getByTestId(testid.drillStart)).toBeEnabled());
  await userEvent.click(screen.getByTestId(testid.drillStart));
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'drill',
      file: zip,
      storage: 'r2',
      folder: '/mnt/nas/nodewarden',
      passphrase: null,
    }),
  );
});

test('an encrypted export is drilled with its passphrase', async () => {
  const backend = await openWindow('healthy', '/overview');
  const start = vi.spyOn(backend, 'startJob');
  drilling.ask(`${zip}.age`, null);
  expect(await screen.findByTestId(testid.drillStart)).toBeDisabled();
  await userEvent.type(screen.getByTestId(testid.drillPassphrase), 'a good passphrase');
  await userEvent.click(screen.getByTestId(testid.drillStart));
  await waitFor(() =>
    expect(start).toHaveBeenCalledWith({
      kind: 'drill',
      file: `${zip}.age`,
      storage: 'r2',
      folder: null,
      passphrase: 'a good passphrase',
    }),
  );
  expect(drilling.passphrase).toBe('');
});

test("a drill starts from a backup's row and its inspection", async () => {
  const backend = await openWindow('healthy', '/inspect');
  const [local] = await backend.localBackups();
  inspectFiles([local!.path]);
  await userEvent.click(await screen.findByTestId(testid.inspectMore));
  await userEvent.click(await screen.findByTestId(testid.inspectDrill));
  expect(await screen.findByTestId(testid.drillDialog)).toBeVisible();
  expect(localActions(localLine(local!)).map((item) => item?.testid)).toContain(testid.rowDrill);
});

test('the last drill that passed is shown with an inspected backup', async () => {
  const backend = await openWindow('healthy', '/inspect');
  const [local] = await backend.localBackups();
  inspectFiles([local!.path]);
  expect(await screen.findByTestId(testid.inspectLastDrill)).toHaveTextContent(
    'Drill passed 3 days ago (R2).',
  );
});

test('the result lists restored items and says what a drill proves', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.job = async () => ended(sampleDrill);
  location.hash = '#/activity/900';
  const outcome = await screen.findByTestId(testid.drillOutcome);
  expect(outcome).toHaveAttribute('data-verdict', 'passed');
  expect(outcome).toHaveTextContent('438');
  expect(outcome).toHaveTextContent('not that your Cloudflare account');
});

test('what a drill left out is listed', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.job = async () => ended(skippedDrill);
  location.hash = '#/activity/900';
  const outcome = await screen.findByTestId(testid.drillOutcome);
  expect(outcome).toHaveAttribute('data-verdict', 'skipped');
  expect(outcome).toHaveTextContent('Cloudflare KV object size limit (25 MB)');
});

test('a drill that was refused for lack of a folder asks for it', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.job = async () => ended(refusedDrill);
  location.hash = '#/activity/900';
  await userEvent.click(await screen.findByTestId(testid.drillAgain));
  expect(await screen.findByTestId(testid.drillFolder)).toBeVisible();
});

test('damage outranks a refusal, and a refusal missing rows', () => {
  const drill = { kind: 'drill' as const, ...refusedDrill };
  expect(drillVerdict({ ...drill, intact: false })).toBe('damaged');
  expect(drillVerdict(drill)).toBe('refused');
  const missing = [{ table: 'ciphers', expected: 4, imported: 2 }];
  expect(drillVerdict({ ...drill, accepted: true, missing })).toBe('missing');
});
