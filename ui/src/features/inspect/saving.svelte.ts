import { backend, type Inspection, type Page } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { m } from '@/messages/messages';
import type { Look } from './look.svelte';
import { reportOf } from './report';

/** What was saved from Inspect last, or why it was not. */
class Saving {
  saved = $state.raw<{ path: string; words: string }>();
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
      const { path } = await backend().cleanBackup(look.path, to);
      return { path, words: m.inspect_cleaned() };
    });
  }

  async #save(
    title: string,
    name: string,
    save: (path: string) => Promise<{ path: string; words: string }>,
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
