import type {
  Diagnosis,
  Error,
  HealthFinding,
  Findings,
  FindingStep,
  Overview,
  RecoveryFinding,
  TargetCard,
} from '../bindings';
import { coreError } from './world';
import { toFailure } from '@/features/errors/failure';

function ofServer(finding: RecoveryFinding): HealthFinding {
  const ways = [finding.next, ...(finding.also ?? [])];
  if (ways[0] === 'offline' && finding.kind === 'settings-need-repair') ways.unshift('repair');
  return {
    id: finding.kind,
    severity: finding.severity ?? 'danger',
    about: { type: 'server', finding },
    next: [...new Set(ways)].flatMap((playbook): FindingStep[] =>
      playbook === null ? [] : [{ type: 'playbook', playbook }],
    ),
  };
}

function ofTarget(card: TargetCard, othersGood: boolean): HealthFinding {
  const danger = ['newest-backup-bad', 'failed', 'all-gone', 'late'].includes(card.health);
  return {
    id: `${card.health}:${card.target.id}`,
    severity: danger ? 'danger' : 'caution',
    about: { type: 'target', card, othersGood },
    next: [{ type: 'overview' }, { type: 'backups', targetId: card.target.id }],
  };
}

/** Findings as the core would have them, of a sample diagnosis and a sample board. */
export function sampleFindings(diagnosis: Diagnosis, board?: Overview, error?: Error): Findings {
  const targets = board?.targets ?? [];
  const bad = targets.filter((card) => card.health !== 'good');
  const repair: HealthFinding[] =
    board?.settingsNeedRepair && diagnosis.findings.length === 0
      ? [
          {
            id: 'settings-need-repair',
            severity: 'danger',
            about: { type: 'refusal', error: coreError('settings-need-repair') },
            next: [{ type: 'playbook', playbook: 'repair' }],
          },
        ]
      : [];
  const findings = [
    ...diagnosis.findings.map(ofServer),
    ...repair,
    ...bad.map((card) =>
      ofTarget(
        card,
        targets.some((other) => other !== card && other.health === 'good'),
      ),
    ),
  ];
  findings.sort((one, other) => Number(other.severity === 'danger') - Number(one.severity === 'danger'));
  return { findings, diagnosis, targets: board ? targets.length : null, error: error ?? null };
}

/** The same with a board that has to be asked for, and may fail. */
export async function lookForFindings(
  diagnosis: Diagnosis,
  ask?: () => Promise<Overview>,
): Promise<Findings> {
  try {
    return sampleFindings(diagnosis, await ask?.());
  } catch (thrown) {
    return sampleFindings(diagnosis, undefined, toFailure(thrown) as Error);
  }
}
