import type { LastBackup, TargetCard, TargetHealth } from '@/backend';
import type { Tone } from '@/components/tone';
import { lostWord, stateFacts, stateLook } from '@/features/backups/wording';
import { ago, sentences } from '@/language/format';
import { m } from '@/messages/messages';

/** How long a full verification counts for a target's health, in days; the core's own limit. */
export const verificationHoldsDays = 8;

/** How each health of a target is shown. The core decides which one it is. */
export const healthLook: Record<TargetHealth, { word: () => string; tone: Tone }> = {
  'newest-backup-bad': { word: m.health_newest_bad, tone: 'danger' },
  failed: { word: m.health_failed, tone: 'danger' },
  'all-gone': { word: m.health_all_gone, tone: 'danger' },
  never: { word: m.health_never, tone: 'caution' },
  late: { word: m.health_late, tone: 'danger' },
  'attachments-missing': { word: m.health_attachments_missing, tone: 'caution' },
  'attachments-not-checked': { word: m.health_attachments_not_checked, tone: 'caution' },
  unverified: { word: m.health_unverified, tone: 'caution' },
  good: { word: m.health_good, tone: 'good' },
};

/** What is wrong with a target's newest backup, in sentences. */
export function badBackup(backup: LastBackup): string {
  return sentences([stateLook[backup.state].text(), ...stateFacts(backup)]);
}

/** Where the knowledge of a target's newest backup comes from, unless the server itself has it. */
export function sourceText(card: TargetCard): string | null {
  return card.lastBackup?.source === 'listing' ? m.card_from_listing() : null;
}

/** What it means and what to do, in a sentence; a failed run has its own error. */
export function healthText(card: TargetCard, now: Date): string | null {
  const backup = card.lastBackup;
  switch (card.health) {
    case 'newest-backup-bad':
      return backup ? badBackup(backup) : null;
    case 'attachments-not-checked':
      return m.health_attachments_not_checked_text();
    case 'attachments-missing':
      return backup?.attachments
        ? m.health_attachments_missing_text({ what: lostWord(backup.attachments) })
        : null;
    case 'all-gone':
      return m.health_all_gone_text();
    case 'never':
      return m.health_never_text();
    case 'late':
      return m.health_late_text({
        hours: String(card.target.schedule.intervalHours),
        ago: ago(backup?.at ?? '', now),
      });
    case 'unverified':
      return card.lastVerifiedAt
        ? m.health_unverified_text({ ago: ago(card.lastVerifiedAt, now) })
        : m.health_unverified_never_text();
    default:
      return null;
  }
}
