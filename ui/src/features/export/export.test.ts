import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { JobRecord } from '@/backend';
import { missingExport, sampleExport } from '@/backend/sample/exports';
import { history } from '@/backend/sample/records';
import { inspectFiles } from '@/features/inspect/files.svelte';
import { reduce, secondsLeft, share } from '@/features/jobs/reduce';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { decrypting } from './decrypting.svelte';
import { exporting } from './exporting.svelte';

beforeEach(() => {
  exporting.close();
  decrypting.close();
});

const ended = (result: typeof sampleExport): JobRecord => ({
  ...history[0]!,
  id: 900,
  kind: 'export',
  subject: 'Home',
  state: result.importable ? 'succeeded' : 'attention',
  error: null,
  result: { kind: 'export', ...result },
});

test('an export from the overview uses the chosen options', async () => {
  const backend = await openWindow('healthy', '/overview');
  const start = vi.spyOn(backend, 'startJob');
  await userEvent.click(await screen.findByTestId(testid.exportOpen));
  await userEvent.selectOptions(await screen.findByTestId(testid.exportMissing), 'leave-out');
  await userEvent.click(screen.getByTestId(testid.exportEncrypt));
  expect(screen.getByTestId(testid.exportStart)).toBeDisabled();
  await userEvent.type(await screen.findByTestId(testid.exportPassphrase), 'twelve chars');
  await userEvent.click(screen.getByTestId(testid.exportStart));
  await waitFor(() => expect(start).toHaveBeenCalledOnce());
  expect(start).toHaveBeenCalledWith({
    kind: 'export',
    from: { type: 'server', attachments: true },
    sources: [{ type: 'server' }],
    folder: null,
    missing: 'leave-out',
    passphrase: 'twelve chars',
    askOverLimits: true,
  });
  await waitFor(() => expect(screen.queryByTestId(testid.exportDialog)).toBeNull());
  expect(await screen.findByText('Exporting Home')).toBeInTheDocument();
});

test('an index-only backup is completed from chosen sources', async () => {
  const backend = await openWindow('healthy', '/overview');
  await screen.findByTestId(testid.exportOpen);
  backend.chooseFolder = async () => '/mnt/nas/nodewarden';
  const start = vi.spyOn(backend, 'startJob');
  exporting.ask({ what: 'zip', zip: '/home/mira/index.zip' });
  const fromServer = await screen.findByTestId(testid.exportFromServer);
  await userEvent.click(fromServer);
  expect(screen.getByTestId(testid.exportStart), 'nothing to take them from').toBeDisabled();
  await userEvent.click(screen.getByTestId(testid.exportAddFolder));
  await userEvent.click(screen.getByTestId(testid.exportStart));
  await waitFor(() => expect(start).toHaveBeenCalledOnce());
  expect(start.mock.calls[0]?.[0]).toMatchObject({
    kind: 'export',
    from: { type: 'zip', zip: '/home/mira/index.zip' },
    sources: [{ type: 'folder', folder: '/mnt/nas/nodewarden' }],
  });
});

test('missing attachments are listed with every next step', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.job = async () => ended(missingExport);
  const goOn = vi.spyOn(backend, 'startJob');
  location.hash = '#/activity/900';
  const list = await screen.findByTestId(testid.exportMissingList);
  expect(list).toHaveTextContent('mira@example.org');
  expect(list).toHaveTextContent('Not available from any source');
  expect(list).toHaveTextContent('Internal error');
  expect(screen.getByText('2 attachments are missing')).toBeInTheDocument();
  await userEvent.click(screen.getByTestId(testid.exportLeaveOut));
  await waitFor(() => expect(goOn).toHaveBeenCalledOnce());
  expect(goOn.mock.calls[0]?.[0]).toMatchObject({
    from: { type: 'unfinished', part: missingExport.unfinished },
    missing: 'leave-out',
  });
});

test('an export that is too large says so before anything is fetched', async () => {
  const backend = await openWindow('healthy', '/overview');
  const overLimits = [{ limit: 'archive-bytes' as const, found: 80 << 20, most: 64 << 20 }];
  const held = {
    ...sampleExport,
    file: null,
    importable: false,
    overLimits,
    unfinished: '/home/mira/.a.part',
  };
  backend.job = async () => ended(held);
  const goOn = vi.spyOn(backend, 'startJob');
  location.hash = '#/activity/900';
  expect(await screen.findByText('Too large to import')).toBeInTheDocument();
  expect(screen.getByTestId(testid.exportOutcome)).toHaveTextContent('the server imports at most');
  expect(screen.getByTestId(testid.exportOutcome)).toHaveTextContent('nwdesk restore --through-target');
  await userEvent.click(screen.getByTestId(testid.exportContinue));
  await waitFor(() => expect(goOn.mock.calls[0]?.[0]).toMatchObject({ askOverLimits: false }));
});

test('a complete export that is too large leads to its restore', async () => {
  const backend = await openWindow('healthy', '/overview');
  const overLimits = [{ limit: 'archive-bytes' as const, found: 80 << 20, most: 64 << 20 }];
  backend.job = async () => ended({ ...sampleExport, importable: false, overLimits });
  location.hash = '#/activity/900';
  expect(await screen.findByText('Complete, but too large to import')).toBeInTheDocument();
  const restore = screen.getByTestId(testid.exportRestore);
  expect(restore).toHaveAttribute('href', expect.stringContaining('#/restore?file='));
});

test('a complete export shows its verdict and location', async () => {
  const backend = await openWindow('healthy', '/overview');
  backend.job = async () => ended(sampleExport);
  location.hash = '#/activity/900';
  expect(await screen.findByText('Complete and importable')).toBeInTheDocument();
  const outcome = screen.getByTestId(testid.exportOutcome);
  expect(outcome).toHaveTextContent('42 of 42 included');
  expect(outcome).toHaveTextContent('the server: 42');
});

test('an unfinished export is offered on the overview, and can be removed', async () => {
  const backend = await openWindow('healthy', '/activity');
  let found = [
    {
      part: '/home/mira/.x.part',
      server: null,
      encrypted: false,
      zip: '/home/mira/index.zip',
      remote: null,
      sources: { server: false, zips: [], folders: ['/mnt/nas'], targets: [] },
      written: 12,
      bytes: 4096,
      writtenAt: '2026-11-20T15:00:00Z',
    },
  ];
  backend.unfinishedExports = async () => found;
  const discard = vi.fn(async () => {
    found = [];
    return null;
  });
  backend.discardExport = discard;
  location.hash = '#/overview';
  expect(await screen.findByTestId(testid.unfinishedExport)).toHaveTextContent(
    'index.zip is not complete yet',
  );
  await userEvent.click(screen.getByTestId(testid.unfinishedRemove));
  await waitFor(() => expect(screen.queryByTestId(testid.unfinishedExport)).toBeNull());
  expect(discard).toHaveBeenCalledWith('/home/mira/.x.part');
});

test('a completion from a target asks to open that target again', async () => {
  const backend = await openWindow('healthy', '/backups');
  backend.unfinishedExports = async () => [
    {
      part: '/home/mira/.x.part',
      server: null,
      encrypted: false,
      zip: '/home/mira/index.zip',
      remote: null,
      sources: {
        server: false,
        zips: [],
        folders: ['/mnt/copy'],
        targets: [{ id: 'nas', name: 'Attic NAS', openedFrom: '/home/mira/index.zip' }],
      },
      written: 12,
      bytes: 4096,
      writtenAt: '2026-11-20T15:00:00Z',
    },
  ];
  const start = vi.spyOn(backend, 'startJob');
  location.hash = '#/overview';
  await userEvent.click(await screen.findByTestId(testid.unfinishedContinue));
  const dialog = await screen.findByTestId(testid.exportDialog);
  expect(dialog).toHaveTextContent('Attic NAS');
  expect(dialog).toHaveTextContent('/mnt/copy');
  await userEvent.type(await screen.findByTestId(testid.openPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.openSettings));
  await userEvent.click((await screen.findAllByTestId(testid.openTargetUse))[0]!);
  expect(await screen.findByTestId(testid.exportTarget)).toBeInTheDocument();
  await userEvent.click(screen.getByTestId(testid.exportStart));
  await waitFor(() => expect(start).toHaveBeenCalledOnce());
  const asked = start.mock.calls[0]?.[0];
  expect(asked).toMatchObject({ kind: 'export', from: { type: 'unfinished', part: '/home/mira/.x.part' } });
  expect(asked?.kind === 'export' && asked.sources.some((source) => source.type === 'target')).toBe(true);
});

test('a backup on a target is made complete from its row', async () => {
  const backend = await openWindow('healthy', '/overview');
  await screen.findByTestId(testid.exportOpen);
  const start = vi.spyOn(backend, 'startJob');
  exporting.ask({ what: 'remote', zip: { targetId: 'nas', path: 'index.zip' } });
  expect(await screen.findByTestId(testid.exportDialog)).toHaveTextContent('index.zip');
  await userEvent.click(screen.getByTestId(testid.exportStart));
  await waitFor(() => expect(start).toHaveBeenCalledOnce());
  expect(start.mock.calls[0]?.[0]).toMatchObject({
    kind: 'export',
    from: { type: 'remote', zip: { targetId: 'nas', path: 'index.zip' } },
    sources: [{ type: 'server' }],
  });
});

test('an encrypted export is opened after its passphrase', async () => {
  const backend = await openWindow('healthy', '/inspect');
  const decrypt = vi.spyOn(backend, 'decryptExport');
  inspectFiles(['/home/mira/vault.zip.age']);
  await userEvent.type(await screen.findByTestId(testid.decryptPassphrase), 'twelve chars');
  await userEvent.click(screen.getByTestId(testid.decryptStart));
  await waitFor(() => expect(decrypt).toHaveBeenCalledWith('/home/mira/vault.zip.age', null, 'twelve chars'));
  await waitFor(() => expect(location.hash).toContain(encodeURIComponent('vault.zip')));
});

test('progress shows attachments and bytes, and waits for the rate limit', () => {
  const record = { ...ended(sampleExport), id: 7, state: 'running' as const, result: null };
  let jobs = reduce([], { type: 'started', job: record }, 0);
  const moved = (done: number, bytes: number, at: number) =>
    (jobs = reduce(
      jobs,
      {
        type: 'progress',
        jobId: 7,
        update: { type: 'attachments', done, total: 40, bytes, totalBytes: 4000 },
      },
      at,
    ));
  moved(0, 0, 0);
  moved(10, 1000, 1000);
  expect(jobs[0]?.files).toEqual({ done: 10, total: 40 });
  expect(share(jobs[0]!)).toBe(0.25);
  expect(secondsLeft(jobs[0]!)).toBe(3);
  jobs = reduce(jobs, { type: 'progress', jobId: 7, update: { type: 'keeping-limit', seconds: 30 } }, 1000);
  expect(jobs[0]?.keepsLimit).toBe(true);
  expect(jobs[0]?.waitsUntil).toBe(31_000);
});
