import { backend, type Code, type Profile, type SignedOut } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { jobs } from '@/features/jobs/jobs.svelte';
import { desk } from './desk.svelte';
import { leaving } from './leaving.svelte';
import { go } from './router.svelte';

/** Signing in mends these; anything else stands between here and the server. */
const signInHelps: Failure['code'][] = [
  'session-ended',
  'password-needed',
  'wrong-password',
  'two-step-required',
  'keyring-unavailable',
] satisfies Code[];

/** What a person is asked or told while they come to a server or leave it. */
class Passage {
  /** Jobs run that would end: sign out all the same? */
  asked = $state.raw<((yes: boolean) => void) | undefined>();
  /** A server that could not be entered, and why. */
  refused = $state.raw<{ profile: Profile; failure: Failure } | undefined>();
  /** A sign-out or removal that left something behind. */
  left = $state.raw<{ removed: boolean; failure: Failure; told: boolean } | undefined>();

  /** Asks when jobs run. */
  async allowed(): Promise<boolean> {
    const mine = jobs.running.some((job) => job.record.profileId === desk.session?.profileId);
    if (!mine) return true;
    const yes = await new Promise<boolean>((settle) => (this.asked = settle));
    this.asked = undefined;
    return yes;
  }

  /** Says what a sign-out or removal left behind, if anything. */
  tell({ revoked, error }: SignedOut, removed: boolean): void {
    if (!revoked && error) this.left = { removed, failure: error, told: false };
  }
}

/** Coming to servers and leaving them. */
export const passage = new Passage();

/** Goes on with a known server; to its sign-in when what the keyring kept is not enough. */
export async function enterProfile(profileId: string): Promise<void> {
  if (!(await leaving.allowed())) return;
  passage.refused = undefined;
  try {
    const known =
      desk.session?.profileId === profileId ? desk.session : await backend().switchProfile(profileId);
    await desk.enter(known);
    go('/overview');
  } catch (error) {
    const failure = toFailure(error);
    const profile = desk.info?.profiles.find((one) => one.id === profileId);
    await desk.refresh();
    if (profile && !signInHelps.includes(failure.code)) {
      passage.refused = { profile, failure };
      return;
    }
    desk.refusal = failure;
    go('/sign-in', { profile: profileId });
  }
}

/** Signs out and goes back to the start, whatever the server says to it. */
export async function leave(): Promise<void> {
  if (!(await leaving.allowed()) || !(await passage.allowed())) return;
  try {
    passage.tell(await backend().signOut(), false);
  } catch (error) {
    passage.left = { removed: false, failure: toFailure(error), told: true };
  }
  await desk.refresh();
  if (!desk.session) go('/welcome');
}
