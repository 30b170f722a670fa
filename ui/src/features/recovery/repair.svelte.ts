import { describe } from '@/targets/kinds';
import { desk } from '@/app/desk.svelte';
import { backend, type JobRecord, type RepairResult, type Step, type StepKind } from '@/backend';
import { editor } from '@/features/targets/editor.svelte';
import { toFailure, type Failure } from '@/features/errors/failure';
import { Opened, secretOf } from './opened.svelte';

/** What a repair came to. */
export function repairOf(job: JobRecord): RepairResult | undefined {
  return job.result?.kind === 'repair' ? job.result : undefined;
}

/** Sending the settings back, and proving that they work: from opening them to the last backup. */
export class Repair {
  readonly opened = new Opened();
  /** Targets that are not tested afterwards, by id. */
  untested = $state<string[]>([]);
  jobId = $state<number>();
  /** The job once it has ended, as the ledger has it. */
  ended = $state.raw<JobRecord>();
  failure = $state.raw<Failure>();
  starting = $state(false);

  targets = $derived(this.opened.draft?.destinations ?? []);
  tests = $derived(this.targets.filter((target) => !this.untested.includes(target.id)).map(({ id }) => id));
  /** Targets that the server could not use as they are. */
  incomplete = $derived(
    this.targets.filter((target) => {
      const { needed } = describe(target.location);
      const empty = [target.name, ...needed].some((value) => value.trim() === '');
      return empty || secretOf(target).type === 'unset';
    }),
  );
  /** The session is over: nothing continues before someone signs in. */
  signedOut = $derived([this.opened.failure, this.failure].some((one) => one?.code === 'session-ended'));
  phase = $derived<'open' | 'edit' | 'running' | 'ended'>(
    this.ended ? 'ended' : this.jobId !== undefined ? 'running' : this.opened.draft ? 'edit' : 'open',
  );

  /** The step that shows the work: once it was sent, that one; else the first that is open. */
  stepOf(steps: Step[]): StepKind | undefined {
    if (this.#isSent) return 'repair-settings';
    const open = (step: Step) => step.state !== 'done' && step.state !== 'later';
    return steps.find(
      (step) => (step.kind === 'open-portable' || step.kind === 'repair-settings') && open(step),
    )?.kind;
  }

  /** The outcome is shown at this step although the step is done. */
  isShownAt(step: Step, steps: Step[]): boolean {
    return this.#isSent && step.kind === this.stepOf(steps);
  }

  get #isSent(): boolean {
    return this.ended !== undefined || this.phase === 'running';
  }

  test(id: string, tested: boolean): void {
    this.untested = tested ? this.untested.filter((other) => other !== id) : [...this.untested, id];
  }

  /** What the core says of the targets as they are now; the fields show it. */
  async review(): Promise<void> {
    const after = $state.snapshot(this.opened.draft);
    if (!after) return;
    await this.opened.touch();
    // It only warns: sending them shows what the server refuses.
    editor.review = await backend()
      .reviewSettings(after, after)
      .catch(() => editor.review);
  }

  remove(id: string): void {
    const draft = this.opened.draft;
    if (draft) draft.destinations = draft.destinations.filter((target) => target.id !== id);
  }

  async start(): Promise<void> {
    const after = $state.snapshot(this.opened.draft);
    if (!after) return;
    this.starting = true;
    this.failure = undefined;
    this.opened.hide();
    try {
      this.jobId = await desk.confirmed(() =>
        backend().startJob({ kind: 'repair', handle: this.opened.handle, after, test: [...this.tests] }),
      );
    } catch (error) {
      const failure = toFailure(error);
      if (!this.opened.noteLapse(failure)) this.failure = failure;
    }
    this.starting = false;
  }

  /** A repair that was started before, and still runs. */
  adopt(jobId: number): void {
    if (this.phase === 'open') this.jobId = jobId;
  }

  /** Someone has signed in again. */
  signedIn(): void {
    this.opened.failure = undefined;
    this.failure = undefined;
  }

  /** The outcome of the job that has ended. */
  async finish(): Promise<void> {
    if (this.jobId === undefined) return;
    try {
      this.ended = await backend().job(this.jobId);
      if (this.ended.state === 'succeeded') await this.opened.close();
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  /** Back to the targets, with what was typed. */
  again(): void {
    this.jobId = undefined;
    this.ended = undefined;
    this.failure = undefined;
  }

  /** The screen goes. While the job runs the core still needs what is opened; it forgets it automatically. */
  leave(): void {
    if (this.phase !== 'running') void this.opened.close();
    else this.opened.hide();
    // The fields are the targets editor's: from here on they tell of its own draft again.
    if (editor.before) void editor.look();
    else editor.forget();
  }
}
