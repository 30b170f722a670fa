import { sentences } from '@/language/format';
import { m } from '@/messages/messages';
import type { Failure } from './failure';
import type { Words } from './wording';

type Values = { [key in string]: string };

/** What the server showed when its answer was lost, as far as that leaves a doubt. */
const found: Record<string, Words> = {
  'no-sign': { sentence: m.found_no_sign, hint: m.found_no_sign_hint },
  'under-way': { sentence: m.found_under_way, hint: m.found_under_way_hint },
  silent: { sentence: m.found_silent, hint: m.found_silent_hint },
  restored: { sentence: m.found_restored, hint: m.found_restored_hint },
  'likely-restored': { sentence: m.found_likely_restored, hint: m.found_likely_restored_hint },
};

/** Why nobody heard the answer. */
const why: Record<string, () => string> = {
  lost: m.why_lost,
  stopped: m.why_stopped,
  interrupted: m.why_interrupted,
};

/** An outcome that is not known for certain: what was found, and why it had to be looked for. */
export function foundWords(values: Values): Words | undefined {
  const seen = found[values.found ?? ''];
  if (!seen) return undefined;
  return { sentence: seen.sentence, hint: () => sentences([why[values.why ?? '']?.() ?? '', seen.hint()]) };
}

/** What is certain about a call that failed, whatever it failed with. */
export function callWords({ code, values }: Failure): string {
  // What is said of certificates says it already.
  if (values.sent === 'no') return code === 'tls-failed' ? '' : m.nothing_sent();
  return values.answer === 'lost' ? m.answer_lost() : '';
}
