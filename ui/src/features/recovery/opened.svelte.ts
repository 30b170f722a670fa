import {
  backend,
  type BackupSettings,
  type Destination,
  type OpenedSettings,
  type OpenedSource,
} from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { describe } from '@/targets/kinds';

/** The secret of a target, as the form sees it. */
export function secretOf(target: Destination) {
  return describe(target.location).secret;
}

/** The host of a target; its address when that names none. */
export function hostOf(target: Destination): string {
  const { address } = describe(target.location);
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

/**
 * Backup settings that were opened here, or entered again, and what the person
 * changes in them. The core keeps the secrets under a handle; this holds them
 * only one at a time and on request.
 */
export class Opened {
  /** Under which the core holds the secrets; null while they are only typed here. */
  handle = $state<string | null>(null);
  /** Where they were opened from; null when they are entered again. */
  source = $state.raw<OpenedSource | null>(null);
  /** Whose key opened them. */
  account = $state('');
  /** The targets as they will be. */
  draft = $state<BackupSettings | undefined>();
  /** The one secret that is shown. */
  shown = $state.raw<{ id: string; secret: string } | undefined>();
  failure = $state.raw<Failure | undefined>();
  busy = $state(false);
  /** The core has closed them meanwhile; what was changed here stays, and they can be opened again. */
  lapsed = $state(false);
  /** The targets are typed, not opened. */
  typed = $derived(this.draft !== undefined && this.source === null);

  /** Opens settings by a way of opening them; true when that worked. */
  async open(way: () => Promise<OpenedSettings>): Promise<boolean> {
    return this.#do(async () => {
      const opened = await way();
      await this.close();
      this.handle = opened.handle;
      this.source = opened.source;
      this.account = opened.account;
      this.draft = opened.settings;
    });
  }

  /** Opens once more what was closed; the draft stays as it is. */
  async reopen(password: string, caseId: number | null): Promise<boolean> {
    const { source, account } = this;
    return this.#do(async () => {
      const opened =
        source?.type === 'backup'
          ? await backend().openBackupSettings(source.path, account, password, caseId)
          : await backend().openPortable(password);
      this.handle = opened.handle;
      this.lapsed = false;
    });
  }

  /** Lets the core hold what is typed, so that it can be saved or tried; true when that worked. */
  async hold(): Promise<boolean> {
    const settings = $state.snapshot(this.draft);
    if (!settings) return false;
    return this.#do(async () => {
      const before = this.handle;
      this.handle = (await backend().holdSettings(settings)).handle;
      this.lapsed = false;
      if (before !== null) await this.#forget(before);
    });
  }

  /** Reports activity to the core. */
  async touch(): Promise<void> {
    if (this.handle === null || this.lapsed) return;
    try {
      await backend().openedSettings(this.handle);
    } catch (error) {
      this.noteLapse(toFailure(error));
    }
  }

  /** Whether a failure says that the core has closed the settings. */
  noteLapse(failure: Failure): boolean {
    const lapsed = failure.detail?.kind === 'settings-closed';
    if (lapsed) this.lapsed = true;
    return lapsed;
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
    this.source = null;
    this.account = '';
    this.draft = undefined;
    this.lapsed = false;
    if (handle !== null) await this.#forget(handle);
  }

  async #forget(handle: string): Promise<void> {
    // Whatever happens: the core forgets it automatically after a while.
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
      const failure = toFailure(error);
      if (!this.noteLapse(failure)) this.failure = failure;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
