import type { Failure } from './failure';
import { hintOf, originalOf, sentenceOf } from './wording';

/** One place that shows a failure, and what it would ask again. */
export type Showing = { key: string; retry: (() => void) | undefined };

/** What makes two failures the same for the person: the code, every word, and what they are about. */
export function sameness(failure: Failure): string {
  return JSON.stringify([
    failure.code,
    sentenceOf(failure),
    hintOf(failure),
    originalOf(failure),
    failure.context.target,
  ]);
}

/** Failures of parts that are requested side by side: the same one is shown once, where it came first. */
class Shared {
  #all = $state.raw<Showing[]>([]);

  /** Takes part; returns how that ends. */
  show(showing: Showing): () => void {
    this.#all = [...this.#all, showing];
    return () => (this.#all = this.#all.filter((other) => other !== showing));
  }

  /** Another place shows the same. */
  isElsewhere(key: string, mine: Showing | undefined): boolean {
    const first = this.#all.find((showing) => showing.key === key);
    return first !== undefined && first !== mine;
  }

  /** Asks again for everything that failed in this way. */
  retry(key: string): void {
    for (const showing of this.#all) if (showing.key === key) showing.retry?.();
  }
}

/** The failures of the screen. */
export const shared = new Shared();
