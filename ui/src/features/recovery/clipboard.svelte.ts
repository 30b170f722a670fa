import { copyText } from '@/components/clipboard';

/** How long a secret stays on the clipboard, in seconds. */
export const clipboardHolds = 60;

async function fingerprint(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16)).join('-');
}

/**
 * A secret on its way to another program. It is taken off the clipboard after a
 * minute, unless something else was copied since; the screen may be gone by then,
 * so only a fingerprint is kept here.
 */
class SecretClipboard {
  state = $state<'idle' | 'holds' | 'cleared' | 'stays'>('idle');
  left = $state(0);
  #fingerprint = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  async copy(secret: string): Promise<void> {
    await copyText(secret);
    this.#fingerprint = await fingerprint(secret);
    this.state = 'holds';
    this.left = clipboardHolds;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.left -= 1;
      if (this.left <= 0) void this.clear();
    }, 1000);
  }

  /** Takes the secret off; says so when this webview does not allow it. */
  async clear(): Promise<void> {
    clearInterval(this.#timer);
    if (this.state !== 'holds') return;
    this.left = 0;
    try {
      const there = await navigator.clipboard.readText();
      if ((await fingerprint(there)) === this.#fingerprint) await navigator.clipboard.writeText('');
      this.state = 'cleared';
    } catch {
      this.state = 'stays';
    }
    this.#fingerprint = '';
  }
}

/** The clipboard, as far as secrets of this app are on it. */
export const secretClipboard = new SecretClipboard();
