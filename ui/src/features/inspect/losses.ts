import type { Loss } from '@/backend';
import { number } from '@/language/format';
import { m } from '@/messages/messages';

/** What could not be saved of a damaged backup, in a line. */
export function lossWord({ entry, what, count }: Loss): string {
  const name = entry ?? '';
  switch (what) {
    case 'content':
      return m.inspect_loss_content({ entry: name });
    case 'rows':
      return count === null
        ? m.inspect_loss_rows({ entry: name })
        : m.inspect_loss_rows_counted({ entry: name, count, shown: number(count) });
    case 'doubtful':
      return m.inspect_loss_doubtful({ entry: name });
    case 'attachment-row':
      return m.inspect_loss_attachment_row({ entry: name });
    case 'manifest':
      return m.inspect_loss_manifest();
    case 'end':
      return m.inspect_loss_end();
  }
}
