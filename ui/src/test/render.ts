import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import App from '@/App.svelte';
import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { useBackend, type Backend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { jobs } from '@/features/jobs/jobs.svelte';
import { board } from '@/features/overview/board.svelte';
import { language } from '@/language/locale.svelte';

/** Opens the window in a state of the sample world, at a place, in English. */
export async function openWindow(state: string, place: string): Promise<Backend> {
  const backend = sampleBackend(state);
  useBackend(backend);
  language.choose('en');
  desk.info = undefined;
  desk.session = null;
  desk.onThisComputer = false;
  desk.waiting = undefined;
  board.data = undefined;
  board.failure = undefined;
  jobs.all = [];
  const [path = '/', query = ''] = place.split('?');
  go(path, Object.fromEntries(new URLSearchParams(query)));
  render(App);
  await tick();
  return backend;
}
