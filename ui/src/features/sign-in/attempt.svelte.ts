import { desk } from '@/app/desk.svelte';
import { passage } from '@/app/profiles.svelte';
import { Wait } from '@/app/wait.svelte';
import { backend, type Profile, type SignInAnswer, type SignInForm, type TwoStepMethod } from '@/backend';
import { ConnectionDraft, needsConsent } from '@/features/connection/draft.svelte';
import { Countdown } from '@/features/errors/countdown.svelte';
import { toFailure, type Failure } from '@/features/errors/failure';

/** Methods that a person can use here. */
export type AnswerableMethod = Extract<TwoStepMethod, 'authenticator' | 'yubikey' | 'recovery-code'>;

const answerable: AnswerableMethod[] = ['authenticator', 'yubikey', 'recovery-code'];

/** The host of an address as someone types it. */
export function hostOf(serverUrl: string): string {
  return (
    serverUrl
      .trim()
      .replace(/^https?:\/\//i, '')
      .split('/')[0] ?? ''
  );
}

/** One person's way in: the account, then perhaps a second step. */
export class Attempt {
  serverUrl = $state('');
  email = $state('');
  /** What to call the server; its host when it is empty. */
  name = $state('');
  password = $state('');
  code = $state('');
  remember = $state(false);
  /** The account's methods, once the server asked for a second step. */
  methods = $state.raw<TwoStepMethod[] | undefined>();
  method = $state<AnswerableMethod>('authenticator');
  busy = $state(false);
  /** The call that is waited for. */
  readonly call = new Wait('sign-in');
  /** The person has gone elsewhere meanwhile: a late response leads nowhere. */
  left = false;
  failure = $state.raw<Failure | undefined>();
  wait = new Countdown();
  /** How the server is reached; a known one's settings come from the ledger. */
  connection = new ConnectionDraft();
  /** Plain http to another computer: accepted on purpose, or not at all. */
  needsConsent = $derived(needsConsent(this.serverUrl));

  #weakerFor: string | undefined;

  /** The methods that can be used here, the most convenient first. */
  choices = $derived(answerable.filter((method) => this.methods?.includes(method)));
  step = $derived<'account' | 'two-step' | 'browser-only'>(
    this.failure?.code === 'two-step-unsupported' || (this.methods && this.choices.length === 0)
      ? 'browser-only'
      : this.methods
        ? 'two-step'
        : 'account',
  );

  constructor(profile: Profile | undefined, refusal: Failure | undefined) {
    this.serverUrl = profile?.serverUrl ?? '';
    this.email = profile?.email ?? '';
    this.failure = refusal;
    if (profile) void this.#recall(profile.id);
  }

  async #recall(profileId: string): Promise<void> {
    try {
      this.connection.start(await backend().profileConnection(profileId));
    } catch {
      // The sign-in itself says what is wrong with the ledger.
    }
  }

  #signIn(form: SignInForm): Promise<SignInAnswer> {
    const through = this.connection;
    return this.call.during(() =>
      through.changed ? backend().signInThrough(form, through.form()) : backend().signIn(form),
    );
  }

  /** Sends what was filled in; true once signed in. */
  async send(): Promise<boolean> {
    this.busy = true;
    this.failure = undefined;
    try {
      const code = this.code.replaceAll(/\s/g, '');
      const answer = await this.#signIn({
        serverUrl: this.serverUrl.trim(),
        email: this.email.trim(),
        name: this.name.trim() || null,
        password: this.password,
        acceptWeakerKdf: this.#weakerFor === this.#account(),
        twoStep: this.methods ? { method: this.method, code, remember: this.remember } : null,
      });
      if (answer.type === 'signed-in') {
        this.password = '';
        this.#weakerFor = undefined;
        if (this.left) {
          await desk.refresh();
          return false;
        }
        await desk.enter(answer.session);
        passage.same = answer.sameAccount ?? undefined;
        return true;
      }
      this.methods = answer.methods;
      this.method = this.choices[0] ?? 'authenticator';
    } catch (error) {
      this.failure = toFailure(error);
      this.wait.from(this.failure.retryAfterSeconds);
      this.code = '';
    } finally {
      this.busy = false;
    }
    return false;
  }

  #account(): string {
    return `${this.serverUrl.trim()} ${this.email.trim().toLowerCase()}`;
  }

  /** The person agreed to a weaker key derivation, for this account on this server. */
  acceptWeakerKdf(): void {
    this.#weakerFor = this.#account();
  }

  /** No longer needed. */
  leave(): void {
    this.left = true;
    this.password = '';
    this.call.leave();
  }

  /** Continues with the recovery code, which works where the account's own methods do not. */
  useRecoveryCode(): void {
    this.failure = undefined;
    this.methods = [...(this.methods ?? ['webauthn']), 'recovery-code'];
    this.method = 'recovery-code';
    this.remember = false;
  }

  /** Goes back to the account. */
  back(): void {
    this.methods = undefined;
    this.failure = undefined;
    this.code = '';
  }
}
