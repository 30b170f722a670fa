import type { Attachment, Inspection, Skipped } from '@/backend';
import { m } from '@/messages/messages';
import { answers, type Existing } from './storages';
import { answerOn, verdictOf } from './verdict';

/** Which attachments are shown. */
export type AttachmentFilter = 'all' | 'present' | 'missing' | 'left-out';

/** Where an attachment's content is, and whether it would come back. */
export function stateOf(attachment: Attachment, leftOut: Set<string>): Exclude<AttachmentFilter, 'all'> {
  if (leftOut.has(`${attachment.cipherId}/${attachment.attachmentId}`)) return 'left-out';
  return attachment.present ? 'present' : 'missing';
}

/** Where its content is, in a word. */
export const stateWord: Record<Exclude<AttachmentFilter, 'all'>, () => string> = {
  present: m.inspect_content_inside,
  missing: m.inspect_content_elsewhere,
  'left-out': m.inspect_content_left_out,
};

/** "cipherId/attachmentId" of a skipped list's path: `attachments/<cipherId>/<attachmentId>[.bin]`. */
export function blobName(path: string): string {
  return path.replace(/^attachments\//, '').replace(/\.bin$/, '');
}

/** What the server would leave out, on the way it would take the backup; nothing where it takes none. */
export function leftOut(inspection: Inspection, existing: Existing = 'replaced'): Skipped {
  const { way } = verdictOf(inspection, existing);
  return way ? answerOn(answers(inspection, existing), way).skipped : {};
}

/** The attachments that the server would leave out, as "cipherId/attachmentId". */
export function leftOutNames(inspection: Inspection, existing: Existing = 'replaced'): Set<string> {
  return new Set((leftOut(inspection, existing).items ?? []).map((item) => blobName(item.path)));
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
