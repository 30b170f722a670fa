import type { FindingKind, Playbook, StepKind } from '@/backend';
import SignInStep from '../SignInStep.svelte';
import VerifyBackup from '../VerifyBackup.svelte';
import type { PlaybookDescriptor, StepView } from './descriptor';
import { deletedFolder } from './deleted-folder';
import { repair } from './repair';
import { secret } from './secret';
import { skippedAttachments } from './skipped-attachments';
import { subrequestLimit } from './subrequest-limit';
import { suspiciousBackup } from './suspicious-backup';
import { targetStopped } from './target-stopped';

/** Every playbook with steps. A new one is one line here, one in `steps` and one in `goOn`. */
const descriptors = {
  secret,
  repair,
  'suspicious-backup': suspiciousBackup,
  'deleted-folder': deletedFolder,
  'skipped-attachments': skippedAttachments,
  'target-stopped': targetStopped,
  'subrequest-limit': subrequestLimit,
} satisfies Partial<Record<Playbook, PlaybookDescriptor>>;

/** A playbook that leads through steps. */
export type GuidedPlaybook = keyof typeof descriptors;

export const playbooks: Record<GuidedPlaybook, PlaybookDescriptor> = descriptors;

/** Whether the last part of an address names a playbook with steps. */
export function isGuided(name: string | undefined): name is GuidedPlaybook {
  return name !== undefined && Object.hasOwn(playbooks, name);
}

/** What is to be done in each step: those of every playbook, and those that several have. */
export const steps: Record<StepKind, StepView> = {
  'sign-in-again': { component: SignInStep },
  'verify-backup': { component: VerifyBackup },
  ...secret.steps,
  ...repair.steps,
  ...suspiciousBackup.steps,
  ...deletedFolder.steps,
  ...skippedAttachments.steps,
  ...targetStopped.steps,
  ...subrequestLimit.steps,
};

/** Whether one may continue working as long as a finding is there. */
export const goOn: Record<FindingKind, () => string> = {
  ...secret.goOn,
  ...repair.goOn,
  ...skippedAttachments.goOn,
};
