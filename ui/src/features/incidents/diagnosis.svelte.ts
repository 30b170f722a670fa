import { Loadable } from '@/app/loadable.svelte';
import { backend, type Diagnosis, type RecoveryCase } from '@/backend';

/** What is wrong with a server, and how far someone has come with it. */
export type Looked = { diagnosis: Diagnosis; case: RecoveryCase | null };

/** Looks at a known server; with nobody signed in, at what needs no session. */
export function lookAt(profileId: () => string | undefined): Loadable<Looked> {
  return new Loadable(async () => {
    const id = profileId() ?? null;
    const diagnosis = await backend().diagnose(id);
    return { diagnosis, case: await backend().recoveryCase(diagnosis.profileId) };
  });
}
