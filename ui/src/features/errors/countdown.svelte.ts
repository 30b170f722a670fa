import { backend } from '@/backend';

/** Longer than any lock of NodeWarden's own: after that, someone may know better than the server. */
const patience = 125_000;

/** A time that someone has to wait for, counted down by the clock. Make it while a component is set up. */
export class Countdown {
  /** Seconds. */
  left = $state(0);
  /** It is too soon to try anyway. */
  holds = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    $effect(() => () => clearInterval(this.#timer));
  }

  /** Counts from here; 0 or nothing stops. */
  from(seconds: number | null | undefined): void {
    this.until(seconds ? backend().now().getTime() + seconds * 1000 : null);
  }

  /** Counts to a time in ms since 1970. A computer that slept meanwhile has not waited less. */
  until(end: number | null): void {
    clearInterval(this.#timer);
    const began = backend().now().getTime();
    const look = () => {
      const now = backend().now().getTime();
      this.left = Math.max(0, Math.ceil(((end ?? 0) - now) / 1000));
      this.holds = this.left > 0 && now - began < patience;
      if (this.left === 0) clearInterval(this.#timer);
    };
    look();
    if (this.left > 0) this.#timer = setInterval(look, 1000);
  }
}
