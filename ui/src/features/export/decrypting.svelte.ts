import { backend } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

/** The file was encrypted with a passphrase, by its name. */
export function isEncrypted(path: string): boolean {
  return path.toLowerCase().endsWith('.age');
}

class Decrypting {
  file = $state.raw<string | undefined>();
  passphrase = $state('');
  busy = $state(false);
  failure = $state.raw<Failure | undefined>();
  #then: ((zip: string) => void) | undefined;

  /** Asks for the passphrase of a file; returns where the ZIP is once it is decrypted. */
  ask(file: string, then: (zip: string) => void): void {
    this.file = file;
    this.passphrase = '';
    this.failure = undefined;
    this.#then = then;
  }

  close(): void {
    this.file = undefined;
    this.passphrase = '';
  }

  async decrypt(): Promise<void> {
    const file = this.file;
    if (!file || this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      const zip = await backend().decryptExport(file, null, this.passphrase);
      this.close();
      this.#then?.(zip);
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.busy = false;
  }
}

/** The one question for a passphrase. */
export const decrypting = new Decrypting();
