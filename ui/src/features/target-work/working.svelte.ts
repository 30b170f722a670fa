import { desk } from '@/app/desk.svelte';
import { Loadable } from '@/app/loadable.svelte';
import { go } from '@/app/router.svelte';
import {
  backend,
  type Depth,
  type Destination,
  type HealFrom,
  type HealPlan,
  type JobRequest,
  type TargetChoice,
} from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { board } from '@/features/overview/board.svelte';

/** What can be done with a target directly. */
export const works = ['examine', 'verify', 'heal', 'copy'] as const;
export type Work = (typeof works)[number];

/** How this computer reaches the target. */
export type Reached = {
  way: 'opened' | 'typed' | 'kept' | 'folder';
  choice: TargetChoice;
  /** The other targets that the same settings open. */
  others: Destination[];
};

/** The target that the person works on; without an id it is a folder of this computer. */
export type Asked = { id: string | null; name: string };

/** The attachments are read in so many days, unless the person says otherwise. */
const usualDays = 30;

class Working {
  asked = $state.raw<Asked | undefined>();
  work = $state<Work>('examine');
  reached = $state.raw<Reached | undefined>();
  depth = $state<Depth['type']>('rotating');
  days = $state(String(usualDays));
  fromServer = $state(false);
  /** What the server's next run would upload goes there as well. */
  newBodies = $state(false);
  folders = $state.raw<string[]>([]);
  zips = $state.raw<string[]>([]);
  targets = $state.raw<string[]>([]);
  /** Where a copy goes: the id of another target, or a folder. */
  to = $state.raw<{ id: string } | { folder: string } | undefined>();
  starting = $state(false);
  failure = $state.raw<Failure | undefined>();
  share = $state<number | null>(null);
  /** The person stays where they are when the work starts. */
  stays = false;
  readonly plan = new Loadable<HealPlan>(() => this.#plan(), 'plan-heal');
  #inline: Asked | undefined;
  /** How each target was reached that was worked on, so that no one has to say it twice. */
  #ways = new Map<string, { asked: Asked; reached: Reached }>();

  /** Why it cannot start yet. */
  blocked = $derived.by((): 'reach' | 'days' | 'to' | 'plan' | undefined => {
    if (!this.reached) return 'reach';
    if (this.work === 'verify' && this.depth === 'rotating') {
      const days = Number(this.days);
      if (!Number.isInteger(days) || days < 1 || days > 366) return 'days';
    }
    if (this.work === 'copy' && !this.to) return 'to';
    if (this.work === 'heal' && !this.willHeal) return 'plan';
    return undefined;
  });

  /** The plan would change something. */
  willHeal = $derived.by(() => {
    const plan = this.plan.data;
    return plan !== undefined && (plan.index === 'write' || plan.bodies.some(({ from }) => from !== null));
  });

  /** Asks what to do with a target. */
  ask(asked: Asked, work: Work = 'examine', stays = false): void {
    this.reset();
    this.stays = stays;
    this.work = work;
    this.asked = asked;
  }

  /** How a target of this name was reached before. */
  reachedAt(name: string): Reached | undefined {
    return this.#ways.get(name)?.reached;
  }

  /** The same after a job on a target, which was called `name` then. */
  askAgain(name: string, work: Work, { id, stays = false }: { id?: string; stays?: boolean } = {}): void {
    const known = this.#ways.get(name);
    const target = board.data?.targets.find((card) => card.target.name === name)?.target;
    this.ask(known?.asked ?? { id: id ?? target?.id ?? null, name }, work, stays);
    this.reached = known?.reached;
  }

  close(): void {
    this.plan.leave();
    this.asked = undefined;
    this.reset();
  }

  /** Nothing is known of how targets were reached. */
  forget(): void {
    this.close();
    this.#ways.clear();
  }

  /** Work on a target outside of the dialog, in the way that it was reached before. */
  begin(asked: Asked, work: Work, newBodies = false): void {
    this.close();
    this.work = work;
    this.newBodies = newBodies;
    this.#inline = asked;
    this.reached = this.#ways.get(asked.name)?.reached;
  }

  reset(): void {
    this.reached = undefined;
    this.fromServer = desk.atServer;
    this.newBodies = false;
    this.#inline = undefined;
    this.folders = [];
    this.zips = [];
    this.targets = [];
    this.to = undefined;
    this.failure = undefined;
    this.share = null;
    this.plan.forget();
  }

  /** What was planned with other sources counts no more. */
  replan(): void {
    this.plan.leave();
    this.plan.forget();
  }

  reach(reached: Reached): void {
    this.reached = reached;
    this.failure = undefined;
    this.replan();
    const asked = this.asked ?? this.#inline;
    if (asked) this.#ways.set(asked.name, { asked, reached });
  }

  /** The network between here and the target may see its login and the backups. */
  acceptHttp(): void {
    const { reached } = this;
    if (reached?.choice.type !== 'opened') return;
    this.reach({ ...reached, choice: { ...reached.choice, httpAccepted: true } });
  }

  async start(): Promise<void> {
    const { asked, reached } = this;
    if (!asked || !reached || this.blocked || this.starting) return;
    this.starting = true;
    this.failure = undefined;
    try {
      const request = this.#request(reached.choice);
      const begin = () => backend().startJob(request);
      const withServer = request.kind === 'heal-target' && this.fromServer;
      const job = await (withServer ? desk.confirmed(begin) : begin());
      if (job !== undefined) {
        const { stays } = this;
        this.close();
        if (!stays) go(`/activity/${job}`);
      }
    } catch (error) {
      this.failure = toFailure(error);
      // Another plan is made and looked at first.
      if (this.failure.detail?.kind === 'heal-plan-changed') this.replan();
      if (this.failure.detail?.kind === 'settings-closed') this.reached = undefined;
    }
    this.starting = false;
  }

  /** What would be started now, once the target is reached. */
  request(): JobRequest | undefined {
    return this.reached && this.#request(this.reached.choice);
  }

  #request(target: TargetChoice): JobRequest {
    switch (this.work) {
      case 'examine':
        return { kind: 'examine-target', target };
      case 'verify':
        return { kind: 'verify-target', target, depth: this.#depth() };
      case 'heal':
        return {
          kind: 'heal-target',
          target,
          sources: this.#sources(),
          plan: this.plan.data?.fingerprint ?? '',
        };
      case 'copy':
        return { kind: 'copy-target', from: target, to: this.#to(target) };
    }
  }

  #depth(): Depth {
    return this.depth === 'rotating' ? { type: 'rotating', days: Number(this.days) } : { type: this.depth };
  }

  #to(from: TargetChoice): TargetChoice {
    const { to } = this;
    if (to && 'folder' in to) return { type: 'folder', folder: to.folder };
    return this.#other(from, to?.id ?? '');
  }

  #other(from: TargetChoice, destinationId: string): TargetChoice {
    return from.type === 'opened' ? { ...from, destinationId } : from;
  }

  #sources(): HealFrom[] {
    const choice = this.reached?.choice;
    return [
      ...this.zips.map((zip): HealFrom => ({ type: 'zip', zip })),
      ...this.folders.map((folder): HealFrom => ({ type: 'folder', folder })),
      ...(choice
        ? this.targets.map((id): HealFrom => ({ type: 'target', target: this.#other(choice, id) }))
        : []),
      ...(this.fromServer ? [this.#server()] : []),
    ];
  }

  #server(): HealFrom {
    return this.newBodies ? { type: 'server', newBodies: true } : { type: 'server' };
  }

  async #plan(): Promise<HealPlan> {
    const choice = this.reached?.choice;
    if (!choice) throw new Error('');
    this.share = null;
    const ask = () =>
      backend().planHeal(choice, this.#sources(), (update) => {
        if (update.type === 'stage') this.share = null;
        if (update.type === 'files') this.share = update.total ? update.done / update.total : null;
      });
    const plan = await (this.fromServer ? desk.confirmed(ask) : ask());
    if (!plan) throw new Error('');
    return plan;
  }
}

/** What this window does with a target directly. */
export const working = new Working();
