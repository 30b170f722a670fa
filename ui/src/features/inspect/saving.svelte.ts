import { backend, type Inspection, type Page } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { m } from '@/messages/messages';
import type { Look } from './look.svelte';
import { lossWord } from './losses';
import { reportOf } from './report';
import { needsPassword } from './verdict';

/** Where something was saved, and what must be said of it. */
type Saved = { path: string; words: string; lines?: string[]; isBackup?: boolean };

/** What was saved from Inspect last, or why it was not. */
class Saving {
  saved = $state.raw<Saved>();
  failure = $state.raw<Failure>();
  /** A ZIP whose password is requested. */
  protected = $state.raw<Look>();
  /** Where its cleaned copy goes. */
  #place: string | undefined;

  /** Asks where, and saves what the screen shows. */
  async report(look: Look, format: 'page' | 'json'): Promise<void> {
    const inspection = look.inspection;
    if (!inspection) return;
    const name = `${stem(look)}-report.${format === 'page' ? 'html' : 'json'}`;
    await this.#save(m.inspect_save_title(), name, async (path) => {
      if (format === 'page') await backend().savePage(await pageOf(look, inspection), path);
      else await backend().saveInspection(inspection, path);
      return { path, words: m.inspect_saved() };
    });
  }

  /**
   * Asks where, and saves a copy without what does not belong in a backup. The password of a
   * ZIP that is protected is requested first.
   */
  async clean(look: Look): Promise<void> {
    if (look.inspection && needsPassword(look.inspection)) {
      this.protected = look;
      return;
    }
    await this.#save(m.inspect_clean_title(), cleanName(look), (to) => cleaned(look, to, null));
  }

  /**
   * Saves the cleaned copy of a protected ZIP; the same place is used again after a wrong
   * password. Returns what is wrong with the password, if something is.
   */
  async cleanWith(password: string): Promise<Failure | undefined> {
    const look = this.protected;
    if (!look) return undefined;
    this.#place ??= (await backend().chooseSavePath(m.inspect_clean_title(), cleanName(look))) ?? undefined;
    if (!this.#place) return undefined;
    try {
      const saved = await cleaned(look, this.#place, password);
      this.keepProtected();
      this.saved = saved;
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'wrong-secret') return failure;
      this.keepProtected();
      this.failure = failure;
    }
    return undefined;
  }

  /** The password is not asked for any more. */
  keepProtected(): void {
    this.protected = undefined;
    this.#place = undefined;
  }

  /** Asks where, and saves what can still be read of a damaged backup. */
  async salvage(look: Look): Promise<void> {
    await this.#save(m.inspect_salvage_title(), `${stem(look)}-salvaged.zip`, async (to) => {
      const { path, lost, refusal } = await backend().salvageBackup(look.path, to);
      const lines = lost.map(lossWord);
      if (refusal !== null) lines.push(m.inspect_salvage_refused({ words: refusal }));
      return { path, words: m.inspect_salvaged(), lines, isBackup: true };
    });
  }

  async #save(title: string, name: string, save: (path: string) => Promise<Saved>): Promise<void> {
    const path = await backend().chooseSavePath(title, name);
    if (!path) return;
    try {
      this.saved = await save(path);
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  dismiss(): void {
    this.keepProtected();
    this.saved = undefined;
    this.failure = undefined;
  }
}

/** The report, with the list of attachments, which is read for it when no one has looked at it yet. */
async function pageOf(look: Look, inspection: Inspection): Promise<Page> {
  const { attachments, existing } = look;
  const none = inspection.attachments.rows === 0;
  if (!attachments.data && !none) await attachments.load();
  const list = none ? [] : (attachments.data ?? null);
  return reportOf(inspection, { existing, attachments: list, now: backend().now() });
}

async function cleaned(look: Look, to: string, password: string | null): Promise<Saved> {
  const { path, notKept } = await backend().cleanBackup(look.path, to, password);
  const lines = notKept.map((entry) => m.inspect_clean_not_kept({ entry }));
  const words = lines.length > 0 ? m.inspect_cleaned_partly() : m.inspect_cleaned();
  return { path, words, lines, isBackup: true };
}

function cleanName(look: Look): string {
  return `${stem(look)}-clean.zip`;
}

function stem(look: Look): string {
  return look.name.replace(/\.zip$/i, '');
}

/** Saving from Inspect. */
export const saving = new Saving();
