import { describe } from '@/targets/kinds';
import { desk } from '@/app/desk.svelte';
import { leaving } from '@/app/leaving.svelte';
import { backend, type BackupSettings, type Destination, type Preset, type SettingsReview } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { board } from '@/features/overview/board.svelte';
import { mergeSettings, type Merged } from './merge';

const nothing: SettingsReview = { changes: [], findings: [], shared: [], nextRuns: [] };

/** The server's backup settings while someone edits them. */
class Editor {
  /** What the server had when it was asked. */
  before = $state.raw<BackupSettings | undefined>();
  /** What it shall have. */
  draft = $state<BackupSettings>({ destinations: [] });
  /** What the core says of the draft. */
  review = $state.raw<SettingsReview>(nothing);
  /** Why the settings cannot be shown. */
  failure = $state.raw<Failure | undefined>();
  /** Why they were not saved. */
  notSaved = $state.raw<Failure | undefined>();
  /** What a reload put together, until it is saved. */
  merged = $state.raw<Merged | undefined>();
  loading = $state(false);
  saving = $state(false);
  saved = $state(false);
  /** Presets that want a password made for apps, by the target they were chosen for. */
  appPassword = $state<Record<string, boolean>>({});
  /** Fields that were checked: what is missing there is shown. */
  touched = $state<Record<string, boolean>>({});

  dirty = $derived(
    this.before !== undefined &&
      JSON.stringify(this.before.destinations) !== JSON.stringify(this.draft.destinations),
  );
  conflict = $derived(this.notSaved?.detail?.kind === 'changed-elsewhere');
  #profileId: string | undefined;

  /** Reads the settings, unless changes of the same server are under way. */
  async open(): Promise<void> {
    const profileId = desk.session?.profileId;
    if (this.before && this.#profileId === profileId && this.dirty) return;
    if (this.#profileId !== profileId) this.forget();
    this.#profileId = profileId;
    await this.read();
  }

  /** Reads the settings again, dropping changes. */
  async read(): Promise<void> {
    this.loading = true;
    try {
      this.#start(await backend().backupSettings());
      this.failure = undefined;
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.loading = false;
  }

  #start(settings: BackupSettings): void {
    this.before = settings;
    this.draft = structuredClone(settings);
    this.merged = undefined;
    this.notSaved = undefined;
    this.touched = {};
  }

  /** Asks the core what saving would mean. */
  async look(): Promise<void> {
    const before = this.before;
    if (!before) return;
    const after = $state.snapshot(this.draft);
    const review = await backend().reviewSettings(before, after);
    // What was typed meanwhile is reviewed by a later call.
    if (JSON.stringify(after) === JSON.stringify(this.draft)) this.review = review;
  }

  /** Goes back to what the server has. */
  discard(): void {
    if (this.before) this.#start(this.before);
  }

  /** Knows nothing any more: another server, or leaving. */
  forget(): void {
    this.before = undefined;
    this.draft = { destinations: [] };
    this.review = nothing;
    this.failure = undefined;
    this.notSaved = undefined;
    this.merged = undefined;
    this.saved = false;
    this.appPassword = {};
    this.touched = {};
    leaving.release();
  }

  /** Saves the draft; true once the server has it. */
  async save(): Promise<boolean> {
    const before = this.before;
    if (!before) return false;
    this.saving = true;
    this.notSaved = undefined;
    try {
      const after = $state.snapshot(this.draft);
      const now = await desk.confirmed(() => backend().saveBackupSettings(before, after));
      if (now) {
        this.#start(now);
        this.saved = true;
        void board.load();
      }
      return now !== undefined;
    } catch (error) {
      this.notSaved = toFailure(error);
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** After a conflict: reads what the server has now and puts the changes on top of it. */
  async rebase(): Promise<void> {
    const base = this.before;
    if (!base) return this.read();
    try {
      const theirs = await backend().backupSettings();
      const merged = mergeSettings(base, $state.snapshot(this.draft), theirs);
      this.before = theirs;
      this.draft = merged.settings;
      this.merged = merged;
      this.notSaved = undefined;
      await this.look();
    } catch (error) {
      this.notSaved = toFailure(error);
    }
  }

  /** A new target from a preset; returns its id. */
  add(preset: Preset): string {
    const id = crypto.randomUUID();
    const location = structuredClone(preset.location);
    this.draft.destinations.push({
      id,
      name: preset.name.replace(/ \(.*\)$/, ''),
      includesAttachments: true,
      location,
      schedule: {
        enabled: true,
        intervalHours: 24,
        startTime: '03:00',
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
        retentionCount: 30,
      },
      runtime: {},
    });
    this.appPassword[id] = preset.appPassword;
    return id;
  }

  /** A copy of a target below it, without its secret: that one stays on the server. */
  duplicate(one: Destination, name: string): string {
    const was = $state.snapshot(one);
    const location = describe(was.location).withSecret({ type: 'unset' });
    const copy = { ...was, location, id: crypto.randomUUID(), name, runtime: {} };
    this.draft.destinations.splice(this.draft.destinations.indexOf(one) + 1, 0, copy);
    return copy.id;
  }

  /** Moves a target up or down. */
  move(one: Destination, by: 1 | -1): void {
    const all = this.draft.destinations;
    const from = all.indexOf(one);
    const to = from + by;
    if (to < 0 || to >= all.length) return;
    all.splice(to, 0, ...all.splice(from, 1));
  }

  remove(id: string): void {
    this.draft.destinations = this.draft.destinations.filter((one) => one.id !== id);
  }
}

/** The one editor: changes survive going from a target to the list and back. */
export const editor = new Editor();
