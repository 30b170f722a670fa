import type { Certainty, Diagnosis, Fact, NextStep, RecoveryFinding, Overview, TargetCard } from '@/backend';
import type { Failure } from '@/features/errors/failure';
import { hintOf } from '@/features/errors/wording';
import { badBackup } from '@/features/overview/health';
import { lostWord } from '@/features/backups/wording';
import { ago, dateTime, number, sentences } from '@/language/format';
import { affectedWord, causeWord, findingTitle, findingWords } from '@/features/recovery/finding-words';
import { m } from '@/messages/messages';

/** What a finding leads to. */
export type Step =
  | { type: 'overview' }
  | { type: 'backups'; targetId: string }
  | { type: 'wizard'; wizard: 'secret' | 'repair' | 'offline'; profileId: string | null };

/** Something wrong, with the proof of it. It answers: how serious, what is affected, what now, may I go on? */
export type Finding = {
  id: string;
  tone: 'danger' | 'caution';
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
  steps: Step[];
};

/** What the app can prove from what it has: the board, or why there is none. */
export function detect(
  board: Overview | undefined,
  failure: Failure | undefined,
  time: Date,
  diagnosis?: Diagnosis,
): Finding[] {
  const proven = (diagnosis?.findings ?? []).map((finding) =>
    diagnosed(finding, diagnosis?.profileId ?? null),
  );
  // What the core has looked into goes before what an answer merely says.
  const known = diagnosis && diagnosis.findings.length > 0 && !board?.targets.length;
  return [...proven, ...(known ? [] : seen(board, failure, time))];
}

/** What an answer of the server shows by itself. */
function seen(board: Overview | undefined, failure: Failure | undefined, time: Date): Finding[] {
  if (failure?.code === 'jwt-secret-missing' || failure?.code === 'jwt-secret-too-short') {
    return [secretTrouble(failure)];
  }
  if (failure?.code === 'settings-need-repair' || board?.settingsNeedRepair) {
    return [repairNeeded(failure?.original ?? null)];
  }
  if (!board) return [];
  return board.targets
    .map((card) => targetTrouble(card, board.targets, time))
    .filter((finding) => finding !== null)
    .sort((one, other) => Number(other.tone === 'danger') - Number(one.tone === 'danger'));
}

/** Where each next step leads. */
const wizards: Record<NextStep, 'secret' | 'repair' | 'offline' | null> = {
  'wizard-secret': 'secret',
  'wizard-repair': 'repair',
  'wizard-offline': 'offline',
  none: null,
};

function diagnosed(finding: RecoveryFinding, profileId: string | null): Finding {
  const words = findingWords(finding);
  const ways = [finding.next, ...(finding.also ?? [])]
    .map((next) => wizards[next])
    .filter((wizard) => wizard !== null);
  // Where one's own key is of no use, the repair goes on from a backup or by hand.
  if (ways[0] === 'offline' && finding.kind === 'settings-need-repair') ways.unshift('repair');
  return {
    id: finding.kind,
    tone: words.tone,
    title: findingTitle(finding),
    certainty: finding.certainty,
    affected: finding.affected.map(affectedWord),
    evidence: causeWord(finding) ?? '',
    facts: finding.evidence,
    original: null,
    now: words.now(),
    command: null,
    goOn: words.goOn(),
    steps: [...new Set(ways)].map((wizard) => ({ type: 'wizard' as const, wizard, profileId })),
  };
}

function secretTrouble(failure: Failure): Finding {
  const missing = failure.code === 'jwt-secret-missing';
  return {
    id: failure.code,
    tone: 'danger',
    title: missing ? m.incident_jwt_missing_title() : m.incident_jwt_short_title(),
    certainty: null,
    affected: [m.incident_jwt_affected()],
    evidence: m.incident_jwt_evidence(),
    facts: [],
    original: failure.original,
    now: m.incident_jwt_now(),
    command: 'wrangler secret put JWT_SECRET',
    goOn: m.incident_jwt_go_on(),
    steps: [{ type: 'wizard', wizard: 'secret', profileId: null }],
  };
}

function repairNeeded(original: string | null): Finding {
  return {
    id: 'settings-need-repair',
    tone: 'danger',
    title: m.incident_repair_title(),
    certainty: null,
    affected: [m.incident_repair_affected()],
    evidence: m.incident_repair_evidence(),
    facts: [],
    original,
    now: m.finding_repair_now(),
    command: null,
    goOn: m.incident_repair_go_on(),
    steps: [{ type: 'wizard', wizard: 'repair', profileId: null }],
  };
}

function targetTrouble(card: TargetCard, all: TargetCard[], time: Date): Finding | null {
  const { target } = card;
  const { runtime, schedule } = target;
  const name = { target: target.name };
  const health = card.health;
  const newest = card.lastBackup;
  const success = newest?.at;
  const backups: Step = { type: 'backups', targetId: target.id };
  const parts = { id: `${health}:${target.id}`, original: null, command: null, certainty: null, facts: [] };
  const others = all.some((other) => other !== card && other.health === 'good');

  switch (health) {
    case 'newest-backup-bad':
      return {
        ...parts,
        tone: 'danger',
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
        steps: [{ type: 'overview' }, backups],
      };
    case 'attachments-missing':
      return {
        ...parts,
        tone: 'caution',
        title: m.incident_attachments_missing_title(name),
        affected: [newest?.attachments ? lostWord(newest.attachments) : ''],
        evidence: m.incident_attachments_missing_evidence({ file: newest?.fileName ?? '' }),
        now: m.incident_attachments_missing_now(),
        goOn: m.incident_attachments_missing_go_on(),
        steps: [backups],
      };
    case 'attachments-not-checked':
      return {
        ...parts,
        tone: 'caution',
        title: m.incident_attachments_not_checked_title(name),
        affected: [m.incident_attachments_not_checked_affected()],
        evidence: newest ? `${newest.fileName ?? ''}: ${badBackup(newest)}` : '',
        now: m.incident_attachments_not_checked_now(),
        goOn: m.incident_ok(),
        steps: [backups],
      };
    case 'failed':
      return {
        ...parts,
        tone: 'danger',
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
        steps: [{ type: 'overview' }, backups],
      };
    case 'late':
      return {
        ...parts,
        tone: 'danger',
        title: m.incident_late_title(name),
        affected: [m.incident_late_affected({ ...name, ago: ago(success ?? '', time) })],
        evidence: m.incident_late_evidence({
          hours: String(schedule.intervalHours),
          time: dateTime(success ?? ''),
        }),
        now: m.incident_late_now(),
        goOn: others ? m.incident_failed_go_on_others() : m.incident_failed_go_on(),
        steps: [{ type: 'overview' }],
      };
    case 'all-gone':
      return {
        ...parts,
        tone: 'danger',
        title: m.incident_all_gone_title(name),
        affected: [m.incident_all_gone_affected(name)],
        evidence: m.incident_all_gone_evidence(name),
        now: m.incident_all_gone_now(),
        goOn: others ? m.incident_failed_go_on_others() : m.incident_failed_go_on(),
        steps: [{ type: 'overview' }, backups],
      };
    case 'never':
      return {
        ...parts,
        tone: 'caution',
        title: m.incident_never_title(name),
        affected: [m.incident_never_affected(name)],
        evidence: m.incident_never_evidence(),
        now: m.incident_never_now(),
        goOn: m.incident_ok(),
        steps: [{ type: 'overview' }],
      };
    case 'unverified':
      return {
        ...parts,
        tone: 'caution',
        title: m.incident_unverified_title(name),
        affected: [m.incident_unverified_affected()],
        evidence: m.incident_unverified_evidence({
          when: card.lastVerifiedAt ? ago(card.lastVerifiedAt, time) : m.never(),
        }),
        now: m.incident_unverified_now(),
        goOn: m.incident_ok(),
        steps: [backups],
      };
    case 'good':
      return null;
  }
}
