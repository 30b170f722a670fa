/** Seconds that someone has to wait, counted down. Make it while a component is set up. */
export class Countdown {
  left = $state(0);
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    $effect(() => () => clearInterval(this.#timer));
  }

  /** Counts from here; 0 or nothing stops. */
  from(seconds: number | null | undefined): void {
    clearInterval(this.#timer);
    this.left = Math.max(0, seconds ?? 0);
    if (this.left === 0) return;
    this.#timer = setInterval(() => {
      this.left -= 1;
      if (this.left <= 0) clearInterval(this.#timer);
    }, 1000);
  }
}
