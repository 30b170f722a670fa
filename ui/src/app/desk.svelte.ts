import { backend, type AppInfo, type SessionInfo } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

/** A step that waits for the master password. */
type Waiting = { settle: (confirmed: boolean) => void };

class Desk {
  info = $state.raw<AppInfo | undefined>();
  failure = $state.raw<Failure | undefined>();
  session = $state.raw<SessionInfo | null>(null);
  /** The person works with this computer's files, though someone may be signed in. */
  onThisComputer = $state(false);
  /** Why a known server could not be entered just like that; the sign-in shows it. */
  refusal = $state.raw<Failure | undefined>();
  /** The master password is requested. */
  waiting = $state.raw<Waiting | undefined>();
  #asking: Promise<boolean> | undefined;

  /** The server and account that this window works with. */
  profile = $derived(this.info?.profiles.find((profile) => profile.id === this.session?.profileId));
  /** What the navigation offers. */
  atServer = $derived(this.session !== null && !this.onThisComputer);

  /** Asks the shell how things are. */
  async refresh(): Promise<void> {
    try {
      this.info = await backend().appInfo();
      this.session = this.info.session;
      this.failure = undefined;
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  /** Someone has signed in. */
  async enter(session: SessionInfo): Promise<void> {
    this.onThisComputer = false;
    this.refusal = undefined;
    await this.refresh();
    this.session = session;
  }

  /**
   * Does a step that needs the master password: asks for it first when it is
   * not there, and again when the server did not take it. `undefined` when the
   * person would not give it.
   */
  async confirmed<T>(step: () => Promise<T>): Promise<T | undefined> {
    if (this.session && !this.session.canConfirm && !(await this.askPassword())) return undefined;
    try {
      return await step();
    } catch (error) {
      const { code, detail } = toFailure(error);
      // Settings that were opened and are closed again are opened where they were.
      const opened = detail?.kind === 'settings-closed';
      if (opened || !['password-needed', 'wrong-password'].includes(code)) throw error;
      if (!(await this.askPassword())) return undefined;
      return step();
    }
  }

  /** Shows the password dialog; true once the password was right. */
  askPassword(): Promise<boolean> {
    // Two steps that need it at once ask once.
    this.#asking ??= new Promise<boolean>((settle) => (this.waiting = { settle })).then((confirmed) => {
      this.waiting = undefined;
      this.#asking = undefined;
      return confirmed;
    });
    return this.#asking;
  }
}

/** Who is signed in, and what this installation knows. */
export const desk = new Desk();
