import type { TargetCard } from '@/backend';
import type { Tone } from '@/components/tone';
import { ago } from '@/language/format';
import { m } from '@/messages/messages';

/** How a target stands; the first that is true. */
export type Health = 'failed' | 'never' | 'late' | 'unverified' | 'good';

const hour = 3600_000;
/** A full verification older than this says little about today's backups. */
export const verificationHolds = 8 * 24 * hour;

function since(iso: string | null | undefined, now: Date): number {
  return iso ? now.getTime() - new Date(iso).getTime() : Infinity;
}

/** How a target stands now. */
export function healthOf(card: TargetCard, now: Date): Health {
  const { runtime, schedule } = card.target;
  const success = since(runtime.lastSuccessAt, now);
  if (card.lastError) return 'failed';
  if (success === Infinity) return 'never';
  // One run may be late or be missed; two in a row are a sign.
  if (schedule.enabled && success > 2 * schedule.intervalHours * hour + hour) return 'late';
  if (since(card.lastVerifiedAt, now) > verificationHolds) return 'unverified';
  return 'good';
}

/** How each is shown. */
export const healthLook: Record<Health, { word: () => string; tone: Tone }> = {
  failed: { word: m.health_failed, tone: 'danger' },
  never: { word: m.health_never, tone: 'caution' },
  late: { word: m.health_late, tone: 'danger' },
  unverified: { word: m.health_unverified, tone: 'caution' },
  good: { word: m.health_good, tone: 'good' },
};

/** What it means and what to do, in a sentence; a failed run has its own error. */
export function healthText(card: TargetCard, now: Date): string | null {
  switch (healthOf(card, now)) {
    case 'never':
      return m.health_never_text();
    case 'late':
      return m.health_late_text({
        hours: String(card.target.schedule.intervalHours),
        ago: ago(card.target.runtime.lastSuccessAt ?? '', now),
      });
    case 'unverified':
      return card.lastVerifiedAt
        ? m.health_unverified_text({ ago: ago(card.lastVerifiedAt, now) })
        : m.health_unverified_never_text();
    default:
      return null;
  }
}
