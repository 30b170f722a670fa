import {
  backend,
  type CaseReport,
  type CaseSubject,
  type PlaybookPath,
  type RecoveryCase,
  type StepKind,
} from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

/** How often the server is checked while a step waits for it, in milliseconds. */
export const watchEvery = 5000;

/** What steps of a case share while its screen is open. */
type Part = { leave?(): void };

/** One way through a recovery, as one screen sees it. It can be left, and come back to. */
export class Recovery {
  case = $state.raw<RecoveryCase | null | undefined>();
  report = $state.raw<CaseReport | undefined>();
  failure = $state.raw<Failure | undefined>();
  /** Why the server could not be checked the last time, while it is watched. */
  watchFailure = $state.raw<Failure | undefined>();
  /** When it was last checked. */
  lookedAt = $state.raw<Date | undefined>();
  busy = $state(false);

  /** The server is watched: a step outside the app, or its effect, is still to come. */
  watching = $derived(
    this.case != null &&
      this.case.endedAt === null &&
      this.report === undefined &&
      this.case.steps.some(
        (step) => step.state === 'waiting' || (step.state === 'needs-you' && step.watched),
      ),
  );
  /** Nothing is left to do. */
  finished = $derived(this.case?.steps.every((step) => step.state === 'done') ?? false);

  readonly profileId: string;
  /** What a new case is to be about. */
  readonly subject: CaseSubject;
  readonly #parts = new Map<new () => Part, Part>();

  constructor(profileId: string, subject: CaseSubject = { type: 'server' }) {
    this.profileId = profileId;
    this.subject = subject;
    $effect(() => {
      if (!this.watching) return;
      const timer = setInterval(() => void this.look(), watchEvery);
      return () => clearInterval(timer);
    });
  }

  /** The one of its kind that all steps of this screen share. */
  part<T extends Part>(Kind: new () => T): T {
    const known = this.#parts.get(Kind);
    if (known) return known as T;
    const part = new Kind();
    this.#parts.set(Kind, part);
    return part;
  }

  /** The screen goes, and what its steps shared. */
  leave(): void {
    for (const part of this.#parts.values()) part.leave?.();
    this.#parts.clear();
  }

  /** Comes back to a case that was started before, if there is one. */
  async load(): Promise<void> {
    await this.#do(async () => {
      const known = await backend().recoveryCase(this.profileId);
      this.case = known && (await backend().refreshCase(known.id));
      if (this.case) this.lookedAt = backend().now();
    });
  }

  async begin(branch: PlaybookPath): Promise<void> {
    await this.#do(async () => {
      this.case = await backend().beginRecovery(this.profileId, branch, this.subject);
      this.lookedAt = backend().now();
    });
  }

  /** Checks the server again. */
  async look(): Promise<void> {
    const known = this.case;
    if (!known) return;
    try {
      const next = await backend().refreshCase(known.id);
      if (this.case?.id === known.id) this.case = next;
      this.watchFailure = undefined;
    } catch (error) {
      this.watchFailure = toFailure(error);
    }
    this.lookedAt = backend().now();
  }

  /** The person says that they have done a step that no one else can see. */
  async confirm(step: StepKind): Promise<void> {
    const known = this.case;
    if (known) await this.#do(async () => (this.case = await backend().confirmStep(known.id, step)));
  }

  async close(): Promise<void> {
    const known = this.case;
    if (known) await this.#do(async () => (this.report = await backend().closeCase(known.id)));
  }

  /** Gives this way up, for another one. */
  async abandon(): Promise<void> {
    const known = this.case;
    if (!known) return;
    await this.#do(async () => {
      await backend().abandonCase(known.id);
      this.case = null;
    });
  }

  async #do(what: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.failure = undefined;
    try {
      await what();
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.busy = false;
  }
}
