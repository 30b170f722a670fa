import { desk } from '@/app/desk.svelte';
import {
  backend,
  type ExportOf,
  type Missing,
  type RemoteZip,
  type SourceChoice,
  type UnfinishedExport,
} from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import type { ReachedTarget } from './OpenTarget.svelte';

/** What the person is asked about. */
export type Asked =
  /** An export of the server. */
  | { what: 'server' }
  /** A ZIP on this computer that is made complete. */
  | { what: 'zip'; zip: string }
  /** A ZIP on a target that is made complete. */
  | { what: 'remote'; zip: RemoteZip }
  /** One that was started: its targets have to be opened again. */
  | { what: 'unfinished'; one: UnfinishedExport };

/** The fewest characters of a passphrase; the core refuses less. */
export const shortestPassphrase = 12;

class Exporting {
  asked = $state.raw<Asked | undefined>();
  attachments = $state(true);
  folder = $state<string | null>(null);
  fromServer = $state(false);
  folders = $state.raw<string[]>([]);
  zips = $state.raw<string[]>([]);
  targets = $state.raw<ReachedTarget[]>([]);
  missing = $state<Missing>('fail');
  encrypts = $state(false);
  passphrase = $state('');
  starting = $state(false);
  failure = $state.raw<Failure | undefined>();

  /** Why it cannot start yet. */
  blocked = $derived.by((): 'passphrase' | 'source' | undefined => {
    if (this.encrypts && [...this.passphrase].length < shortestPassphrase) return 'passphrase';
    if (this.asked?.what !== 'zip' && this.asked?.what !== 'remote') return undefined;
    const chosen = this.folders.length + this.zips.length + this.targets.length;
    return this.fromServer || chosen > 0 ? undefined : 'source';
  });

  /** Asks how to export what the server holds, or how to make a ZIP complete. */
  ask(asked: Asked): void {
    this.asked = asked;
    this.attachments = true;
    this.folder = null;
    this.fromServer = asked.what !== 'server' && desk.atServer;
    this.folders = [];
    this.zips = [];
    this.targets = [];
    this.missing = 'fail';
    this.encrypts = false;
    this.passphrase = '';
    this.failure = undefined;
  }

  close(): void {
    this.asked = undefined;
    this.passphrase = '';
  }

  async start(): Promise<void> {
    const asked = this.asked;
    if (!asked || this.blocked || this.starting) return;
    this.starting = true;
    this.failure = undefined;
    const server: SourceChoice[] = asked.what === 'server' || this.fromServer ? [{ type: 'server' }] : [];
    const needsServer = server.length > 0 || asked.what === 'remote';
    try {
      const job = await started(needsServer, () =>
        backend().startJob({
          kind: 'export',
          from: this.#from(asked),
          folder: this.folder,
          sources: [
            ...this.zips.map((zip): SourceChoice => ({ type: 'zip', zip })),
            ...this.folders.map((folder): SourceChoice => ({ type: 'folder', folder })),
            ...this.targets.map(({ handle, destinationId, httpAccepted }): SourceChoice => ({
              type: 'target',
              handle,
              destinationId,
              httpAccepted,
            })),
            ...server,
          ],
          missing: this.missing,
          passphrase: this.encrypts ? this.passphrase : null,
          askOverLimits: true,
        }),
      );
      if (job !== undefined) this.close();
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.starting = false;
  }

  #from(asked: Asked): ExportOf {
    switch (asked.what) {
      case 'server':
        return { type: 'server', attachments: this.attachments };
      case 'zip':
        return { type: 'zip', zip: asked.zip };
      case 'remote':
        return { type: 'remote', zip: asked.zip };
      case 'unfinished':
        return { type: 'unfinished', part: asked.one.part };
    }
  }
}

/** Starts a job; one that needs the server is confirmed with the master password. */
async function started(needsServer: boolean, start: () => Promise<number>): Promise<number | undefined> {
  return needsServer ? desk.confirmed(start) : start();
}

/** Resumes an unfinished export, with the server as a source where there is one. */
export async function goOnWith(
  part: string,
  how: { missing: Missing; passphrase: string | null; askOverLimits: boolean },
): Promise<number | undefined> {
  return started(desk.atServer, () =>
    backend().startJob({
      kind: 'export',
      from: { type: 'unfinished', part },
      folder: null,
      sources: desk.atServer ? [{ type: 'server' }] : [],
      ...how,
    }),
  );
}

/** What is asked about exports in this window. */
export const exporting = new Exporting();
