import { errorKinds, type Code, type Detail } from '@/backend';
import { number, sentences } from '@/language/format';
import { m } from '@/messages/messages';
import type { Failure } from './failure';

type MessageKey = keyof typeof m;

/** The messages of every detail, as the core declares them. One without a message does not compile. */
const kinds: Record<Detail['kind'], { code: Code; sentence: MessageKey; hint: MessageKey }> = errorKinds;

/** Why the outcome of a call is unknown. */
const why = { lost: m.why_lost, stopped: m.why_stopped, interrupted: m.why_interrupted };

/** What is certain about a call that failed, whatever it failed with. */
const certain = { 'not-sent': m.nothing_sent, 'answer-lost': m.answer_lost };

/** The values as they stand in a sentence: numbers as they are, except for a count. */
function valuesOf(detail: Detail): Record<string, unknown> {
  const values: Record<string, unknown> = { ...detail };
  if (typeof values.count === 'number') values.shown = number(values.count);
  return values;
}

/** A sentence of a detail; undefined for a kind that only a newer core knows. */
function say(detail: Detail | null, part: 'sentence' | 'hint'): string | undefined {
  const key = detail && kinds[detail.kind]?.[part];
  if (!key) return undefined;
  return (m[key] as (values: Record<string, unknown>) => string)(valuesOf(detail));
}

/** What went wrong, in the person's language; the core's English where that is all there is. */
export function sentenceOf(failure: Failure): string {
  if (failure.code === 'unexpected') return m.error_unexpected();
  return say(failure.detail, 'sentence') ?? failure.message;
}

/** What to do now, in the person's language, with what is certain before and after it. */
export function hintOf(failure: Failure): string {
  if (failure.code === 'unexpected') return m.hint_unexpected();
  const hint = say(failure.detail, 'hint');
  if (hint === undefined) return failure.hint;
  const { lostBecause, call } = failure.context;
  return sentences([lostBecause ? why[lostBecause]() : '', hint, call ? certain[call]() : '']);
}

/** What is worth showing beside the sentence: the words of whoever failed, unchanged. */
export function originalOf(failure: Failure): string | null {
  const { original } = failure;
  return original && !sentenceOf(failure).includes(original) ? original : null;
}
