import type { Attachment, Inspection } from '@/backend';
import { answerOn, verdictOf } from './verdict';

/** Which attachments are shown. */
export type AttachmentFilter = 'all' | 'present' | 'missing' | 'left-out';

/** Where an attachment's content is, and whether it would come back. */
export function stateOf(attachment: Attachment, leftOut: Set<string>): Exclude<AttachmentFilter, 'all'> {
  if (leftOut.has(`${attachment.cipherId}/${attachment.attachmentId}`)) return 'left-out';
  return attachment.present ? 'present' : 'missing';
}

/** "cipherId/attachmentId" of a skipped list's path: `attachments/<cipherId>/<attachmentId>[.bin]`. */
export function blobName(path: string): string {
  return path.replace(/^attachments\//, '').replace(/\.bin$/, '');
}

/** The attachments that the server would leave out, by the way it would take the backup. */
export function leftOutNames(inspection: Inspection): Set<string> {
  const { way } = verdictOf(inspection);
  const items = way ? (answerOn(inspection, way).skipped.items ?? []) : [];
  return new Set(items.map((item) => blobName(item.path)));
}

/** Those that the search and the filter leave. */
export function choose(
  all: Attachment[],
  search: string,
  filter: AttachmentFilter,
  leftOut: Set<string>,
): Attachment[] {
  const wanted = search.trim().toLowerCase();
  if (!wanted && filter === 'all') return all;
  return all.filter(
    (attachment) =>
      (filter === 'all' || stateOf(attachment, leftOut) === filter) &&
      (!wanted ||
        `${attachment.cipherId}/${attachment.attachmentId} ${attachment.ownerEmail ?? ''}`
          .toLowerCase()
          .includes(wanted)),
  );
}
