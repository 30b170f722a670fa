import type { RestoreChoices, RestorePlan, SkipCause, SkippedAttachment } from '@/backend';
import { blobName } from '@/features/inspect/attachments';

/** What keeps a restore from being started. */
export type Obstacle = 'blocked' | 'replace' | 'mismatch' | 'lost' | 'confirmation' | 'override';

/** The first thing that is still missing; null when the restore may start. */
export function obstacle(plan: RestorePlan, choices: RestoreChoices): Obstacle | null {
  if (plan.blocked && plan.overridePhrase === null) return 'blocked';
  if (plan.confirmWith !== null && !choices.replaceExisting) return 'replace';
  if (plan.needsMismatchAccepted && !choices.acceptMismatch) return 'mismatch';
  if (lostForGood(plan, choices) > 0 && choices.replaceExisting && !choices.acceptLostAttachments)
    return 'lost';
  if (plan.overridePhrase !== null && choices.typedOverride?.trim() !== plan.overridePhrase)
    return 'override';
  if (plan.confirmWith !== null && choices.typedConfirmation.trim() !== plan.confirmWith)
    return 'confirmation';
  return null;
}

/** How many attachments go and are kept nowhere: a complete safety copy has them. */
export function lostForGood(plan: RestorePlan, choices: RestoreChoices): number {
  return choices.safetyCopy === 'complete' ? 0 : plan.lostAttachments;
}

/** What becomes of the accounts, by email address. */
export type AccountChanges = { lost: string[]; replaced: string[]; fresh: string[] };

/** Compares the server's accounts with the backup's; null when the server's are not known. */
export function accountChanges(plan: RestorePlan): AccountChanges | null {
  if (!plan.replaces) return null;
  const normal = (email: string) => email.trim().toLowerCase();
  const there = plan.replaces.accounts;
  const coming = plan.inspection.people.map((person) => person.email);
  const thereSet = new Set(there.map(normal));
  const lost = new Set(plan.lostAccounts.map(normal));
  return {
    lost: plan.lostAccounts,
    replaced: there.filter((email) => !lost.has(normal(email))),
    fresh: coming.filter((email) => !thereSet.has(normal(email))),
  };
}

/** The largest attachment that Cloudflare KV keeps. */
const kvLimit = 26_214_400;

/** What would be left out, each with the cause that can be foreseen. */
export function foreseen(plan: RestorePlan): SkippedAttachment[] {
  const missing = new Set(plan.missingOnTarget ?? []);
  return (plan.expectedSkipped.items ?? []).map((item) => {
    const name = blobName(item.path);
    const size = item.sizeBytes ?? 0;
    let cause: SkipCause = 'not-told';
    if (plan.serverStorage === 'none') cause = 'no-storage';
    else if (missing.has(name)) cause = 'missing-on-target';
    else if (plan.serverStorage === 'kv' && size > kvLimit) cause = 'too-large-for-kv';
    return {
      path: item.path,
      sizeBytes: size,
      cause,
      cipherId: name.split('/')[0] ?? null,
      ownerEmail: plan.owners[name] ?? null,
    };
  });
}
