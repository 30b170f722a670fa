import { backend } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

/** Showing files in the system's file browser, and why one was not shown. */
class Reveal {
  failure = $state.raw<Failure | undefined>();

  async file(path: string): Promise<void> {
    try {
      await backend().revealFile(path);
    } catch (error) {
      this.failure = toFailure(error);
    }
  }
}

/** The one file browser. */
export const reveal = new Reveal();
