import type { BodiesAhead, StopCause, TargetFix, TargetReach, TargetSight } from '@/backend';
import { toFailure } from '@/features/errors/failure';
import { sentenceOf } from '@/features/errors/wording';
import { bytes, number } from '@/language/format';
import { inKey } from '@/language/in-key';
import { m } from '@/messages/messages';

/** From where a target can be reached. */
export function reachWord(reach: TargetReach): string {
  return m[`reach_${inKey(reach)}`]();
}

/** Why it does not work. */
export function stopCauseWord(cause: StopCause): string {
  return m[`stop_cause_${inKey(cause)}`]();
}

/** One thing to do about it. */
export function fixWord(fix: TargetFix): string {
  return m[`fix_${inKey(fix)}`]();
}

/** What a side got. */
export function sightWord(sight: TargetSight | null): string {
  if (!sight) return m.look_not_tried();
  return sight.error ? sentenceOf(toFailure(sight.error)) : m.look_reached();
}

/** What the next run has to upload. */
export function aheadWord({ onServer, toUpload, toUploadBytes }: BodiesAhead): string {
  if (toUpload === 0) return m.count_result_none();
  return m.count_result({ new: number(toUpload), all: number(onServer), size: bytes(toUploadBytes) });
}
