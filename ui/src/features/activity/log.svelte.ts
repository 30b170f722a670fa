import { desk } from '@/app/desk.svelte';
import { backend, type AuditEvent } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';

const page = 100;

/** The server's log of backups, read a page at a time. */
export class Log {
  events = $state.raw<AuditEvent[]>([]);
  more = $state(false);
  loading = $state(false);
  failure = $state.raw<Failure | undefined>();
  /** It was read at least once, or could not be. */
  asked = $state(false);
  #next = 0;
  #of: string | undefined;

  /** Reads the newest page again; older ones that were read stay. */
  async load(): Promise<void> {
    if (this.#of !== desk.session?.profileId) {
      this.events = [];
      this.more = false;
      this.#next = 0;
      this.asked = false;
    }
    this.#of = desk.session?.profileId;
    await this.#read(0);
  }

  /** Reads the next older page. */
  async older(): Promise<void> {
    if (this.more && !this.loading) await this.#read(this.#next);
  }

  async #read(offset: number): Promise<void> {
    const profileId = desk.session?.profileId;
    if (!profileId || !desk.atServer) {
      this.asked = true;
      return;
    }
    this.loading = true;
    try {
      const answer = await backend().auditLog(page, offset);
      if (profileId !== this.#of) return;
      const fresh = new Set(answer.events.map((event) => event.id));
      const kept = this.events.filter((event) => !fresh.has(event.id));
      this.events = [...kept, ...answer.events].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
      if (offset + page >= this.#next) {
        this.#next = offset + page;
        this.more = answer.hasMore;
      }
      this.failure = undefined;
    } catch (error) {
      this.failure = toFailure(error);
    } finally {
      this.loading = false;
      this.asked = true;
    }
  }
}
