import { Loadable } from '@/app/loadable.svelte';
import { backend, type Findings, type RecoveryCase } from '@/backend';

/** What is wrong with a server, and how far someone has come with it. */
export type Looked = Findings & { case: RecoveryCase | null };

/** Checks a known server and its targets; while signed out, only at what needs no session. */
export function lookAt(profileId: () => string | undefined): Loadable<Looked> {
  return new Loadable(async () => {
    const found = await backend().findings(profileId() ?? null);
    return { ...found, case: await backend().recoveryCase(found.diagnosis.profileId) };
  }, 'findings');
}
