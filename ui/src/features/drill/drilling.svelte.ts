import { go } from '@/app/router.svelte';
import { backend, type Kind, type Storage } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { isEncrypted } from '@/features/export/decrypting.svelte';

/** The backup that a drill is about. */
export type Asked = {
  path: string;
  /** What it holds of the attachments, when it was read. */
  kind: Kind | null;
};

class Drilling {
  asked = $state.raw<Asked | undefined>();
  storage = $state<Storage>('r2');
  folder = $state<string | null>(null);
  passphrase = $state('');
  starting = $state(false);
  failure = $state.raw<Failure | undefined>();
  /** The person stays where they are when the drill starts. */
  stays = false;

  /** The file opens with a passphrase. */
  encrypted = $derived(this.asked !== undefined && isEncrypted(this.asked.path));

  /** Why it cannot start yet. */
  blocked = $derived.by((): 'folder' | 'passphrase' | undefined => {
    if (this.encrypted && this.passphrase === '') return 'passphrase';
    return this.asked?.kind === 'index-only' && this.folder === null ? 'folder' : undefined;
  });

  /** Asks how to drill a backup. */
  ask(path: string, kind: Kind | null, stays = false): void {
    this.stays = stays;
    this.asked = { path, kind };
    this.storage = 'r2';
    this.folder = null;
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
    try {
      const passphrase = this.encrypted ? this.passphrase : null;
      const job = await backend().startJob({
        kind: 'drill',
        file: asked.path,
        storage: this.storage,
        folder: this.folder,
        passphrase,
      });
      this.close();
      if (!this.stays) go(`/activity/${job}`);
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.starting = false;
  }
}

/** The one question about a drill. */
export const drilling = new Drilling();
