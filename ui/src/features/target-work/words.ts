import type {
  BackupLosses,
  BodyTrouble,
  DoctorResult,
  HealResult,
  IndexState,
  LossCause,
  StillMissing,
  StillMissingCause,
  VerifiedArchive,
  VerifyResult,
} from '@/backend';
import type { Tone } from '@/components/tone';
import { sentenceOf } from '@/features/errors/wording';
import { list, number } from '@/language/format';
import { m } from '@/messages/messages';

type Look = { tone: Tone; title: string; text?: string };

/** What is wrong first is said first. */
export function doctorVerdict(
  found: DoctorResult,
): 'damaged' | 'missing' | 'stale' | 'empty' | 'unsure' | 'good' {
  const isUseless = ({ level, refusal, error }: BackupLosses) =>
    error !== null || refusal !== null || level === 'damaged' || level === 'mismatch';
  const { state } = found.index;
  if (found.backups.some(isUseless) || state === 'unreadable' || state === 'foreign') return 'damaged';
  if (found.lost.length > 0) return 'missing';
  if (state === 'stale') return 'stale';
  if (found.unread.length > 0 || state === 'not-read') return 'unsure';
  return found.backups.length === 0 ? 'empty' : 'good';
}

export function doctorLook(found: DoctorResult): Look {
  const looks: Record<ReturnType<typeof doctorVerdict>, () => Look> = {
    damaged: () => ({ tone: 'danger', title: m.doctor_damaged(), text: m.doctor_damaged_text() }),
    missing: () => ({ tone: 'danger', title: m.doctor_missing(), text: m.doctor_missing_text() }),
    stale: () => ({ tone: 'caution', title: m.doctor_stale(), text: m.doctor_stale_text() }),
    unsure: () => ({ tone: 'caution', title: m.doctor_unsure(), text: m.doctor_unsure_text() }),
    empty: () => ({ tone: 'danger', title: m.doctor_empty(), text: m.doctor_empty_text() }),
    good: () => ({ tone: 'good', title: m.doctor_good(), text: m.doctor_good_text() }),
  };
  return looks[doctorVerdict(found)]();
}

export const indexWord: Record<IndexState, () => string> = {
  absent: m.doctor_index_absent,
  good: m.doctor_index_good,
  stale: m.doctor_index_stale,
  unreadable: m.doctor_index_unreadable,
  'not-read': m.doctor_index_not_read,
  foreign: m.doctor_index_foreign,
};

export const lossWord: Record<LossCause, () => string> = {
  missing: m.loss_missing,
  'size-differs': m.loss_size_differs,
  'unsafe-name': m.loss_unsafe_name,
};

/** What restoring a backup today would lose, and of whom. */
export function outcomeOf(backup: BackupLosses): { tone: Tone; word: string; owners: string } {
  const { wouldLoseCount: count } = backup;
  const owners = list(
    backup.owners.map(({ owner, attachments }) =>
      m.doctor_loses_of({ owner: owner ?? m.inspect_owner_unknown(), count: number(attachments) }),
    ),
  );
  const loses = count > 0 ? m.doctor_loses({ count, shown: number(count) }) : m.doctor_loses_nothing();
  if (backup.error) return { tone: 'danger', word: m.doctor_unreadable(), owners: sentenceOf(backup.error) };
  if (backup.level === 'damaged' || backup.level === 'mismatch')
    return { tone: 'danger', word: m.doctor_backup_damaged(), owners };
  if (backup.refusal !== null)
    return { tone: 'danger', word: m.doctor_backup_refused(), owners: backup.refusal };
  return { tone: count > 0 ? 'danger' : 'good', word: loses, owners };
}

export function verifyVerdict(found: VerifyResult): 'damaged' | 'missing' | 'empty' | 'unsure' | 'good' {
  const { attachments: counts } = found;
  if (found.archives.some(isDamaged) || counts.sizeDiffers + counts.changed > 0) return 'damaged';
  if (counts.missing > 0) return 'missing';
  const unread = found.unread.length > 0 || found.archives.some(({ error }) => error !== null);
  if (unread || counts.unreadable > 0) return 'unsure';
  return found.archives.length === 0 ? 'empty' : 'good';
}

export function verifyLook(found: VerifyResult): Look {
  const looks: Record<ReturnType<typeof verifyVerdict>, () => Look> = {
    damaged: () => ({ tone: 'danger', title: m.verify_damaged() }),
    missing: () => ({ tone: 'danger', title: m.verify_missing() }),
    unsure: () => ({ tone: 'caution', title: m.verify_unsure() }),
    empty: () => ({ tone: 'danger', title: m.doctor_empty(), text: m.doctor_empty_text() }),
    good: () => ({ tone: 'good', title: m.verify_good() }),
  };
  return looks[verifyVerdict(found)]();
}

function isDamaged({ changed, level }: VerifiedArchive): boolean {
  return changed || level === 'damaged' || level === 'mismatch';
}

/** How a backup is after it was read in full. */
export function archiveWord(archive: VerifiedArchive): { tone: Tone; word: string } {
  if (archive.error) return { tone: 'caution', word: sentenceOf(archive.error) };
  if (archive.changed) return { tone: 'danger', word: m.verify_archive_changed() };
  if (isDamaged(archive)) return { tone: 'danger', word: m.verify_archive_damaged() };
  if (archive.refusal !== null) return { tone: 'caution', word: m.verify_archive_refused() };
  return { tone: 'good', word: m.verify_archive_good() };
}

export function troubleWord(trouble: BodyTrouble): string {
  if (trouble.type === 'unreadable') return sentenceOf(trouble.error);
  const words = {
    missing: m.trouble_missing,
    'size-differs': m.trouble_size_differs,
    changed: m.trouble_changed,
    unstable: m.trouble_unstable,
  };
  return words[trouble.type]();
}

export function healLook(healed: HealResult): Look {
  if (healed.error) return { tone: 'danger', title: m.healed_ended(), text: m.healed_ended_text() };
  if (healed.stillMissing.some(({ why }) => why === 'not-reached'))
    return { tone: 'caution', title: m.healed_ended(), text: m.healed_ended_text() };
  if (healed.stillMissing.length > 0)
    return { tone: 'caution', title: m.healed_partly(), text: m.healed_partly_text() };
  // The backups themselves may still be damaged.
  // What is new on the server goes there ahead of the first backup that names it.
  const isAhead = healed.onServer != null && healed.after?.backups.length === 0;
  if (healed.after && !isAhead && doctorVerdict(healed.after) !== 'good') return doctorLook(healed.after);
  return { tone: 'good', title: m.healed_good(), text: m.healed_good_text() };
}

const stillWord: Record<StillMissingCause, () => string> = {
  'no-source': m.still_no_source,
  'does-not-fit': m.still_does_not_fit,
  'source-failed': m.still_source_failed,
  'not-taken': m.still_not_taken,
  'not-reached': m.still_not_reached,
};

/** Why an attachment is still missing, with what the target or the source said. */
export function stillText({ why, error }: StillMissing): string {
  return error ? `${stillWord[why]()} · ${sentenceOf(error)}` : stillWord[why]();
}
