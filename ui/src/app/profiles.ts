import { backend } from '@/backend';
import { toFailure } from '@/features/errors/failure';
import { desk } from './desk.svelte';
import { leaving } from './leaving.svelte';
import { go } from './router.svelte';

/** Goes on with a known server; to its sign-in when what the keyring kept is not enough. */
export async function enterProfile(profileId: string): Promise<void> {
  if (!(await leaving.allowed())) return;
  try {
    const known =
      desk.session?.profileId === profileId ? desk.session : await backend().switchProfile(profileId);
    await desk.enter(known);
    go('/overview');
  } catch (error) {
    desk.refusal = toFailure(error);
    go('/sign-in', { profile: profileId });
  }
}

/** Signs out and goes back to the start, whatever the server says to it. */
export async function leave(): Promise<void> {
  if (!(await leaving.allowed())) return;
  try {
    await backend().signOut();
  } finally {
    await desk.refresh();
    go('/welcome');
  }
}
