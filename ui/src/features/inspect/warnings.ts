import { warningKinds, type Severity, type Warning, type WarningCode, type WarningDetail } from '@/backend';
import { m } from '@/messages/messages';
import { sentenceOf, type MessageKey } from './details';

type Kind = { code: WarningCode; severity: Severity; sentence: MessageKey; hint: MessageKey };

/** The messages of every warning, as the core declares them. One without a message does not compile. */
const kinds: Record<WarningDetail['kind'], Kind> = warningKinds;

/** A warning in the person's language; the core's English where another version wrote it. */
export function warningText({ detail, message }: Warning): string {
  const kind = detail && kinds[detail.kind];
  return kind ? sentenceOf(kind.sentence, detail) : message;
}

/** What to do about it. */
export function warningHint({ detail, hint }: Warning): string {
  const kind = detail && kinds[detail.kind];
  return kind ? (m[kind.hint] as () => string)() : hint;
}
