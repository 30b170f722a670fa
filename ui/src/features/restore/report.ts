import type { JobRecord, Page, RestoreResult, Section } from '@/backend';
import { tableWord } from '@/features/inspect/tables';
import { dateTime, number } from '@/language/format';
import { language } from '@/language/locale.svelte';
import { m } from '@/messages/messages';
import { skippedTable } from './skipped';

/** A restore as a page to keep, in the person's language. */
export function restorePage(job: JobRecord, result: RestoreResult): Page {
  const counts: Section = {
    title: m.restore_imported(),
    table: {
      heads: [
        m.inspect_table(),
        m.restore_count_expected(),
        m.restore_count_imported(),
        m.restore_count_skipped(),
      ],
      rows: (result.counts ?? []).map((count) => [
        count.table === 'attachment_bodies' ? m.restore_imported_files() : tableWord(count.table),
        number(count.expected),
        count.imported === null ? m.unknown() : number(count.imported),
        number(count.skipped),
      ]),
    },
  };
  const skipped: Section = { title: m.restore_skipped(), table: skippedTable(result.skipped) };
  return {
    language: language.current,
    title: result.fileName,
    lead: `${m.nav_restore()} · ${dateTime(job.endedAt ?? job.startedAt)}`,
    sections: [counts, skipped].filter((section) => section.table.rows.length > 0),
  };
}
