import { onDestroy, untrack } from 'svelte';
import { desk } from '@/app/desk.svelte';
import { Loadable } from '@/app/loadable.svelte';
import { backend, type TargetHistory } from '@/backend';
import { jobs } from '@/features/jobs/jobs.svelte';

/** The current server's board, shared by the screens that show a part of it. */
export const board = new Loadable(() => backend().overview(), 'overview');

/** What this computer knows of the targets' past: there without the server, too. */
export const histories = new Loadable<TargetHistory[]>(async () => {
  const profileId = desk.session?.profileId;
  return profileId ? backend().targetHistories(profileId) : [];
});

let boardOf: string | undefined;
/** How many screens show it. */
let shown = 0;

/** While a screen is open: asks again when a job ends, and again when the server changes. */
export function keepBoardFresh(): void {
  shown += 1;
  onDestroy(() => {
    shown -= 1;
    if (shown === 0) board.leave();
  });
  $effect(() => {
    void jobs.ended;
    const profileId = desk.session?.profileId;
    if (!profileId) return;
    untrack(() => {
      const same = boardOf === profileId;
      boardOf = profileId;
      if (!same) histories.forget();
      // The overview's response is in the records then.
      void (same ? board.load() : board.restart()).finally(() => histories.load());
      void histories.load();
    });
  });
}
