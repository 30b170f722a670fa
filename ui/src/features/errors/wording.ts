import type { Code } from '@/backend';
import { sentences } from '@/language/format';
import { m } from '@/messages/messages';
import type { Failure } from './failure';
import { callWords, foundWords } from './found-words';
import { networkWords } from './network-words';
import { settingsWords } from './settings-words';
import { targetWords } from './target-words';

/** A sentence for what went wrong, and what to do now. */
export type Words = { sentence: () => string; hint: () => string };

/** Every code's sentence and hint. A code that is missing here does not compile. */
export const words: Record<Code | 'unexpected', Words> = {
  unexpected: { sentence: m.error_unexpected, hint: m.hint_unexpected },
  'address-invalid': { sentence: m.error_address_invalid, hint: m.hint_address_invalid },
  'address-insecure': { sentence: m.error_address_insecure, hint: m.hint_address_insecure },
  'host-unreachable': { sentence: m.error_host_unreachable, hint: m.hint_host_unreachable },
  'tls-failed': { sentence: m.error_tls_failed, hint: m.hint_tls_failed },
  'timed-out': { sentence: m.error_timed_out, hint: m.hint_timed_out },
  'connection-lost': { sentence: m.error_connection_lost, hint: m.hint_connection_lost },
  'not-node-warden': { sentence: m.error_not_node_warden, hint: m.hint_not_node_warden },
  'jwt-secret-missing': { sentence: m.error_jwt_secret_missing, hint: m.hint_jwt_secret_missing },
  'jwt-secret-too-short': { sentence: m.error_jwt_secret_too_short, hint: m.hint_jwt_secret_too_short },
  'wrong-password': { sentence: m.error_wrong_password, hint: m.hint_wrong_password },
  'account-locked': { sentence: m.error_account_locked, hint: m.hint_account_locked },
  'two-step-code-wrong': { sentence: m.error_two_step_code_wrong, hint: m.hint_two_step_code_wrong },
  'two-step-required': { sentence: m.error_two_step_required, hint: m.hint_two_step_required },
  'two-step-unsupported': { sentence: m.error_two_step_unsupported, hint: m.hint_two_step_unsupported },
  'rate-limited': { sentence: m.error_rate_limited, hint: m.hint_rate_limited },
  'kdf-weaker': { sentence: m.error_kdf_weaker, hint: m.hint_kdf_weaker },
  'not-administrator': { sentence: m.error_not_administrator, hint: m.hint_not_administrator },
  'session-ended': { sentence: m.error_session_ended, hint: m.hint_session_ended },
  'password-needed': { sentence: m.error_password_needed, hint: m.hint_password_needed },
  'settings-need-repair': { sentence: m.error_settings_need_repair, hint: m.hint_settings_need_repair },
  busy: { sentence: m.error_busy, hint: m.hint_busy },
  'target-not-found': { sentence: m.error_target_not_found, hint: m.hint_target_not_found },
  'target-failed': { sentence: m.error_target_failed, hint: m.hint_target_failed },
  'backup-not-found': { sentence: m.error_backup_not_found, hint: m.hint_backup_not_found },
  'not-fresh': { sentence: m.error_not_fresh, hint: m.hint_not_fresh },
  'hash-mismatch': { sentence: m.error_hash_mismatch, hint: m.hint_hash_mismatch },
  'too-large': { sentence: m.error_too_large, hint: m.hint_too_large },
  'server-refused': { sentence: m.error_server_refused, hint: m.hint_server_refused },
  'server-failed': { sentence: m.error_server_failed, hint: m.hint_server_failed },
  'answer-unreadable': { sentence: m.error_answer_unreadable, hint: m.hint_answer_unreadable },
  'not-an-archive': { sentence: m.error_not_an_archive, hint: m.hint_not_an_archive },
  'archive-damaged': { sentence: m.error_archive_damaged, hint: m.hint_archive_damaged },
  'envelope-damaged': { sentence: m.error_envelope_damaged, hint: m.hint_envelope_damaged },
  'envelope-version-unknown': {
    sentence: m.error_envelope_version_unknown,
    hint: m.hint_envelope_version_unknown,
  },
  'no-wrap-for-account': { sentence: m.error_no_wrap_for_account, hint: m.hint_no_wrap_for_account },
  'account-not-found': { sentence: m.error_account_not_found, hint: m.hint_account_not_found },
  'account-keys-unreadable': {
    sentence: m.error_account_keys_unreadable,
    hint: m.hint_account_keys_unreadable,
  },
  'wrong-secret': { sentence: m.error_wrong_secret, hint: m.hint_wrong_secret },
  'disk-full': { sentence: m.error_disk_full, hint: m.hint_disk_full },
  'permission-denied': { sentence: m.error_permission_denied, hint: m.hint_permission_denied },
  'file-exists': { sentence: m.error_file_exists, hint: m.hint_file_exists },
  'file-not-found': { sentence: m.error_file_not_found, hint: m.hint_file_not_found },
  'file-failed': { sentence: m.error_file_failed, hint: m.hint_file_failed },
  'keyring-unavailable': { sentence: m.error_keyring_unavailable, hint: m.hint_keyring_unavailable },
  'ledger-failed': { sentence: m.error_ledger_failed, hint: m.hint_ledger_failed },
  'last-good-backup': { sentence: m.error_last_good_backup, hint: m.hint_last_good_backup },
  'invalid-request': { sentence: m.error_invalid_request, hint: m.hint_invalid_request },
  'profile-not-found': { sentence: m.error_profile_not_found, hint: m.hint_profile_not_found },
  'practice-failed': { sentence: m.error_practice_failed, hint: m.hint_practice_failed },
  'outcome-unknown': { sentence: m.error_outcome_unknown, hint: m.hint_outcome_unknown },
  stopped: { sentence: m.error_stopped, hint: m.hint_stopped },
  'internal-fault': { sentence: m.error_internal_fault, hint: m.hint_internal_fault },
};

/** Reasons that more than one step can fail for, by code. */
const reasons: Partial<Record<Failure['code'], Record<string, Words>>> = {
  'session-ended': {
    keyring: { sentence: m.error_session_keyring, hint: m.error_session_keyring_hint },
    'other-profile': { sentence: m.error_other_profile, hint: m.error_other_profile_hint },
  },
  'address-insecure': {
    target: { sentence: m.error_target_insecure, hint: m.error_target_insecure_hint },
  },
  'wrong-secret': {
    'archive-password': { sentence: m.error_zip_password_wrong, hint: m.error_zip_password_wrong_hint },
    passphrase: { sentence: m.error_passphrase_wrong, hint: m.error_passphrase_wrong_hint },
  },
  'invalid-request': {
    'not-text': { sentence: m.error_not_text, hint: m.error_not_text_hint },
    'name-taken': { sentence: m.error_name_taken, hint: m.error_name_taken_hint },
    'name-empty': { sentence: m.error_name_empty, hint: m.error_name_taken_hint },
    'name-too-long': { sentence: m.error_name_too_long, hint: m.error_name_taken_hint },
    'name-unsafe': { sentence: m.error_name_unsafe, hint: m.error_name_taken_hint },
    'too-long': { sentence: m.error_too_long, hint: m.error_too_long_hint },
    'other-export': { sentence: m.error_other_export, hint: m.error_other_export_hint },
    'no-unfinished-export': { sentence: m.error_no_unfinished, hint: m.error_no_unfinished_hint },
    'another-folder': { sentence: m.error_another_folder, hint: m.error_another_folder_hint },
    'target-occupied': { sentence: m.error_target_occupied, hint: m.error_target_occupied_hint },
    'nothing-staged': { sentence: m.error_nothing_staged, hint: m.error_nothing_staged_hint },
    'passphrase-needed': { sentence: m.error_passphrase_needed, hint: m.error_passphrase_needed_hint },
  },
  'target-not-found': {
    'not-on-server': { sentence: m.through_not_on_server, hint: m.error_not_on_server_hint },
  },
  'not-an-archive': {
    packing: { sentence: m.error_packing, hint: m.error_packing_hint },
    age: { sentence: m.error_no_age, hint: m.error_no_age_hint },
    manifest: { sentence: m.error_no_manifest, hint: m.error_no_manifest_hint },
    rows: { sentence: m.error_no_rows, hint: m.error_no_rows_hint },
    password: { sentence: m.error_zip_password, hint: m.error_zip_password_hint },
  },
  'ledger-failed': {
    newer: { sentence: m.error_ledger_newer, hint: m.error_ledger_newer_hint },
    damaged: { sentence: m.error_ledger_damaged, hint: m.error_ledger_damaged_hint },
  },
};

/** Words for what the values tell beyond the code. */
function closerWords(failure: Failure): Words | undefined {
  const { code, values } = failure;
  const settings = settingsWords(failure);
  if (settings) return settings;
  switch (code) {
    case 'last-good-backup': {
      const newer = values.newer;
      if (!newer) return undefined;
      return { sentence: () => m.error_newer_not_good({ newer }), hint: m.hint_newer_not_good };
    }
    case 'kdf-weaker': {
      const { asked, known } = values;
      if (!asked || !known) return undefined;
      return { sentence: () => m.error_kdf_weaker_both({ asked, known }), hint: m.hint_kdf_weaker };
    }
    case 'target-failed':
      return targetWords(values);
    case 'outcome-unknown':
      return foundWords(values);
    default:
      return reasons[code]?.[values.reason ?? ''] ?? networkWords(failure);
  }
}

function wordsFor(failure: Failure): Words | undefined {
  return closerWords(failure) ?? words[failure.code];
}

/** What went wrong, in the person's language; the core's English for a code from the future. */
export function sentenceOf(failure: Failure): string {
  return wordsFor(failure)?.sentence() ?? failure.message;
}

/** What to do now, in the person's language. */
export function hintOf(failure: Failure): string {
  return sentences([wordsFor(failure)?.hint() ?? failure.hint, callWords(failure)]);
}

/** Sentences that say less than the core's own: what it adds is shown below them. */
const general = new Set<Failure['code']>([
  'invalid-request',
  'server-refused',
  'practice-failed',
  'ledger-failed',
  'outcome-unknown',
]);

/** What is worth showing beside the sentence: the words of whoever failed, unchanged. */
export function originalOf(failure: Failure): string | null {
  if (failure.original) return failure.original;
  if (closerWords(failure)) return null;
  return general.has(failure.code) && failure.message ? failure.message : null;
}
