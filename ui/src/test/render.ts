import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import App from '@/App.svelte';
import { desk } from '@/app/desk.svelte';
import { dialogs, helpDialog } from '@/app/dialogs';
import { leaving } from '@/app/leaving.svelte';
import { passage } from '@/app/profiles.svelte';
import { go } from '@/app/router.svelte';
import { firstRun, screens, signIn } from '@/app/screens';
import { useBackend, type Backend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { downloads } from '@/features/backups/downloads.svelte';
import { help } from '@/features/help/help.svelte';
import { jobs } from '@/features/jobs/jobs.svelte';
import { queue } from '@/features/jobs/queue.svelte';
import { board } from '@/features/overview/board.svelte';
import { editor } from '@/features/targets/editor.svelte';
import { working } from '@/features/target-work/working.svelte';
import { language } from '@/language/locale.svelte';

/** Opens the window in a state of the sample world, or with a backend of one's own, at a place, in English. */
export async function openWindow(state: string | Backend, place: string): Promise<Backend> {
  const backend = typeof state === 'string' ? sampleBackend(state) : state;
  useBackend(backend);
  language.choose('en');
  desk.info = undefined;
  desk.session = null;
  desk.onThisComputer = false;
  desk.waiting?.settle(false);
  passage.asked = undefined;
  passage.refused = undefined;
  passage.left = undefined;
  passage.entering = undefined;
  passage.renaming = undefined;
  passage.same = undefined;
  board.data = undefined;
  board.failure = undefined;
  jobs.all = [];
  queue.forget();
  downloads.forget();
  leaving.release();
  editor.forget();
  working.forget();
  help.close();
  const [path = '/', query = ''] = place.split('?');
  go(path, Object.fromEntries(new URLSearchParams(query)));
  // Everything is there at once, as it is soon after the start.
  await Promise.all(
    [firstRun, signIn, helpDialog, ...dialogs, ...screens.map(({ load }) => load)].map((load) => load()),
  );
  render(App);
  await tick();
  return backend;
}
