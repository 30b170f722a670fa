import CircleCheck from '@lucide/svelte/icons/circle-check';
import FileQuestion from '@lucide/svelte/icons/file-question-mark';
import FileX from '@lucide/svelte/icons/file-x';
import Lock from '@lucide/svelte/icons/lock';
import OctagonX from '@lucide/svelte/icons/octagon-x';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import ShieldX from '@lucide/svelte/icons/shield-x';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Inspection, NameHash, PersonFacts, Storage } from '@/backend';
import type { Icon } from '@/components/icon';
import type { Tone } from '@/components/tone';
import { number, sentences } from '@/language/format';
import { m } from '@/messages/messages';
import type { Existing } from './storages';
import type { ReadingState } from './look.svelte';
import { canBeCleaned, type Verdict, type VerdictName } from './verdict';
import { warningText } from './warnings';

/** The four questions that every verdict answers. */
export type Answers = { serious: string; affected: string; now: string; goOn: string };

/** How a verdict looks, and what it is called. */
export const verdictLook: Record<VerdictName, { title: () => string; tone: Tone; icon: Icon }> = {
  restorable: { title: m.inspect_verdict_restorable, tone: 'good', icon: ShieldCheck },
  'from-target': { title: m.inspect_verdict_from_target, tone: 'good', icon: CircleCheck },
  'with-losses': { title: m.inspect_verdict_with_losses, tone: 'caution', icon: TriangleAlert },
  'not-replacing': { title: m.inspect_verdict_not_replacing, tone: 'caution', icon: FileX },
  dangerous: { title: m.inspect_verdict_dangerous, tone: 'danger', icon: ShieldX },
  protected: { title: m.inspect_verdict_protected, tone: 'caution', icon: Lock },
  refused: { title: m.inspect_verdict_refused, tone: 'caution', icon: FileX },
  mismatch: { title: m.inspect_verdict_mismatch, tone: 'danger', icon: FileQuestion },
  damaged: { title: m.inspect_verdict_damaged, tone: 'danger', icon: OctagonX },
  unreadable: { title: m.inspect_verdict_unreadable, tone: 'danger', icon: FileX },
};

/** What a verdict means for the person who has the file. */
export function answersOf(verdict: Verdict, inspection: Inspection): Answers {
  const harm = inspection.warnings.find((warning) => warning.severity === 'danger');
  switch (verdict.name) {
    case 'restorable':
      return {
        serious: m.inspect_verdict_restorable_serious(),
        affected: m.inspect_verdict_restorable_affected({
          people: number(inspection.tables.users ?? 0),
          items: number(inspection.tables.ciphers ?? 0),
          attachments: number(inspection.attachments.rows),
        }),
        now: m.inspect_verdict_restorable_now(),
        goOn: m.inspect_verdict_restorable_go_on(),
      };
    case 'from-target':
      return {
        serious: m.inspect_verdict_from_target_serious(),
        affected: m.inspect_verdict_from_target_affected({
          attachments: number(inspection.attachments.missing),
        }),
        now: m.inspect_verdict_from_target_now(),
        goOn: m.inspect_verdict_from_target_go_on(),
      };
    case 'with-losses':
      return {
        serious: m.inspect_verdict_with_losses_serious(),
        affected: m.inspect_verdict_with_losses_affected({ count: number(verdict.leftOut) }),
        now: m.inspect_verdict_with_losses_now(),
        goOn: m.inspect_verdict_with_losses_go_on(),
      };
    case 'dangerous':
      return {
        serious: m.inspect_verdict_dangerous_serious(),
        affected: harm ? warningText(harm) : m.inspect_verdict_dangerous_affected(),
        now: m.inspect_verdict_dangerous_now(),
        goOn: m.inspect_verdict_dangerous_go_on(),
      };
    case 'not-replacing':
      return {
        serious: m.inspect_verdict_not_replacing_serious(),
        affected: m.inspect_verdict_not_replacing_affected(),
        now: m.inspect_verdict_not_replacing_now(),
        goOn: m.inspect_verdict_not_replacing_go_on(),
      };
    case 'protected':
      return {
        serious: m.inspect_verdict_protected_serious(),
        affected: m.inspect_verdict_protected_affected(),
        now: m.inspect_verdict_protected_now(),
        goOn: m.inspect_verdict_protected_go_on(),
      };
    case 'refused':
      return {
        serious: sentences([
          m.inspect_verdict_refused_serious(),
          verdict.refusal === null ? '' : m.inspect_verdict_refused_words({ words: verdict.refusal }),
        ]),
        affected: m.inspect_verdict_refused_affected(),
        now: canBeCleaned(inspection)
          ? m.inspect_verdict_refused_now_clean()
          : m.inspect_verdict_refused_now(),
        goOn: m.inspect_verdict_refused_go_on(),
      };
    case 'mismatch':
      return {
        serious: m.inspect_verdict_mismatch_serious(),
        affected: m.inspect_verdict_mismatch_affected(),
        now: m.inspect_verdict_mismatch_now(),
        goOn: m.inspect_verdict_mismatch_go_on(),
      };
    case 'damaged':
      return {
        serious: m.inspect_verdict_damaged_serious(),
        affected: m.inspect_verdict_damaged_affected({
          count: number(inspection.damage.length),
          first: inspection.damage[0]?.entry ?? m.inspect_whole_file(),
        }),
        now: m.inspect_verdict_damaged_now(),
        goOn: m.inspect_verdict_damaged_go_on(),
      };
    case 'unreadable':
      return {
        serious: m.inspect_verdict_unreadable_serious(),
        affected: m.inspect_verdict_unreadable_affected(),
        now: m.inspect_verdict_unreadable_now(),
        goOn: m.inspect_verdict_unreadable_go_on(),
      };
  }
}

/** What the hash in the name says. */
export const nameHashWord: Record<NameHash, () => string> = {
  match: m.inspect_name_hash_match,
  mismatch: m.inspect_name_hash_mismatch,
  absent: m.inspect_name_hash_absent,
};

/** How the full reading of a file stands. */
export const readingWord: Record<ReadingState, () => string> = {
  waiting: m.inspect_waiting,
  reading: m.inspect_reading,
  stopping: m.inspect_reading,
  stopped: m.inspect_stopped,
  done: m.inspect_reading,
};

/** Where a server keeps attachments. */
export const storageWord: Record<Storage, () => string> = {
  r2: () => 'R2',
  kv: () => 'KV',
  none: m.inspect_storage_none,
};

/** What becomes of the data that the server holds, and what that means. */
export const existingLook: Record<Existing, { word: () => string; hint: () => string }> = {
  none: { word: m.inspect_existing_none, hint: m.inspect_existing_none_hint },
  replaced: { word: m.inspect_existing_replaced, hint: m.inspect_existing_replaced_hint },
  kept: { word: m.inspect_existing_kept, hint: m.inspect_existing_kept_hint },
};

/** On which server the backup was exported. */
export function madeOn(inspection: Inspection): string {
  const { manifest } = inspection;
  if (!manifest) return m.inspect_not_told();
  return (
    { r2: m.inspect_made_on_r2(), kv: m.inspect_made_on_kv() }[manifest.storageKind ?? ''] ??
    m.inspect_made_on_none()
  );
}

const exposures: Record<string, { word: () => string; text: () => string }> = {
  'totp-secret': { word: m.inspect_exposed_totp_secret, text: m.inspect_exposed_totp_secret_text },
  'recovery-code': { word: m.inspect_exposed_recovery_code, text: m.inspect_exposed_recovery_code_text },
  'password-hint': { word: m.inspect_exposed_password_hint, text: m.inspect_exposed_password_hint_text },
  'password-verifier': {
    word: m.inspect_exposed_password_verifier,
    text: m.inspect_exposed_password_verifier_text,
  },
  'api-key': { word: m.inspect_exposed_api_key, text: m.inspect_exposed_api_key_text },
  'target-credentials': {
    word: m.inspect_exposed_target_credentials,
    text: m.inspect_exposed_target_credentials_text,
  },
};

/** What a kind of exposed secret is called, and what it is good for. */
export function exposureWords(kind: string): { word: string; text: string } {
  const known = exposures[kind];
  return { word: known?.word() ?? kind, text: known?.text() ?? m.inspect_exposed_other_text() };
}

/** A role as the rows name it, in words where it is known. */
function roleWord(role: string): string {
  return { admin: m.inspect_role_admin(), user: m.inspect_role_user() }[role] ?? role;
}

/** "Active", or what else the row says. */
function statusWord(status: string): string {
  return { active: m.inspect_status_active(), banned: m.inspect_status_banned() }[status] ?? status;
}

/**
 * "Administrator", and what else is to be known of the account. A backup's row
 * mentions only an authenticator: without one there may still be another second step.
 */
export function personLine(person: PersonFacts): string {
  const status = person.status === 'active' ? [] : [statusWord(person.status)];
  const twoStep = person.twoStep ? [m.inspect_two_step_authenticator()] : [];
  return [roleWord(person.role), ...status, ...twoStep].join(' · ');
}
