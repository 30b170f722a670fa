import type { Certainty, ErrorBody, Fact, HealthFinding, RecoveryFinding, TargetCard } from '@/backend';
import { hintOf } from '@/features/errors/wording';
import { badBackup } from '@/features/overview/health';
import { lostWord } from '@/features/backups/wording';
import { ago, dateTime, number, sentences } from '@/language/format';
import { affectedWord, causeWord, findingWords } from '@/features/recovery/finding-words';
import { findingTitle } from '@/features/recovery/words';
import { m } from '@/messages/messages';

/** A finding in words: how serious, what is affected, what shows it, what now, may I continue? */
export type Description = {
  title: string;
  /** Whether it is proven, where that can be in doubt. */
  certainty: Certainty | null;
  /** What is affected, a sentence each. */
  affected: string[];
  evidence: string;
  /** What was seen, one by one. */
  facts: Fact[];
  /** The words of the server, unchanged. */
  original: string | null;
  now: string;
  /** What to type where, when the work is outside the app. */
  command: string | null;
  goOn: string;
};

/** A finding of the core in the person's language. */
export function described(finding: HealthFinding, time: Date): Description {
  switch (finding.about.type) {
    case 'server':
      return ofServer(finding.about.finding);
    case 'refusal':
      return ofRefusal(finding.about.error);
    case 'target':
      return ofTarget(finding.about.card, finding.about.othersGood, time);
  }
}

function ofServer(finding: RecoveryFinding): Description {
  const words = findingWords(finding);
  return {
    title: findingTitle(finding),
    certainty: finding.certainty,
    affected: finding.affected.map(affectedWord),
    evidence: causeWord(finding) ?? '',
    facts: finding.evidence,
    original: null,
    now: words.now,
    command: null,
    goOn: words.goOn,
  };
}

/** What the server's own refusal says. */
function ofRefusal({ code, original }: ErrorBody): Description {
  const bare = { certainty: null, facts: [], original };
  if (code === 'settings-need-repair') {
    return {
      ...bare,
      title: m.finding_settings_need_repair_title(),
      affected: [m.incident_repair_affected()],
      evidence: m.incident_repair_evidence(),
      now: m.advice_repair_settings(),
      command: null,
      goOn: m.incident_repair_go_on(),
    };
  }
  return {
    ...bare,
    title:
      code === 'jwt-secret-missing'
        ? m.finding_jwt_secret_missing_title()
        : m.finding_jwt_secret_too_short_title(),
    affected: [m.incident_jwt_affected()],
    evidence: m.incident_jwt_evidence(),
    now: m.incident_jwt_now(),
    command: 'wrangler secret put JWT_SECRET',
    goOn: m.incident_jwt_go_on(),
  };
}

function ofTarget(card: TargetCard, others: boolean, time: Date): Description {
  const { target } = card;
  const { runtime, schedule } = target;
  const name = { target: target.name };
  const newest = card.lastBackup;
  const success = newest?.at;
  const parts = { original: null, command: null, certainty: null, facts: [] };

  switch (card.health) {
    case 'newest-backup-bad':
      return {
        ...parts,
        title: m.incident_newest_bad_title(name),
        affected: [
          card.lastVerifiedAt && card.lastVerifiedFileName
            ? m.incident_newest_bad_affected({ ...name, file: card.lastVerifiedFileName })
            : m.incident_newest_bad_affected_none(name),
        ],
        evidence: newest ? `${newest.fileName ?? ''}: ${badBackup(newest)}` : '',
        now: sentences([
          card.retentionDeletes
            ? m.incident_newest_bad_retention({
                keeps: number(schedule.retentionCount ?? 0),
                file: card.retentionDeletes,
              })
            : '',
          m.incident_newest_bad_now(),
        ]),
        goOn: others ? m.incident_failed_go_on_others() : m.incident_newest_bad_go_on(),
      };
    case 'attachments-missing':
      return {
        ...parts,
        title: m.incident_attachments_missing_title(name),
        affected: [newest?.attachments ? lostWord(newest.attachments) : ''],
        evidence: m.incident_attachments_missing_evidence({ file: newest?.fileName ?? '' }),
        now: m.incident_attachments_missing_now(),
        goOn: m.incident_attachments_missing_go_on(),
      };
    case 'attachments-not-checked':
      return {
        ...parts,
        title: m.incident_attachments_not_checked_title(name),
        affected: [m.incident_attachments_not_checked_affected()],
        evidence: newest ? `${newest.fileName ?? ''}: ${badBackup(newest)}` : '',
        now: m.incident_attachments_not_checked_now(),
        goOn: m.incident_ok(),
      };
    case 'failed':
      return {
        ...parts,
        title: m.incident_failed_title(name),
        affected: [
          success
            ? m.incident_failed_affected({ ...name, ago: ago(success, time) })
            : m.incident_failed_affected_never(name),
        ],
        evidence: m.incident_failed_evidence({
          time: runtime.lastErrorAt ? dateTime(runtime.lastErrorAt) : '',
        }),
        original: runtime.lastErrorMessage ?? card.lastError?.original ?? null,
        now: card.lastError ? hintOf(card.lastError) : '',
        goOn: others ? m.incident_failed_go_on_others() : m.incident_failed_go_on(),
      };
    case 'late':
      return {
        ...parts,
        title: m.incident_late_title(name),
        affected: [m.incident_late_affected({ ...name, ago: ago(success ?? '', time) })],
        evidence: m.incident_late_evidence({
          hours: String(schedule.intervalHours),
          time: dateTime(success ?? ''),
        }),
        now: m.incident_late_now(),
        goOn: others ? m.incident_failed_go_on_others() : m.incident_failed_go_on(),
      };
    case 'all-gone':
      return {
        ...parts,
        title: m.incident_all_gone_title(name),
        affected: [m.incident_all_gone_affected(name)],
        evidence: m.incident_all_gone_evidence(name),
        now: m.incident_all_gone_now(),
        goOn: others ? m.incident_failed_go_on_others() : m.incident_failed_go_on(),
      };
    case 'never':
      return {
        ...parts,
        title: m.incident_never_title(name),
        affected: [m.incident_never_affected(name)],
        evidence: m.incident_never_evidence(),
        now: m.incident_never_now(),
        goOn: m.incident_ok(),
      };
    case 'unverified':
      return {
        ...parts,
        title: m.incident_unverified_title(name),
        affected: [m.incident_unverified_affected()],
        evidence: m.incident_unverified_evidence({
          when: card.lastVerifiedAt ? ago(card.lastVerifiedAt, time) : m.never(),
        }),
        now: m.incident_unverified_now(),
        goOn: m.incident_ok(),
      };
    case 'good':
      // The core has no finding about a target in good order.
      return { ...parts, title: target.name, affected: [], evidence: '', now: '', goOn: m.incident_ok() };
  }
}
