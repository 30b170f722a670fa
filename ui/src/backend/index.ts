import type { Backend } from './types';

export type * from './bindings';
export { damageKinds, errorKinds, warningKinds } from './bindings';
export type { Backend, FileDrop, Unlisten } from './types';

let connected: Backend | undefined;

/** The way to the world outside. */
export function backend(): Backend {
  if (!connected) throw new Error('connect() comes first');
  return connected;
}

/** Uses this backend from now on; tests give their own. */
export function useBackend(next: Backend): void {
  connected = next;
}

/**
 * Finds the shell around the window. In a plain browser there is none: a
 * development build then plays on sample data (`?sample=<state>`), which a
 * production build does not contain.
 */
export async function connect(): Promise<void> {
  if ('__TAURI_INTERNALS__' in window) {
    useBackend((await import('./tauri')).tauriBackend);
  } else if (__SAMPLE__) {
    const { sampleBackend } = await import('./sample');
    useBackend(sampleBackend(new URLSearchParams(location.search).get('sample') ?? 'healthy'));
  } else {
    throw new Error('This page is a part of NodeWarden Desk and only works inside it.');
  }
}
