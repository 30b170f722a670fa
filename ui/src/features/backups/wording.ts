import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import FileCheck from '@lucide/svelte/icons/file-check';
import Paperclip from '@lucide/svelte/icons/paperclip';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type {
  AttachmentsOnTarget,
  BackupOrigin,
  BackupState,
  ChangedContent,
  Kind,
  SkipCause,
} from '@/backend';
import type { Tone } from '@/components/tone';
import { dateTime, list, number, sentences } from '@/language/format';
import { m } from '@/messages/messages';

type Look = { word: () => string; text: () => string; tone: Tone; icon: typeof CircleAlert };

/** Each state of a backup and what it means. The core decides which one it is. */
export const stateLook: Record<BackupState, Look> = {
  verified: { word: m.integrity_verified, text: m.integrity_verified_text, tone: 'good', icon: ShieldCheck },
  'name-hash-matches': {
    word: m.integrity_name_hash_matches,
    text: m.integrity_name_hash_matches_text,
    tone: 'note',
    icon: FileCheck,
  },
  'attachments-not-checked': {
    word: m.integrity_attachments_not_checked,
    text: m.integrity_attachments_not_checked_text,
    tone: 'caution',
    icon: Paperclip,
  },
  'not-checked': {
    word: m.integrity_not_checked,
    text: m.integrity_not_checked_text,
    tone: 'quiet',
    icon: CircleDashed,
  },
  unverifiable: {
    word: m.integrity_unverifiable,
    text: m.integrity_unverifiable_text,
    tone: 'caution',
    icon: CircleHelp,
  },
  'attachments-missing': {
    word: m.integrity_attachments_missing,
    text: m.integrity_attachments_missing_text,
    tone: 'caution',
    icon: Paperclip,
  },
  refused: {
    word: m.integrity_refused,
    text: m.integrity_refused_text,
    tone: 'caution',
    icon: TriangleAlert,
  },
  changed: { word: m.integrity_changed, text: m.integrity_changed_text, tone: 'danger', icon: TriangleAlert },
  mismatch: {
    word: m.integrity_mismatch,
    text: m.integrity_mismatch_text,
    tone: 'danger',
    icon: TriangleAlert,
  },
  damaged: { word: m.integrity_damaged, text: m.integrity_damaged_text, tone: 'danger', icon: CircleAlert },
};

type Stated = {
  state: BackupState;
  changed?: ChangedContent | null;
  attachments?: AttachmentsOnTarget | null;
};

/** The state of a backup, short enough for a column. Changed content is its own alarm. */
export function stateWord({ state, changed, attachments }: Stated): string {
  const word = stateLook[state].word();
  if (state === 'attachments-missing' && attachments) {
    return m.integrity_missing_short({
      missing: number(attachments.missing + (attachments.wrongSize ?? 0)),
      listed: number(attachments.listed),
    });
  }
  return changed && state !== 'changed' ? m.integrity_and_changed({ state: word }) : word;
}

/** What is known beyond the state: how the content changed, and which attachments are missing. */
export function stateFacts({ changed, attachments }: Stated): string[] {
  const facts: string[] = [];
  if (attachments && attachments.missing > 0) facts.push(missingWord(attachments));
  if (attachments?.wrongSize) {
    facts.push(
      m.integrity_wrong_size_count({
        count: attachments.wrongSize,
        wrong: number(attachments.wrongSize),
        listed: number(attachments.listed),
      }),
    );
  }
  if (attachments?.unknown) {
    facts.push(
      m.integrity_unknown_count({
        count: attachments.listed,
        unknown: number(attachments.unknown),
        listed: number(attachments.listed),
      }),
    );
  }
  if (changed) {
    facts.push(
      m.integrity_changed_facts({
        verified: changed.verifiedSha256.slice(0, 16),
        verifiedAt: dateTime(changed.verifiedAt),
        found: changed.foundSha256.slice(0, 16),
        foundAt: dateTime(changed.foundAt),
      }),
    );
  }
  return facts;
}

/** How many of a backup's attachments are missing on its target. */
export function missingWord(attachments: AttachmentsOnTarget): string {
  return m.integrity_missing_count({
    count: attachments.listed,
    missing: number(attachments.missing),
    listed: number(attachments.listed),
  });
}

/** What of a backup's attachments a restore would not bring back, from what was looked up. */
export function lostWord(attachments: AttachmentsOnTarget): string {
  return sentences([
    attachments.missing > 0 ? missingWord(attachments) : '',
    ...stateFacts({ state: 'attachments-missing', attachments: { ...attachments, missing: 0, unknown: 0 } }),
  ]);
}

/** Who could repair the server's settings from a backup, as far as that is known. */
export function repairLook(by: string[]): { tone: Tone; word: string; text: string } {
  const [first, ...more] = by;
  if (first === undefined)
    return { tone: 'danger', word: m.repair_by_nobody(), text: m.repair_by_none_text() };
  const word = m.repair_by_people({ count: by.length, shown: number(by.length) });
  return more.length === 0
    ? { tone: 'caution', word, text: m.repair_by_one_text({ email: first }) }
    : { tone: 'good', word, text: m.repair_by_many_text({ emails: list(by) }) };
}

/** The states from the most serious to the best, for sorting. */
export const stateOrder: BackupState[] = [
  'damaged',
  'mismatch',
  'changed',
  'refused',
  'attachments-missing',
  'unverifiable',
  'not-checked',
  'name-hash-matches',
  'attachments-not-checked',
  'verified',
];

const kinds: Record<Kind, { word: () => string; text: () => string }> = {
  complete: { word: m.kind_complete, text: m.kind_complete_text },
  'index-only': { word: m.kind_index_only, text: m.kind_index_only_text },
  'no-attachments': { word: m.kind_no_attachments, text: m.kind_no_attachments_text },
};

/** What a backup holds of the attachments. */
export function kindWord(kind: Kind | null): string {
  return kind ? kinds[kind].word() : m.kind_unknown();
}

/** The same in a sentence. */
export function kindText(kind: Kind | null): string | null {
  return kind ? kinds[kind].text() : null;
}

/** Why an attachment was left out. */
export const skipCauseWord: Record<SkipCause, () => string> = {
  'too-large-for-kv': m.cause_too_large_for_kv,
  'no-storage': m.cause_no_storage,
  'missing-on-target': m.cause_missing_on_target,
  'transfer-failed': m.cause_transfer_failed,
  'not-told': m.cause_not_told,
};

/** Where a backup comes from, when that is not simply this server. */
export function originLook(origin: BackupOrigin | null): { word: string; text: string } | undefined {
  switch (origin?.type) {
    case 'other-server': {
      const server = origin.name;
      return { word: m.backups_origin_other({ server }), text: m.backups_origin_other_text({ server }) };
    }
    case 'not-known':
      return { word: m.backups_origin_unknown(), text: m.backups_origin_unknown_text() };
    default:
      return undefined;
  }
}
