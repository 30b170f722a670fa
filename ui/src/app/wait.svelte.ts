import { backend, type Call } from '@/backend';

/** Whoever waits for a response now. */
const waiting = new Set<Wait>();

/** Ends the calls of a kind; each is then refused with `stopped`. */
function end(call: Call): void {
  // The call itself reports the wait.
  void backend()
    .stopCall(call)
    .catch(() => undefined);
}

/** A wait for calls of one kind, which can be ended before the response is here. */
export class Wait {
  /** The person has stopped it, and the call is about to end. */
  stopping = $state(false);
  #calls = 0;

  constructor(readonly call: Call) {}

  /** Waits for this call. */
  async during<T>(ask: () => Promise<T>): Promise<T> {
    this.#calls += 1;
    waiting.add(this);
    // What was stopped before was another call.
    this.stopping = false;
    try {
      return await ask();
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) {
        waiting.delete(this);
        this.stopping = false;
      }
    }
  }

  /** The person does not want to wait any longer. */
  stop(): void {
    this.stopping = true;
    end(this.call);
  }

  /** The screen goes. Calls are stopped by kind: the next screen may already wait for the same. */
  leave(): void {
    if (!waiting.delete(this)) return;
    setTimeout(() => {
      if (![...waiting].some((other) => other.call === this.call)) end(this.call);
    });
  }
}
