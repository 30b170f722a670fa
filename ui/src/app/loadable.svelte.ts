import { toFailure, type Failure } from '@/features/errors/failure';

/** Something a screen asks for: being asked for, here, or failed; and asked for again. */
export class Loadable<T> {
  data = $state.raw<T | undefined>();
  failure = $state.raw<Failure | undefined>();
  loading = $state(false);
  #ask: () => Promise<T>;
  #newest = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Asks again. What is known stays on screen meanwhile; only the newest answer counts. */
  async load(): Promise<void> {
    const mine = ++this.#newest;
    this.loading = true;
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
    this.data = undefined;
    this.failure = undefined;
    await this.load();
  }
}
