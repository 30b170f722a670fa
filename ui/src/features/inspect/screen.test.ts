import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { go } from '@/app/router.svelte';
import type { Backend, FileDrop, Inspection } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { sampleInspection } from '@/backend/sample/files';
import { coreError } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { inspector } from './look.svelte';
import { saving } from './saving.svelte';

// Before the next test brings its own backend: this one stops what it still reads. A
// place that names a file would open it again.
afterEach(() => {
  go('/inspect');
  inspector.closeAll();
  saving.dismiss();
});

function drop(...names: string[]): void {
  const detail: FileDrop = { type: 'dropped', paths: names.map((name) => `/home/mira/${name}`) };
  window.dispatchEvent(new CustomEvent('sample-drop', { detail }));
}

/** The window with no file open, ready for drops. */
async function openInspect(change: (backend: Backend) => void = () => undefined): Promise<Backend> {
  const backend = sampleBackend('healthy');
  change(backend);
  await openWindow(backend, '/inspect');
  await screen.findByTestId(testid.inspectOpen);
  return backend;
}

async function verdict(): Promise<string | undefined> {
  return (await screen.findByTestId(testid.inspectVerdict)).dataset.verdict;
}

async function choose(handle: string, value: string): Promise<void> {
  const all = await screen.findAllByTestId(handle);
  await userEvent.click(all.find((one) => one.dataset.value === value)!);
}

async function inMenu(handle: string): Promise<void> {
  // A dialog that has just closed keeps the page from being clicked a moment longer.
  await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));
  await userEvent.click(await screen.findByTestId(testid.inspectMore));
  await userEvent.click(await screen.findByTestId(handle));
}

/** Files whose reading ends when the test says so, or when it is stopped. */
function held(backend: Backend): { begun: string[]; finish: (name: string) => void } {
  const readings = new Map<string, { finish: () => void; stop: () => void }>();
  const begun: string[] = [];
  backend.inspectFile = (path) =>
    new Promise<Inspection>((resolve, reject) => {
      begun.push(path.split('/').at(-1)!);
      readings.set(path, {
        finish: () => resolve(sampleInspection(path, 'r2')),
        stop: () => reject(coreError('stopped')),
      });
    });
  backend.stopReading = vi.fn(async (path: string) => {
    readings.get(path)?.stop();
  });
  return { begun, finish: (name) => readings.get(`/home/mira/${name}`)?.finish() };
}

test('a file dropped anywhere opens with its verdict and evidence', async () => {
  await openWindow('healthy', '/overview');
  drop('no-admin.zip');
  expect(await verdict()).toBe('dangerous');
  expect(location.hash).toContain('no-admin.zip');
  const codes = screen.getAllByTestId(testid.warning).map((one) => one.dataset.code);
  expect(codes[0]).toBe('no-active-administrator');
  await userEvent.click(screen.getByTestId(testid.inspectTab('checks')));
  expect(await screen.findAllByTestId(testid.inspectCheck)).toHaveLength(7);
});

test('several files are listed with their verdicts despite a failure', async () => {
  await openInspect();
  drop('vault.zip', 'damaged_7ffc2.zip', 'missing.zip', 'folder.zip');
  const rows = await screen.findAllByTestId(testid.inspectFile);
  await waitFor(() =>
    expect(rows.map((row) => row.querySelector<HTMLElement>('[data-verdict]')?.dataset.verdict)).toEqual([
      'restorable',
      'damaged',
      undefined,
      'refused',
    ]),
  );
  expect(rows[2]).toHaveTextContent('missing.zip does not exist.');
});

test('of six files that the app was opened with, the missing one is named', async () => {
  const backend = sampleBackend('healthy');
  const names = ['a.zip', 'b.zip', 'c.zip', 'd.zip', 'e.zip', 'missing.zip'];
  backend.watchOpenedFiles = async (listener) => {
    listener(names.map((name) => `/home/mira/${name}`));
    return () => undefined;
  };
  await openWindow(backend, '/overview');
  const rows = await screen.findAllByTestId(testid.inspectFile);
  expect(rows.map((row) => row.dataset.name)).toEqual(names);
  await waitFor(() => expect(rows[5]).toHaveTextContent('missing.zip does not exist.'));
});

test('a file that the app was opened with is inspected', async () => {
  const backend = sampleBackend('first-run');
  backend.watchOpenedFiles = async (listener) => {
    listener(['/home/mira/photo.zip']);
    return () => undefined;
  };
  await openWindow(backend, '/');
  expect(await verdict()).toBe('unreadable');
});

test('first facts are shown while the file is still being read', async () => {
  let reading = held(sampleBackend('healthy'));
  await openInspect((one) => (reading = held(one)));
  drop('vault.zip');
  const panel = await screen.findByTestId(testid.inspectReading);
  await waitFor(() => expect(panel).toHaveTextContent('Vault items'));
  expect(panel).toHaveTextContent('Complete');
  expect(panel.dataset.state).toBe('reading');
  expect(screen.queryByTestId(testid.inspectVerdict)).toBeNull();
  reading.finish('vault.zip');
  expect(await verdict()).toBe('restorable');
});

test('switching the storage does not read the file again', async () => {
  const backend = await openInspect();
  const read = vi.spyOn(backend, 'inspectFile');
  drop('vault.zip');
  expect(await verdict()).toBe('restorable');
  await choose(testid.inspectStorage, 'kv');
  // No waiting: the response is here already.
  expect(screen.getByTestId(testid.inspectVerdict).dataset.verdict).toBe('with-losses');
  await choose(testid.inspectExisting, 'kept');
  expect(screen.getByTestId(testid.inspectVerdict).dataset.verdict).toBe('not-replacing');
  await choose(testid.inspectExisting, 'none');
  await choose(testid.inspectStorage, 'r2');
  expect(screen.getByTestId(testid.inspectVerdict).dataset.verdict).toBe('restorable');
  expect(read).toHaveBeenCalledOnce();
});

test('closing a file stops reading it, and the next one starts', async () => {
  let reading = held(sampleBackend('healthy'));
  const backend = await openInspect((one) => (reading = held(one)));
  drop('vault.zip', 'finder.zip', 'no-admin.zip');
  await waitFor(() => expect(reading.begun).toEqual(['vault.zip']));
  const close = (name: string) =>
    within(screen.getAllByTestId(testid.inspectFile).find((row) => row.dataset.name === name)!).getByTestId(
      testid.inspectClose,
    );
  await userEvent.click(close('finder.zip'));
  expect(backend.stopReading).not.toHaveBeenCalled();
  await userEvent.click(close('vault.zip'));
  expect(backend.stopReading).toHaveBeenCalledExactlyOnceWith('/home/mira/vault.zip');
  // finder.zip was closed before its turn: it is never read.
  await waitFor(() => expect(reading.begun).toEqual(['vault.zip', 'no-admin.zip']));
});

test('the file dropped last is read next', async () => {
  let reading = held(sampleBackend('healthy'));
  await openInspect((one) => (reading = held(one)));
  drop('vault.zip', 'finder.zip');
  await waitFor(() => expect(reading.begun).toHaveLength(1));
  drop('no-admin.zip');
  reading.finish('vault.zip');
  expect(await screen.findByTestId(testid.inspectReading)).toHaveTextContent('no-admin.zip');
  await waitFor(() => expect(reading.begun).toEqual(['vault.zip', 'no-admin.zip']));
});

test('stopped reading keeps the first facts and can be resumed', async () => {
  let reading = held(sampleBackend('healthy'));
  await openInspect((one) => (reading = held(one)));
  drop('vault.zip');
  const stop = await screen.findByTestId(testid.inspectStop);
  await waitFor(() => expect(reading.begun).toHaveLength(1));
  await userEvent.click(stop);
  await waitFor(() => expect(screen.getByTestId(testid.inspectReading).dataset.state).toBe('stopped'));
  expect(screen.getByTestId(testid.inspectReading)).toHaveTextContent('41.2 MB');
  expect(screen.queryByTestId(testid.failure)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.inspectReadOn));
  await waitFor(() => expect(reading.begun).toHaveLength(2));
  reading.finish('vault.zip');
  expect(await verdict()).toBe('restorable');
});

test('leaving a running comparison stops it', async () => {
  const backend = await openInspect((one) => {
    one.compareBackups = () => new Promise(() => undefined);
  });
  const stop = vi.spyOn(backend, 'stopReading');
  drop('vault.zip');
  await verdict();
  go('/inspect', { path: '/home/mira/vault.zip', with: '/home/mira/index.zip' });
  await screen.findByText('Comparing the two backups');
  go('/inspect', { path: '/home/mira/vault.zip' });
  await verdict();
  expect(stop).toHaveBeenCalledExactlyOnceWith('/home/mira/index.zip');
});

test('two backups are compared, the counts first', async () => {
  const backend = await openInspect();
  backend.chooseZips = async () => ['/home/mira/index.zip'];
  drop('vault.zip');
  await verdict();
  await inMenu(testid.inspectCompare);
  expect(await screen.findByTestId(testid.inspectDiff)).toHaveTextContent('index.zip');
  const ciphers = screen.getAllByTestId(testid.diffRow).find((row) => row.dataset.table === 'ciphers');
  expect(ciphers).toHaveTextContent(/Vault items\s*1\s*1\s*1\s*394/);
});

test('the report is saved as JSON or as a page with the attachments', async () => {
  const backend = await openInspect();
  const json = vi.spyOn(backend, 'saveInspection');
  const page = vi.spyOn(backend, 'savePage');
  drop('vault.zip');
  await verdict();
  await choose(testid.inspectStorage, 'kv');
  await inMenu(testid.inspectSaveJson);
  await waitFor(() => expect(json).toHaveBeenCalledOnce());
  expect(json.mock.calls[0]?.[0].server.import.skipped.attachments).toBe(1);
  expect(json.mock.calls[0]?.[0].elsewhere.map((one) => one.storage).sort()).toEqual(['none', 'r2']);
  expect(json.mock.calls[0]?.[1]).toBe('/home/mira/Documents/vault-report.json');
  await userEvent.click(await screen.findByText('Close'));
  await inMenu(testid.inspectSavePage);
  await waitFor(() => expect(page).toHaveBeenCalledOnce());
  const saved = page.mock.calls[0]![0];
  expect(saved.sections[0]?.title).toBe('Intact, but something would be skipped');
  expect(saved.sections.find((one) => one.title === 'Attachments')?.table.rows).toHaveLength(60);
});

test('a cleaned copy is offered for extra files or an added folder', async () => {
  const backend = await openInspect();
  const clean = vi.spyOn(backend, 'cleanBackup');
  for (const name of ['finder', 'folder']) {
    drop(`${name}.zip`);
    await waitFor(async () => expect(await screen.findByText(new RegExp(`${name}\\.zip ·`))).toBeVisible());
    expect(await verdict()).toBe('refused');
    await userEvent.click(screen.getByText('Save a cleaned copy…'));
    await waitFor(() =>
      expect(clean).toHaveBeenLastCalledWith(
        `/home/mira/${name}.zip`,
        `/home/mira/Documents/${name}-clean.zip`,
        null,
      ),
    );
    expect(await screen.findByText('Cleaned copy saved. The original was not changed.')).toBeVisible();
    await userEvent.click(await screen.findByText('Close'));
  }
});

test('two accounts with the same id are both shown', async () => {
  await openInspect((backend) => {
    backend.inspectFile = async (path) => {
      const whole = sampleInspection(path, 'r2');
      const [mira] = whole.people;
      return {
        ...whole,
        people: [mira!, { ...mira!, email: 'twin@lindqvist.example' }],
        repairableBy: [whole.repairableBy[0]!, whole.repairableBy[0]!],
      };
    };
  });
  drop('vault.zip');
  await verdict();
  await userEvent.click(screen.getByTestId(testid.inspectTab('people')));
  expect(await screen.findAllByTestId(testid.personRow)).toHaveLength(2);
});

test('a protected ZIP asks for its password until it is right', async () => {
  const backend = await openInspect();
  const [clean, where] = [vi.spyOn(backend, 'cleanBackup'), vi.spyOn(backend, 'chooseSavePath')];
  drop('locked-vault.zip');
  await userEvent.click(await screen.findByTestId(testid.inspectUnlock));
  expect(await verdict()).toBe('protected');
  const field = await screen.findByTestId(testid.zipPassword);
  await userEvent.type(field, 'wrong');
  await userEvent.click(screen.getByTestId(testid.zipPasswordConfirm));
  await waitFor(() => expect(field).toHaveAccessibleDescription(/does not open the ZIP/));
  expect(field).toHaveValue('');
  await userEvent.type(field, 'correct horse');
  await userEvent.click(screen.getByTestId(testid.zipPasswordConfirm));
  await userEvent.click(await screen.findByTestId(testid.savedOpen));
  expect(where).toHaveBeenCalledOnce();
  expect(clean.mock.calls.map(([, , password]) => password)).toEqual(['wrong', 'correct horse']);
  await waitFor(() => expect(location.hash).toContain('locked-vault-clean.zip'));
});

test('the password of a ZIP is cleared when its dialog closes', async () => {
  const backend = await openInspect();
  const clean = vi.spyOn(backend, 'cleanBackup');
  drop('locked-vault.zip');
  await inMenu(testid.inspectClean);
  await userEvent.type(await screen.findByTestId(testid.zipPassword), 'correct horse');
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByTestId(testid.zipPasswordDialog)).toBeNull());
  await inMenu(testid.inspectClean);
  expect(await screen.findByTestId(testid.zipPassword)).toHaveValue('');
  expect(clean).not.toHaveBeenCalled();
});
