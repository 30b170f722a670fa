import { untrack } from 'svelte';
import type { Call } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { Wait } from './wait.svelte';

/** Something a screen asks for: being asked for, here, or failed; and asked for again. */
export class Loadable<T> {
  data = $state.raw<T | undefined>();
  failure = $state.raw<Failure | undefined>();
  loading = $state(false);
  /** How waiting for it ends early, where that can be. */
  readonly wait: Wait | undefined;
  #ask: () => Promise<T>;
  #newest = 0;

  /** `call` is the kind of call that it makes, when that can be stopped. */
  constructor(ask: () => Promise<T>, call?: Call) {
    const wait = call && new Wait(call);
    this.wait = wait;
    this.#ask = wait ? () => wait.during(ask) : ask;
  }

  /** Asks again. What is known stays on screen meanwhile; only the newest response counts. */
  async load(): Promise<void> {
    const mine = ++this.#newest;
    this.loading = true;
    // Beside what is known a failure stays until there is better news.
    if (untrack(() => this.data) === undefined) this.failure = undefined;
    try {
      const data = await this.#ask();
      if (mine !== this.#newest) return;
      this.data = data;
      this.failure = undefined;
    } catch (error) {
      if (mine !== this.#newest) return;
      this.failure = toFailure(error);
    }
    this.loading = false;
  }

  /** Forgets what is known, then asks: for another place's data. */
  async restart(): Promise<void> {
    this.forget();
    await this.load();
  }

  /** Forgets what is known; a response that comes late counts for nothing. */
  forget(): void {
    this.#newest += 1;
    this.loading = false;
    this.data = undefined;
    this.failure = undefined;
  }

  /** No longer needed: what is requested is stopped, and what is known stays. */
  leave(): void {
    this.#newest += 1;
    this.loading = false;
    this.wait?.leave();
  }
}
