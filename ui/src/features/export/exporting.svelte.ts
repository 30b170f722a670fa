import { desk } from '@/app/desk.svelte';
import { backend, type Missing, type SourceChoice } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

/** What the person is asked about: an export of the server, or a ZIP to be made complete. */
export type Asked = { zip: string | null };

/** The fewest characters of a passphrase; the core refuses less. */
export const shortestPassphrase = 12;

class Exporting {
  asked = $state.raw<Asked | undefined>();
  attachments = $state(true);
  folder = $state<string | null>(null);
  fromServer = $state(false);
  folders = $state.raw<string[]>([]);
  zips = $state.raw<string[]>([]);
  missing = $state<Missing>('fail');
  encrypts = $state(false);
  passphrase = $state('');
  starting = $state(false);
  failure = $state.raw<Failure | undefined>();

  /** Why it cannot start yet. */
  blocked = $derived.by((): 'passphrase' | 'source' | undefined => {
    if (this.encrypts && [...this.passphrase].length < shortestPassphrase) return 'passphrase';
    if (!this.asked?.zip) return undefined;
    return this.fromServer || this.folders.length + this.zips.length > 0 ? undefined : 'source';
  });

  /** Asks how to export what the server holds, or how to make a ZIP complete. */
  ask(zip: string | null): void {
    this.asked = { zip };
    this.attachments = true;
    this.folder = null;
    this.fromServer = zip !== null && desk.atServer;
    this.folders = [];
    this.zips = [];
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
    const server: SourceChoice[] = !asked.zip || this.fromServer ? [{ type: 'server' }] : [];
    try {
      const job = await started(server.length > 0, () =>
        backend().startJob({
          kind: 'export',
          from: asked.zip
            ? { type: 'zip', zip: asked.zip }
            : { type: 'server', attachments: this.attachments },
          folder: this.folder,
          sources: [
            ...this.zips.map((zip): SourceChoice => ({ type: 'zip', zip })),
            ...this.folders.map((folder): SourceChoice => ({ type: 'folder', folder })),
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
}

/** Starts a job; one that needs the server is confirmed with the master password. */
async function started(needsServer: boolean, start: () => Promise<number>): Promise<number | undefined> {
  return needsServer ? desk.confirmed(start) : start();
}

/** Goes on with an unfinished export, with the server as a source where there is one. */
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
