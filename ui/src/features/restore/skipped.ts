import type { BodyCopy, SkippedAttachment, Table } from '@/backend';
import { skipCauseWord } from '@/features/backups/wording';
import { m } from '@/messages/messages';

/** Where a copy is, as a person calls it. */
export function placeOf(copy: BodyCopy): string {
  return copy.type === 'target' ? copy.name : (copy.path.split(/[\\/]/).at(-1) ?? copy.path);
}

/** Where the copies of one line are. */
export function copiesOf(one: SkippedAttachment): string {
  return (one.copies ?? []).map(placeOf).join(', ');
}

/** A skipped list as a table to keep, in the person's words. */
export function skippedTable(skipped: SkippedAttachment[]): Table {
  return {
    heads: [
      m.restore_column_path(),
      m.restore_column_size_bytes(),
      m.restore_column_cause(),
      m.restore_column_owner(),
      m.restore_column_item(),
      m.restore_column_copies(),
    ],
    rows: skipped.map((one) => [
      one.path,
      String(one.sizeBytes),
      skipCauseWord[one.cause](),
      one.ownerEmail ?? '',
      one.cipherId ?? '',
      (one.copies ?? []).map((copy) => (copy.type === 'target' ? copy.name : copy.path)).join('; '),
    ]),
  };
}

/** The table as text that pastes into a spreadsheet. */
export function asText(table: Table): string {
  const line = (cells: string[]) => cells.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t');
  return [table.heads, ...table.rows].map(line).join('\n');
}
