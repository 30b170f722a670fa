import { desk } from '@/app/desk.svelte';
import { enterProfile } from '@/app/profiles.svelte';
import { router } from '@/app/router.svelte';
import { backend, type WatchNotice, type WatchSettings, type WatchState } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { queue } from '@/features/jobs/queue.svelte';
import { m } from '@/messages/messages';
import { alertPlace, alertSentence } from './words';

class Watching {
  state = $state.raw<WatchState>();
  failure = $state.raw<Failure>();

  /** Notifies of what the watch finds, and does what is chosen in the tray. */
  async begin(): Promise<void> {
    const world = backend();
    await world.watchAlerts((notices) => notices.forEach(tell));
    await world.watchLooks(() => void this.refresh());
    await world.watchTrayBackUp(() => void backUp());
    await world.watchNotificationClicks((place) => void arrive(place));
    await this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      this.state = await backend().watchState();
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  async change(change: Partial<WatchSettings>): Promise<void> {
    const settings = this.state?.settings;
    if (settings) await this.#doing(() => backend().setWatch({ ...settings, ...change }));
  }

  async startWithComputer(on: boolean): Promise<void> {
    await this.#doing(() => backend().setAutostart(on));
  }

  async #doing(step: () => Promise<unknown>): Promise<void> {
    this.failure = undefined;
    try {
      await step();
    } catch (error) {
      this.failure = toFailure(error);
    }
    await this.refresh();
  }
}

/** The place names the server too: what is clicked may be about another one. */
function tell({ profileId, server, alert }: WatchNotice): void {
  const place = `${profileId}${alertPlace(alert, profileId)}`;
  backend()
    .notify(server, alertSentence(alert), place)
    .catch(() => undefined);
}

/** Goes where a clicked notification leads. */
async function arrive(place: string): Promise<void> {
  const at = place.indexOf('#');
  const profileId = place.slice(0, at);
  const hash = place.slice(at);
  if (!hash.startsWith('#/sign-in') && profileId && profileId !== desk.session?.profileId) {
    const profile = desk.info?.profiles.find((one) => one.id === profileId);
    if (profile) await enterProfile(profileId);
  }
  location.hash = hash;
  router.arrive();
}

/** Backs up the current server to each of its targets in turn. */
async function backUp(): Promise<void> {
  const world = backend();
  if (!desk.session?.canConfirm) await world.showWindow();
  if (!desk.session) return;
  try {
    const { targets } = await world.overview();
    await queue.add(
      targets.map(
        ({ target }) =>
          () =>
            world.startJob({ kind: 'backup', targetId: target.id }),
      ),
      true,
    );
  } catch (error) {
    await world.notify(m.app_name(), m.tray_back_up_failed(), null).catch(() => undefined);
    queue.failure = toFailure(error);
  }
}

/** Sets the texts of the tray in the language of the window. */
export function tellTrayWords(): void {
  backend()
    .setTrayWords({
      backUp: m.overview_back_up_now(),
      open: m.tray_open(),
      quit: m.tray_quit(),
      good: m.tray_good(),
      working: m.tray_working(),
      attention: m.tray_attention(),
      failed: m.tray_failed(),
    })
    .catch(() => undefined);
}

/** What the watch knows, for this window. */
export const watching = new Watching();
