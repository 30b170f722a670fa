import type { ExportResult, MissingCause, OverLimit, SourceKind } from '@/backend';
import type { Tone } from '@/components/tone';
import { bytes, number } from '@/language/format';
import { m } from '@/messages/messages';

/** Why an attachment is missing. */
export const causeWord: Record<MissingCause, () => string> = {
  'not-found': m.missing_not_found,
  'size-differs': m.missing_size_differs,
  damaged: m.missing_damaged,
  'source-failed': m.missing_source_failed,
  'timed-out': m.missing_timed_out,
  'connection-lost': m.missing_connection_lost,
  'unsafe-name': m.missing_unsafe_name,
};

/** Where attachments came from. */
export const sourceWord: Record<SourceKind, () => string> = {
  itself: m.source_itself,
  zip: m.source_zip,
  folder: m.source_folder,
  target: m.source_target,
  server: m.source_server,
};

/** A limit of the server's import, in a sentence. */
export function limitSentence({ limit, found, most }: OverLimit): string {
  switch (limit) {
    case 'archive-bytes':
      return m.limit_archive_bytes({ found: bytes(found), most: bytes(most) });
    case 'unpacked-bytes':
      return m.limit_unpacked_bytes({ found: bytes(found), most: bytes(most) });
    case 'entries':
      return m.limit_entries({ found: number(found), most: number(most) });
    case 'rows-bytes':
      return m.limit_rows_bytes({ found: bytes(found), most: bytes(most) });
    default:
      return m.limit_kv_bodies({ count: found, shown: number(found) });
  }
}

/** The verdict on an export: in a word, and what it means. */
export function verdictOf(result: ExportResult): { title: string; text: string; tone: Tone } {
  const missing = result.attachments.missing.length;
  const shown = number(missing);
  if (!result.file) {
    return missing > 0
      ? {
          title: m.export_unfinished_missing({ count: missing, shown }),
          text: m.export_kept_so_far(),
          tone: 'caution',
        }
      : { title: m.export_too_large(), text: m.export_nothing_fetched(), tone: 'caution' };
  }
  if (missing > 0 && result.policy === 'leave-out') {
    const text = result.importable ? m.export_left_out_text() : (result.reason ?? '');
    return { title: m.export_left_out({ count: missing, shown }), text, tone: 'caution' };
  }
  if (missing > 0) {
    return {
      title: m.export_incomplete({ count: missing, shown }),
      text: m.export_incomplete_text(),
      tone: 'danger',
    };
  }
  if (result.importable) {
    return { title: m.export_complete(), text: m.export_complete_text(), tone: 'good' };
  }
  if (result.overLimits.length > 0) {
    return { title: m.export_complete_too_large(), text: m.export_too_large_text(), tone: 'caution' };
  }
  return { title: m.export_not_importable(), text: result.reason ?? '', tone: 'danger' };
}
