import type { Affected, Cause, RecoveryFinding } from '@/backend';
import { dateTime, list, number, sentences } from '@/language/format';
import { m } from '@/messages/messages';
import { goOn } from './playbooks';
import { adviceWord } from './words';

/** What to do now about a finding, and whether one may continue. */
export function findingWords(finding: RecoveryFinding): { now: string; goOn: string } {
  return { now: finding.advice ? adviceWord(finding.advice) : '', goOn: goOn[finding.kind]() };
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
