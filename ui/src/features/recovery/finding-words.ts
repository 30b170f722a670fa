import type { Affected, Cause, FindingKind, RecoveryFinding } from '@/backend';
import { dateTime, list, number, sentences } from '@/language/format';
import { m } from '@/messages/messages';

type Words = { title: () => string; now: () => string; goOn: () => string; tone: 'danger' | 'caution' };

/** What each finding is called, what to do now, and whether one may go on. */
const words: Record<FindingKind, Words> = {
  'jwt-secret-missing': {
    title: m.incident_jwt_missing_title,
    now: m.finding_jwt_now,
    goOn: m.incident_jwt_go_on,
    tone: 'danger',
  },
  'jwt-secret-too-short': {
    title: m.incident_jwt_short_title,
    now: m.finding_jwt_now,
    goOn: m.incident_jwt_go_on,
    tone: 'danger',
  },
  'jwt-secret-changed': {
    title: m.finding_changed_title,
    now: m.finding_changed_now,
    goOn: m.finding_changed_go_on,
    tone: 'danger',
  },
  'settings-need-repair': {
    title: m.incident_repair_title,
    now: m.finding_repair_now,
    goOn: m.incident_repair_go_on,
    tone: 'danger',
  },
  'portable-part-absent': {
    title: m.finding_absent_title,
    now: m.finding_offline_now,
    goOn: m.incident_repair_go_on,
    tone: 'danger',
  },
  'portable-part-without-wraps': {
    title: m.finding_no_wraps_title,
    now: m.finding_offline_now,
    goOn: m.incident_repair_go_on,
    tone: 'danger',
  },
  'no-wrap-for-me': {
    title: m.finding_not_mine_title,
    now: m.finding_not_mine_now,
    goOn: m.incident_repair_go_on,
    tone: 'caution',
  },
  'one-can-repair': {
    title: m.finding_one_title,
    now: m.finding_one_now,
    goOn: m.finding_ready_go_on,
    tone: 'caution',
  },
  'none-can-repair': {
    title: m.finding_none_title,
    now: m.finding_none_now,
    goOn: m.finding_ready_go_on,
    tone: 'caution',
  },
};

/** What a finding is called. */
export function findingTitle(finding: RecoveryFinding): string {
  return words[finding.kind].title();
}

/** The rest of what is said of it. */
export function findingWords(finding: RecoveryFinding): Words {
  const { kind, next, also = [] } = finding;
  if (kind !== 'settings-need-repair') return words[kind];
  // What to do now is what its buttons lead to.
  if (also.length > 0) return { ...words[kind], now: m.finding_repair_either_now };
  if (next === 'wizard-secret') return { ...words[kind], now: m.finding_changed_now };
  return next === 'wizard-offline' ? { ...words[kind], now: m.finding_offline_now } : words[kind];
}

const causes: Record<Cause, () => string> = {
  'after-restore': m.cause_after_restore,
  'secret-changed': m.cause_secret_changed,
  'not-known': m.cause_not_known,
};

/** What it came from, and how sure that is. */
export function causeWord(finding: RecoveryFinding): string | null {
  if (!finding.cause) return null;
  const word = causes[finding.cause]();
  if (finding.cause === 'not-known') return word;
  return finding.causeCertainty === 'likely'
    ? m.cause_likely({ cause: word })
    : m.cause_proven({ cause: word });
}

/** What is affected, in the person's words. */
export function affectedWord(affected: Affected): string {
  switch (affected.type) {
    case 'sign-in':
      return m.affected_sign_in();
    case 'sessions':
      return m.affected_sessions();
    case 'attachment-links':
      return m.affected_links();
    case 'manual-backups':
      return m.affected_manual();
    case 'scheduled-backups':
      return scheduled(affected);
  }
}

function scheduled(affected: Extract<Affected, { type: 'scheduled-backups' }>): string {
  const { since, sinceAtLeast, lastSuccessAt, targets } = affected;
  return sentences([
    targets.length > 0
      ? m.affected_scheduled_of({
          count: targets.length,
          shown: number(targets.length),
          targets: list(targets),
        })
      : m.affected_scheduled(),
    since ? (sinceAtLeast ? m.affected_since_at_least : m.affected_since)({ time: dateTime(since) }) : '',
    lastSuccessAt ? m.affected_last({ time: dateTime(lastSuccessAt) }) : '',
  ]);
}
