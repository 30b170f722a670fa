import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { backend } from '@/backend';
import { decrypting, isEncrypted } from '@/features/export/decrypting.svelte';
import { m } from '@/messages/messages';
import { inspector } from './look.svelte';

/** Takes these files to Inspect, also while signed out. */
export function inspectFiles(paths: string[]): void {
  if (!desk.session) desk.onThisComputer = true;
  const encrypted = paths.find(isEncrypted);
  const zips = paths.filter((path) => !isEncrypted(path));
  if (encrypted) decrypting.ask(encrypted, (zip) => inspectFiles([...zips, zip]));
  if (zips.length === 0) return;
  inspector.open(zips);
  go('/inspect', { path: zips.length === 1 ? zips[0] : undefined });
}

/** Asks for backup ZIPs and takes them to Inspect. */
export async function chooseFiles(): Promise<void> {
  const paths = await backend().chooseZips(m.inspect_open_title());
  if (paths.length > 0) inspectFiles(paths);
}
