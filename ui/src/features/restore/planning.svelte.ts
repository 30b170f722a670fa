import { desk } from '@/app/desk.svelte';
import { Loadable } from '@/app/loadable.svelte';
import { backend, type RestorePlan, type RestoreSource, type Stage, type Update } from '@/backend';
import type { Place } from '@/app/router.svelte';

/** The backup that an address names: `?file=` on this computer, or `?target=&path=`. */
export function sourceOf(query: Place['query']): RestoreSource | null {
  const file = query.get('file');
  if (file) return { type: 'local', path: file };
  const targetId = query.get('target');
  const path = query.get('path');
  return targetId && path ? { type: 'remote', targetId, path } : null;
}

/** A plan that is made in two steps, with how far its reading is. */
export class Planning {
  stage = $state.raw<Stage | null>(null);
  /** How far this stage is, from 0 to 1, when that can be said. */
  share = $state<number | null>(null);
  /** The person would not give the password that planning needs. */
  refused = $state(false);
  /** The backup as it is, and the server's accounts: it leaves no trace on the server. */
  readonly plan: Loadable<RestorePlan>;
  /** The same with what the server holds, from an export of it. */
  readonly whole: Loadable<RestorePlan>;

  constructor(readonly source: RestoreSource) {
    const hear = (update: Update) => this.#hear(update);
    this.plan = new Loadable(() => this.#ask(() => backend().planRestore(source, hear)), 'plan-restore');
    this.whole = new Loadable(
      () =>
        this.#ask(async () => {
          if (!this.plan.data) throw new Error('');
          return backend().completeRestorePlan(this.plan.data, hear);
        }),
      'plan-restore',
    );
  }

  /** The plan as far as it is known. */
  get known(): RestorePlan | undefined {
    return this.whole.data ?? this.plan.data;
  }

  /** Makes the plan, from the first step on. */
  async begin(): Promise<void> {
    this.whole.forget();
    await this.plan.load();
  }

  /** Continues: the server makes an export. */
  async complete(): Promise<void> {
    this.stage = null;
    this.share = null;
    await this.whole.load();
  }

  /** No longer needed. */
  leave(): void {
    this.plan.leave();
    this.whole.leave();
  }

  /** Asks, with the password where it is needed. */
  async #ask(ask: () => Promise<RestorePlan>): Promise<RestorePlan> {
    this.refused = false;
    const plan = await desk.confirmed(ask);
    if (plan) return plan;
    this.refused = true;
    throw new Error('');
  }

  #hear(update: Update): void {
    if (update.type === 'stage') {
      this.stage = update.stage;
      this.share = null;
    } else if (update.type === 'bytes' || update.type === 'files') {
      this.share = update.total ? Math.min(1, update.done / update.total) : null;
    }
  }
}
