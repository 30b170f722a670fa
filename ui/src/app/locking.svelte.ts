import { backend } from '@/backend';
import { desk } from './desk.svelte';

const kept = 'desk.lock-after';

/** Minutes that Settings offers. */
export const lockChoices = [1, 5, 15, 30, 60, 240];

const usual = 15;

class Locking {
  minutes = $state(usual);

  /** Passes the choice to the shell, and is notified of automatic session changes. */
  async watch(): Promise<void> {
    const minutes = Number(localStorage.getItem(kept));
    this.minutes = lockChoices.includes(minutes) ? minutes : usual;
    await backend().setLockAfter(this.minutes);
    await backend().watchSession(() => void desk.refresh());
  }

  /** How long the master password's hash is kept without use. */
  async choose(minutes: number): Promise<void> {
    this.minutes = minutes;
    localStorage.setItem(kept, String(minutes));
    await backend().setLockAfter(minutes);
  }

  /** Forgets it at once. */
  async now(): Promise<void> {
    await backend().lockNow();
    await desk.refresh();
  }
}

/** When confirmations ask for the master password again. */
export const locking = new Locking();
