import { backend, type BackupSettings, type Destination, type OpenedSettings } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

/** The secret of a target, as the form sees it. */
export function secretOf(target: Destination) {
  return target.location.type === 'webdav' ? target.location.password : target.location.secretAccessKey;
}

/** The host of a target; its address when that names none. */
export function hostOf(target: Destination): string {
  const address = target.location.type === 'webdav' ? target.location.baseUrl : target.location.endpoint;
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

/**
 * Backup settings that were opened here, or typed anew, and what the person
 * changes in them. The core keeps the secrets under a handle; this holds them
 * only one at a time and on request.
 */
export class Opened {
  /** Under which the core holds the secrets; null when the targets are typed anew. */
  handle = $state<string | null>(null);
  /** The targets as they will be. */
  draft = $state<BackupSettings | undefined>();
  /** The one secret that is shown. */
  shown = $state.raw<{ id: string; secret: string } | undefined>();
  failure = $state.raw<Failure | undefined>();
  busy = $state(false);

  /** Opens settings by a way of opening them; true when that worked. */
  async open(way: () => Promise<OpenedSettings>): Promise<boolean> {
    return this.#do(async () => {
      const opened = await way();
      await this.close();
      this.handle = opened.handle;
      this.draft = opened.settings;
    });
  }

  /** Begins with what is known without any key. */
  async typeAnew(known: () => Promise<BackupSettings>): Promise<boolean> {
    return this.#do(async () => {
      const settings = await known();
      await this.close();
      this.draft = settings;
    });
  }

  /** Shows one target's secret, and hides every other. */
  async reveal(id: string): Promise<string | undefined> {
    const handle = this.handle;
    this.hide();
    if (handle === null) return undefined;
    await this.#do(async () => {
      this.shown = { id, secret: await backend().revealSecret(handle, id) };
    });
    return this.shown?.secret;
  }

  hide(): void {
    this.shown = undefined;
  }

  /** Forgets everything, in the core too. */
  async close(): Promise<void> {
    const handle = this.handle;
    this.hide();
    this.handle = null;
    this.draft = undefined;
    if (handle === null) return;
    // Whatever happens: the core forgets it by itself after a while.
    await backend()
      .closeOpenedSettings(handle)
      .catch(() => undefined);
  }

  async #do(what: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.failure = undefined;
    try {
      await what();
      return true;
    } catch (error) {
      this.failure = toFailure(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
