import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleUser from '@lucide/svelte/icons/circle-user';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import type {
  Advice,
  CandidateReason,
  Checked,
  EvidenceKind,
  Fact,
  NearMiss,
  Playbook,
  PlaybookPath,
  RecoveryFinding,
  StepKind,
  StepState,
} from '@/backend';
import type { Icon } from '@/components/icon';
import type { Tone } from '@/components/tone';
import { dateTime } from '@/language/format';
import { inKey } from '@/language/in-key';
import { m } from '@/messages/messages';

/** What a step is called. A kind without its message does not compile. */
export function stepTitle(kind: StepKind): string {
  return m[`step_${inKey(kind)}`]();
}

/** What a step is for. */
export function stepText(kind: StepKind): string {
  return m[`step_${inKey(kind)}_text`]();
}

/** What a path through a playbook is called. */
export function pathWord(path: PlaybookPath): string {
  return m[`path_${inKey(path)}`]();
}

/** What a button that leads to a playbook says. */
export function playbookWord(playbook: Playbook): string {
  return m[`finding_to_${inKey(playbook)}`]();
}

/** What a finding is called. */
export function findingTitle({ kind }: RecoveryFinding): string {
  return m[`finding_${inKey(kind)}_title`]();
}

/** What to do now. */
export function adviceWord(advice: Advice): string {
  return m[`advice_${inKey(advice)}`]();
}

/** Whether there is something to do or to wait for in a step. */
export function isOpen({ state }: { state: StepState }): boolean {
  return state !== 'done' && state !== 'later';
}

/** How a step stands. */
export const stateLook: Record<StepState, { word: () => string; tone: Tone; icon: Icon }> = {
  done: { word: m.step_state_done, tone: 'good', icon: CircleCheck },
  'needs-you': { word: m.step_state_needs_you, tone: 'note', icon: CircleUser },
  waiting: { word: m.step_state_waiting, tone: 'note', icon: LoaderCircle },
  cannot: { word: m.step_state_cannot, tone: 'danger', icon: CircleAlert },
  later: { word: m.step_state_later, tone: 'quiet', icon: CircleDashed },
};

/** A fact in a sentence; a detail of a newer core by its own name. */
export function factWord(fact: Fact): string {
  if (fact.detail === 'candidate-right' && fact.original)
    return m.fact_candidate_number({ number: fact.original });
  const key = `fact_${inKey(fact.detail)}` as const;
  return key in m ? m[key]() : fact.detail;
}

/** The words of others that belong to a fact; a number is in its sentence already. */
export function factOriginal(fact: Fact): string | null {
  return fact.detail === 'candidate-right' ? null : fact.original;
}

/** When a fact was seen, when that is known. */
export function factTime(fact: Fact): string {
  return fact.at ? dateTime(fact.at) : '';
}

/** What is checked, and what each result means. */
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

/** How each result looks in the list of checks. */
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
