import { backend } from '@/backend';
import { go, router } from './router.svelte';

/** Something that would be lost by leaving its screen. */
type Held = { screen: string; drop: () => void };

class Leaving {
  /** The person is being asked. */
  asked = $state.raw<((yes: boolean) => void) | undefined>();
  #held = $state.raw<Held | undefined>();
  /** Something would be lost. */
  held = $derived(this.#held !== undefined);

  constructor() {
    router.guard = (next) => {
      if (!this.#held || next.path.split('/')[1] === this.#held.screen) return true;
      void this.allowed().then((yes) => {
        if (yes) go(next.path, Object.fromEntries(next.query));
      });
      return false;
    };
  }

  /** Asks before this screen is left, from now on; `drop` forgets what was unsaved. */
  hold(screen: string, drop: () => void): void {
    if (!this.#held) void backend().holdWindow(true);
    this.#held = { screen, drop };
  }

  /** Nothing would be lost any more. */
  release(): void {
    if (this.#held) void backend().holdWindow(false);
    this.#held = undefined;
    this.asked = undefined;
  }

  /** Whether the window may go elsewhere: asks when something would be lost by it. */
  async allowed(): Promise<boolean> {
    const held = this.#held;
    if (!held) return true;
    this.asked?.(false);
    const yes = await new Promise<boolean>((settle) => (this.asked = settle));
    this.asked = undefined;
    if (yes) {
      this.release();
      held.drop();
    }
    return yes;
  }
}

/** Leaving a screen whose changes are not saved. */
export const leaving = new Leaving();
