import { backend, type Inspection, type Page } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { m } from '@/messages/messages';
import type { Look } from './look.svelte';
import { lossWord } from './losses';
import { reportOf } from './report';

/** Where something was saved, and what must be said of it. */
type Saved = { path: string; words: string; lines?: string[] };

/** What was saved from Inspect last, or why it was not. */
class Saving {
  saved = $state.raw<Saved>();
  failure = $state.raw<Failure>();

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

  /** Asks where, and saves a copy without what does not belong in a backup. */
  async clean(look: Look): Promise<void> {
    await this.#save(m.inspect_clean_title(), `${stem(look)}-clean.zip`, async (to) => {
      const { path, notKept } = await backend().cleanBackup(look.path, to);
      const lines = notKept.map((entry) => m.inspect_clean_not_kept({ entry }));
      return { path, words: lines.length > 0 ? m.inspect_cleaned_partly() : m.inspect_cleaned(), lines };
    });
  }

  /** Asks where, and saves what can still be read of a damaged backup. */
  async salvage(look: Look): Promise<void> {
    await this.#save(m.inspect_salvage_title(), `${stem(look)}-salvaged.zip`, async (to) => {
      const { path, lost, refusal } = await backend().salvageBackup(look.path, to);
      const lines = lost.map(lossWord);
      if (refusal !== null) lines.push(m.inspect_salvage_refused({ words: refusal }));
      return { path, words: m.inspect_salvaged(), lines };
    });
  }

  async #save(
    title: string,
    name: string,
    save: (path: string) => Promise<Saved>,
  ): Promise<void> {
    const path = await backend().chooseSavePath(title, name);
    if (!path) return;
    try {
      this.saved = await save(path);
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  dismiss(): void {
    this.saved = undefined;
    this.failure = undefined;
  }
}

/** The report, with the list of attachments, which is read for it when nobody has looked at it yet. */
async function pageOf(look: Look, inspection: Inspection): Promise<Page> {
  const { attachments, existing } = look;
  const none = inspection.attachments.rows === 0;
  if (!attachments.data && !none) await attachments.load();
  const list = none ? [] : (attachments.data ?? null);
  return reportOf(inspection, { existing, attachments: list, now: backend().now() });
}

function stem(look: Look): string {
  return look.name.replace(/\.zip$/i, '');
}

/** Saving from Inspect. */
export const saving = new Saving();
