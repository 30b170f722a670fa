import { backend, type Code, type Profile, type SignedOut } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { jobs } from '@/features/jobs/jobs.svelte';
import { desk } from './desk.svelte';
import { leaving } from './leaving.svelte';
import { go, router } from './router.svelte';

/** Signing in mends these; anything else stands between here and the server. */
const signInHelps: Failure['code'][] = [
  'session-ended',
  'password-needed',
  'wrong-password',
  'two-step-required',
  'keyring-unavailable',
] satisfies Code[];

/** What a person is asked or shown while they come to a server or leave it. */
class Passage {
  /** Jobs run that would end: sign out anyway? */
  asked = $state.raw<((yes: boolean) => void) | undefined>();
  /** A server that could not be entered, and why. */
  refused = $state.raw<{ profile: Profile; failure: Failure } | undefined>();
  /** A sign-out or removal that left something behind. */
  left = $state.raw<{ removed: boolean; failure: Failure; told: boolean } | undefined>();
  /** A server that is being entered. */
  entering = $state.raw<string | undefined>();
  /** A server that gets another name. */
  renaming = $state.raw<Profile | undefined>();
  /** The server that was just connected is known already, as this profile. */
  same = $state.raw<Profile | undefined>();

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

/**
 * Opens a known server; or its sign-in when what the keyring kept is not enough.
 * With `from`, only when the person is still on that screen by then.
 */
export async function enterProfile(profileId: string, from?: string): Promise<void> {
  if (!(await leaving.allowed())) return;
  passage.refused = undefined;
  passage.entering = profileId;
  const stays = () => from !== undefined && router.screen !== from;
  try {
    const known =
      desk.session?.profileId === profileId ? desk.session : await backend().switchProfile(profileId);
    await desk.enter(known);
    if (!stays()) go('/overview');
  } catch (error) {
    const failure = toFailure(error);
    const profile = desk.info?.profiles.find((one) => one.id === profileId);
    await desk.refresh();
    if (stays()) return;
    if (profile && !signInHelps.includes(failure.code)) {
      passage.refused = { profile, failure };
      return;
    }
    desk.refusal = failure;
    go('/sign-in', { profile: profileId });
  } finally {
    if (passage.entering === profileId) passage.entering = undefined;
  }
}

/** Opens the server that was used last, while the first screen is shown. */
export async function reopenLast(): Promise<void> {
  const used = (desk.info?.profiles ?? []).filter((profile) => profile.lastUsedAt !== null);
  const [last] = used.sort((one, other) => (one.lastUsedAt! < other.lastUsedAt! ? 1 : -1));
  if (last && !desk.session) await enterProfile(last.id, 'welcome');
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
