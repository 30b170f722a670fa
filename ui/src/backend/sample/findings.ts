import type { Error, FindingStep, Findings, HealthFinding, Overview, TargetCard } from '../bindings';
import { ofTargetHealth, refusal, type SimulatedServer } from './simulated-server';
import { toFailure } from '@/features/errors/failure';

/** The recorded finding of a health, about this target. */
function ofTarget(card: TargetCard, othersGood: boolean): HealthFinding[] {
  const found = ofTargetHealth(card.health);
  if (!found) return [];
  return [
    {
      id: `${card.health}:${card.target.id}`,
      severity: found.severity,
      about: { type: 'target', card, othersGood },
      next: found.next.map((step) => ofCard(step, card)),
    },
  ];
}

/** A recorded step, about this target. */
function ofCard(step: FindingStep, card: TargetCard): FindingStep {
  if (step.type === 'backups') return { ...step, targetId: card.target.id };
  if (step.type !== 'playbook' || step.subject?.type !== 'target') return step;
  return { ...step, subject: { ...step.subject, targetId: card.target.id, targetName: card.target.name } };
}

/** The findings of a recorded server and of a sample board, put together. */
export function sampleFindings(
  server: SimulatedServer,
  id: string,
  board?: Overview,
  error?: Error,
): Findings {
  const targets = board?.targets ?? [];
  const ofServer = server.findings;
  const findings = [
    ...ofServer,
    ...(board?.settingsNeedRepair && ofServer.length === 0 ? [structuredClone(refusal)] : []),
    ...targets.flatMap((card) =>
      ofTarget(
        card,
        targets.some((other) => other !== card && other.health === 'good'),
      ),
    ),
  ];
  findings.sort((one, other) => Number(other.severity === 'danger') - Number(one.severity === 'danger'));
  return {
    findings,
    diagnosis: server.diagnosis(id),
    targets: board ? targets.length : null,
    error: error ?? null,
  };
}

/** The same with a board that has to be requested, and may fail. */
export async function lookForFindings(
  server: SimulatedServer,
  id: string,
  ask?: () => Promise<Overview>,
): Promise<Findings> {
  try {
    return sampleFindings(server, id, await ask?.());
  } catch (thrown) {
    return sampleFindings(server, id, undefined, toFailure(thrown) as Error);
  }
}
