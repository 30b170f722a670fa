import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleUser from '@lucide/svelte/icons/circle-user';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import type {
  PlaybookPath,
  CandidateReason,
  Checked,
  EvidenceKind,
  Fact,
  FactDetail,
  NearMiss,
  StepKind,
  StepState,
} from '@/backend';
import type { Icon } from '@/components/icon';
import type { Tone } from '@/components/tone';
import { dateTime } from '@/language/format';
import { m } from '@/messages/messages';

/** What each step is called, and what it is for. */
export const stepWords: Record<StepKind, { title: () => string; text: () => string }> = {
  'find-secret': { title: m.step_find_secret, text: m.step_find_secret_text },
  'put-back': { title: m.step_put_back, text: m.step_put_back_text },
  'server-proves-itself': { title: m.step_server_proves, text: m.step_server_proves_text },
  'make-secret': { title: m.step_make_secret, text: m.step_make_secret_text },
  'put-secret': { title: m.step_put_secret, text: m.step_put_secret_text },
  'sign-in-again': { title: m.step_sign_in, text: m.step_sign_in_text },
  'open-portable': { title: m.step_open_portable, text: m.step_open_portable_text },
  'repair-settings': { title: m.step_repair, text: m.step_repair_text },
  'verify-backup': { title: m.step_verify, text: m.step_verify_text },
  'tell-users': { title: m.step_tell_users, text: m.step_tell_users_text },
  'store-secret': { title: m.step_store_secret, text: m.step_store_secret_text },
};

/** How a step stands. */
export const stateLook: Record<StepState, { word: () => string; tone: Tone; icon: Icon }> = {
  done: { word: m.step_state_done, tone: 'good', icon: CircleCheck },
  'needs-you': { word: m.step_state_needs_you, tone: 'note', icon: CircleUser },
  waiting: { word: m.step_state_waiting, tone: 'note', icon: LoaderCircle },
  cannot: { word: m.step_state_cannot, tone: 'danger', icon: CircleAlert },
  later: { word: m.step_state_later, tone: 'quiet', icon: CircleDashed },
};

/** What each way through is called. */
export const branchWord: Record<PlaybookPath, () => string> = {
  'have-old-secret': m.way_have,
  'no-old-secret': m.way_new,
  'repair-only': m.way_repair,
};

const details: Record<FactDetail, () => string> = {
  'secret-missing': m.fact_secret_missing,
  'secret-too-short': m.fact_secret_too_short,
  'secret-accepted': m.fact_secret_accepted,
  'token-refused-before-expiry': m.fact_token_refused,
  'token-accepted': m.fact_token_accepted,
  'refresh-works': m.fact_refresh_works,
  'refresh-refused': m.fact_refresh_refused,
  'settings-not-readable': m.fact_settings_not_readable,
  'settings-readable': m.fact_settings_readable,
  'repair-needed': m.fact_repair_needed,
  'portable-absent': m.fact_portable_absent,
  'portable-without-wraps': m.fact_portable_no_wraps,
  'wrapped-for-others': m.fact_wrapped_for_others,
  'wrapped-for-administrator': m.fact_wrapped_for_administrator,
  'restored-here': m.fact_restored_here,
  'restore-in-log': m.fact_restore_in_log,
  'run-failed-in-log': m.fact_run_failed,
  'manual-run-failed-in-log': m.fact_manual_run_failed,
  'signed-in-since': m.fact_signed_in_since,
  'ended-otherwise': m.fact_ended_otherwise,
  'no-restore-in-log': m.fact_no_restore,
  'last-readable': m.fact_last_readable,
  'told-by-backup': m.fact_told_by_backup,
  'candidate-right': m.fact_candidate_right,
  'backup-verified': m.fact_backup_verified,
  'portable-opened': m.fact_portable_opened,
  'confirmed-by-person': m.fact_confirmed,
  'signed-in': m.fact_signed_in,
};

/** A fact in a sentence; a detail of a newer core by its own name. */
export function factWord(fact: Fact): string {
  if (fact.detail === 'candidate-right' && fact.original)
    return m.fact_candidate_number({ number: fact.original });
  const words = (details as Partial<Record<string, () => string>>)[fact.detail];
  return words?.() ?? fact.detail;
}

/** The words of others that belong to a fact; a number is in its sentence already. */
export function factOriginal(fact: Fact): string | null {
  return fact.detail === 'candidate-right' ? null : fact.original;
}

/** When a fact was seen, when that is known. */
export function factTime(fact: Fact): string {
  return fact.at ? dateTime(fact.at) : '';
}

/** What is looked at, and what each answer means. */
export const evidenceWords: Record<
  EvidenceKind,
  {
    what: () => string;
    ok: () => string;
    bad: () => string;
    unknown: () => string;
    notNeeded?: () => string;
  }
> = {
  'web-bootstrap': {
    what: m.looked_bootstrap,
    ok: m.looked_bootstrap_ok,
    bad: m.looked_bootstrap_bad,
    unknown: m.looked_no_answer,
  },
  'access-token': {
    what: m.looked_token,
    ok: m.looked_token_ok,
    bad: m.looked_token_bad,
    unknown: m.looked_token_unknown,
  },
  refresh: {
    what: m.looked_refresh,
    ok: m.looked_refresh_ok,
    bad: m.looked_refresh_bad,
    unknown: m.looked_no_answer,
  },
  settings: {
    what: m.looked_settings,
    ok: m.looked_settings_ok,
    bad: m.looked_settings_bad,
    unknown: m.looked_no_answer,
  },
  'repair-state': {
    what: m.looked_repair,
    ok: m.looked_repair_ok,
    bad: m.looked_repair_bad,
    unknown: m.looked_no_answer,
  },
  'portable-part': {
    what: m.looked_portable,
    ok: m.looked_portable_ok,
    bad: m.looked_portable_bad,
    unknown: m.looked_no_answer,
    notNeeded: m.looked_portable_not_needed,
  },
  'audit-log': {
    what: m.looked_log,
    ok: m.looked_log_ok,
    bad: m.looked_log_bad,
    unknown: m.looked_no_answer,
  },
  ledger: {
    what: m.looked_ledger,
    ok: m.looked_ledger_ok,
    bad: m.looked_ledger_bad,
    unknown: m.looked_ledger_unknown,
  },
};

/** What looking at something showed, in a sentence. */
export function lookedWord({ what, answer, original, notLooked }: Checked): string {
  const words = evidenceWords[what];
  if (answer === 'ok' || answer === 'bad') return words[answer]();
  // There are words of why: it was asked, and failed.
  if (original && what !== 'web-bootstrap') return m.looked_failed();
  switch (notLooked ?? null) {
    case 'nobody-signed-in':
      return m.looked_no_session();
    case 'not-needed':
      return (words.notNeeded ?? m.looked_not_needed_text)();
    case 'secret-unsafe':
      return m.looked_secret_unsafe();
    case 'no-answer':
      return m.looked_no_answer();
    case 'nothing-kept':
    case null:
      return words.unknown();
  }
}

/** How each answer looks in a list of what was looked at. */
export const answerLook: Record<Checked['answer'], { tone: Tone; word: () => string }> = {
  ok: { tone: 'good', word: m.looked_ok },
  bad: { tone: 'danger', word: m.looked_bad },
  'not-known': { tone: 'quiet', word: m.looked_unknown },
  'not-needed': { tone: 'quiet', word: m.looked_not_needed },
};

/** Why a candidate is right, wrong or neither. */
export const reasonWord: Record<CandidateReason, () => string> = {
  'signed-this-token': m.candidate_signed,
  'did-not-sign-this-token': m.candidate_not_signed,
  'opens-these-settings': m.candidate_opens,
  'does-not-open-these-settings': m.candidate_not_opens,
  'no-signed-token': m.candidate_no_token,
  'no-runtime-part': m.candidate_no_runtime,
  'settings-in-the-clear': m.candidate_in_clear,
};

/** What is nearly right about a wrong candidate. */
export const nearlyWord: Record<NearMiss, () => string> = {
  'without-blanks': m.nearly_blanks,
  'without-invisible': m.nearly_invisible,
  'without-quotes': m.nearly_quotes,
  'without-name': m.nearly_name,
  'with-line-end': m.nearly_line_end,
};
