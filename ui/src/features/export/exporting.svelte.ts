import { desk } from '@/app/desk.svelte';
import { backend, type ExportOptions, type ExportSources, type Missing } from '@/backend';
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
    const options: ExportOptions = {
      folder: this.folder,
      missing: this.missing,
      passphrase: this.encrypts ? this.passphrase : null,
      askOverLimits: true,
    };
    const sources: ExportSources = { zips: this.zips, folders: this.folders, server: this.fromServer };
    try {
      const job = await started(!asked.zip || this.fromServer, () =>
        asked.zip
          ? backend().startComplete(asked.zip, sources, options)
          : backend().startExport(this.attachments, options),
      );
      if (job !== undefined) this.close();
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.starting = false;
  }
}

/** Starts a job; one that needs the server is confirmed with the master password. */
export async function started(
  needsServer: boolean,
  start: () => Promise<number>,
): Promise<number | undefined> {
  return needsServer ? desk.confirmed(start) : start();
}

/** What is asked about exports in this window. */
export const exporting = new Exporting();
