import type { JobRecord, RecoveryCase, VerifiedBackup } from '../bindings';
import type { World } from '../sample';
import data from './data/target-cases.json';
import { sampleNow } from './world';

type Recorded = { case: RecoveryCase; jobs: JobRecord[]; backups: VerifiedBackup[] };

/** Written by a test of the core: each step is decided there. */
const recorded = data as unknown as Record<keyof typeof data, Recorded>;

/** A recovery of a target, come back to in one of its steps; nothing that is done changes it. */
function resumed(name: keyof typeof data) {
  return ({ backend, stage }: World) => {
    const { case: open, jobs, backups } = recorded[name];
    const look = async () => structuredClone(open);
    backend.recoveryCase = look;
    backend.refreshCase = look;
    backend.confirmStep = look;
    const known = backend.jobHistory;
    backend.jobHistory = async (limit) => structuredClone([...jobs, ...(await known(limit))]);
    const left = open.steps.filter((step) => step.state !== 'done').map((step) => step.kind);
    backend.closeCase = async () =>
      structuredClone({
        case: { ...open, endedAt: sampleNow.toISOString() },
        before: open.diagnosis,
        after: open.diagnosis,
        complete: left.length === 0,
        open: left,
        backups,
      });
    const looked = jobs.find((job) => job.kind === 'look-at-target')?.result ?? null;
    stage.plays('look-at-target', () => stage.start('look-at-target', 'Attic NAS', () => looked));
  };
}

/** Recoveries of targets in every step. */
export const targetCaseStates = {
  'case-suspicious-read': resumed('suspicious-read'),
  'case-suspicious-save': resumed('suspicious-save'),
  'case-suspicious-find': resumed('suspicious-find'),
  'case-suspicious-keep': resumed('suspicious-keep'),
  'case-suspicious-verify': resumed('suspicious-verify'),
  'case-suspicious-drill': resumed('suspicious-drill'),
  'case-suspicious-done': resumed('suspicious-done'),
  'case-stopped-look': resumed('stopped-look'),
  'case-stopped-here': resumed('stopped-here'),
  'case-stopped-login': resumed('stopped-login'),
  'case-stopped-full': resumed('stopped-full'),
  'case-stopped-blocked': resumed('stopped-blocked'),
  'case-stopped-back-up-here': resumed('stopped-back-up-here'),
  'case-stopped-verify': resumed('stopped-verify'),
  'case-stopped-done': resumed('stopped-done'),
  'case-stopped-done-here': resumed('stopped-done-here'),
  'case-limit-count': resumed('limit-count'),
  'case-limit-upload': resumed('limit-upload'),
  'case-limit-verify': resumed('limit-verify'),
  'case-limit-drill': resumed('limit-drill'),
  'case-limit-done': resumed('limit-done'),
};
