import type { RestorePlan } from '@/backend';

type Started = { source: RestorePlan['source']['type']; safetyCopy: boolean };

/** How the restores of this window were started: their stages follow from it. */
class Running {
  #started = new Map<number, Started>();

  note(jobId: number, plan: RestorePlan): void {
    this.#started.set(jobId, { source: plan.source.type, safetyCopy: plan.choices.safetyCopy !== 'none' });
  }

  /** A restore that another window began is taken to come from a target. */
  of(jobId: number): Started {
    return this.#started.get(jobId) ?? { source: 'remote', safetyCopy: false };
  }
}

export const running = new Running();
