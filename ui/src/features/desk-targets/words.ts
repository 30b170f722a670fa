import type { DeskSchedule, DeskTargetCard, JobResult } from '@/backend';
import type { Tone } from '@/components/tone';
import { number } from '@/language/format';
import { m } from '@/messages/messages';

/** When a desk target is backed up to, in words. */
export function scheduleWord(schedule: DeskSchedule): string {
  switch (schedule.type) {
    case 'off':
      return m.desk_target_by_hand();
    case 'every':
      return m.desk_target_every_hours({ count: schedule.hours, shown: number(schedule.hours) });
    case 'daily':
      return m.desk_target_daily_at({ at: schedule.at, zone: schedule.zone });
  }
}

type Look = { tone: Tone; word: string };

/** How a desk target stands, in a word. */
export function standing(card: DeskTargetCard): Look {
  if (card.waitsForPerson) return { tone: 'caution', word: m.desk_target_waits() };
  if (card.lastError) return { tone: 'danger', word: m.desk_target_failed() };
  if (!card.newest) return { tone: 'quiet', word: m.desk_target_no_backup() };
  if (card.newest.missing > 0) {
    const count = card.newest.missing;
    return { tone: 'caution', word: m.desk_target_lacking({ count, shown: number(count) }) };
  }
  return card.newest.verified
    ? { tone: 'good', word: m.desk_target_whole() }
    : { tone: 'caution', word: m.desk_target_not_verified() };
}

/** How a backup to a desk target ended. */
export function verdictOf(result: Extract<JobResult, { kind: 'desk-backup' }>): Look & { text: string } {
  if (result.error) {
    return { tone: 'danger', word: m.desk_backup_unfinished(), text: m.desk_backup_unfinished_text() };
  }
  const count = result.attachments.missing.length;
  if (count > 0) {
    return {
      tone: 'caution',
      word: m.desk_backup_lacking({ count, shown: number(count) }),
      text: m.desk_backup_lacking_text(),
    };
  }
  return result.isWhole
    ? { tone: 'good', word: m.desk_backup_whole(), text: m.desk_backup_whole_text() }
    : { tone: 'caution', word: m.desk_backup_not_verified(), text: m.desk_backup_not_verified_text() };
}
