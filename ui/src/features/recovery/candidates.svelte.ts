import { backend, type CandidateAnswer, type KnownEvidence, type SecretEvidence } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

/** What a candidate turned out to be; the candidate itself is gone by then. */
export type Tested = CandidateAnswer & { number: number; length: number };

/** Candidates for the old secret, tested on this computer and wiped. */
export class Candidates {
  fields = $state<string[]>(['']);
  /** What they are tested against. */
  against = $state<'kept-token' | 'pasted' | 'file'>('pasted');
  pasted = $state('');
  path = $state<string | null>(null);
  kept = $state.raw<KnownEvidence[]>([]);
  answers = $state.raw<Tested[]>([]);
  failure = $state.raw<Failure | undefined>();
  busy = $state(false);

  right = $derived(this.answers.find((answer) => answer.verdict === 'right'));
  /** A right one that the server would take. */
  usable = $derived(this.right !== undefined && !this.right.tooShort);
  ready = $derived(
    this.fields.some((field) => field !== '') &&
      (this.against === 'kept-token' ||
        (this.against === 'pasted' ? this.pasted.trim() !== '' : this.path !== null)),
  );

  /** Finds out what there is to test against. */
  async look(profileId: string): Promise<void> {
    try {
      this.kept = await backend().secretEvidence(profileId);
      if (this.kept.length > 0) this.against = 'kept-token';
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  /** Several lines at once become several candidates; false when it is only one line. */
  spread(at: number, text: string): boolean {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length < 2) return false;
    this.fields = [...this.fields.slice(0, at), ...lines, ...this.fields.slice(at + 1)].filter(
      (field) => field !== '',
    );
    return true;
  }

  async test(profileId: string, caseId: number | null): Promise<void> {
    // The place is the number: an empty field in between is sent too, and its result ignored.
    const last = this.fields.findLastIndex((field) => field !== '');
    const candidates = this.fields.slice(0, last + 1);
    const evidence: SecretEvidence =
      this.against === 'kept-token'
        ? { type: 'kept-token', profileId }
        : this.against === 'pasted'
          ? { type: 'pasted', text: this.pasted.trim() }
          : { type: 'file', path: this.path ?? '' };
    this.busy = true;
    this.failure = undefined;
    this.answers = [];
    try {
      const answers = await backend().checkSecrets(evidence, candidates, caseId);
      this.answers = answers
        .map((answer, index) => ({
          ...answer,
          number: index + 1,
          length: [...(candidates[index] ?? '')].length,
        }))
        .filter(({ length }) => length > 0);
      // They are no longer needed on screen.
      this.fields = [''];
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.busy = false;
  }

  /** The results have been read: they are cleared. */
  settle(): void {
    this.answers = [];
  }

  /** Nothing of what was typed stays, nor when the screen goes. */
  leave(): void {
    this.fields = [''];
    this.pasted = '';
    this.path = null;
    this.answers = [];
  }
}
