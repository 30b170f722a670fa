import { desk } from '@/app/desk.svelte';
import { Loadable } from '@/app/loadable.svelte';
import { backend, type RestorePlan, type RestoreSource, type Stage } from '@/backend';
import type { Place } from '@/app/router.svelte';

/** The backup that an address names: `?file=` on this computer, or `?target=&path=`. */
export function sourceOf(query: Place['query']): RestoreSource | null {
  const file = query.get('file');
  if (file) return { type: 'local', path: file };
  const targetId = query.get('target');
  const path = query.get('path');
  return targetId && path ? { type: 'remote', targetId, path } : null;
}

/** A plan that is being made, with how far its reading is. */
export class Planning {
  stage = $state.raw<Stage | null>(null);
  /** How far this stage is, from 0 to 1, when that can be said. */
  share = $state<number | null>(null);
  /** The person would not give the password that planning needs. */
  refused = $state(false);
  readonly plan: Loadable<RestorePlan>;

  constructor(readonly source: RestoreSource) {
    this.plan = new Loadable(async () => {
      this.refused = false;
      const plan = await desk.confirmed(() => backend().planRestore(source, (update) => this.#hear(update)));
      if (plan) return plan;
      this.refused = true;
      throw new Error('');
    }, 'plan-restore');
  }

  #hear(update: Parameters<Parameters<ReturnType<typeof backend>['planRestore']>[1]>[0]): void {
    if (update.type === 'stage') {
      this.stage = update.stage;
      this.share = null;
    } else if (update.type === 'bytes' || update.type === 'files') {
      this.share = update.total ? Math.min(1, update.done / update.total) : null;
    }
  }
}
