import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { inspector } from './look.svelte';

/** Takes these files to Inspect, also when nobody is signed in. */
export function inspectFiles(paths: string[]): void {
  if (!desk.session) desk.onThisComputer = true;
  inspector.open(paths);
  go('/inspect', { path: paths.length === 1 ? paths[0] : undefined });
}
