import {
  backend,
  type Attachment,
  type FirstFacts,
  type Inspection,
  type Storage,
  type Update,
} from '@/backend';
import { Loadable } from '@/app/loadable.svelte';
import { judgedFor, type Existing } from './storages';
import { verdictOf } from './verdict';

/** How much of the file has been read, from 0 to 1; null until that can be said. */
function share(update: Update): number | null {
  return update.type === 'bytes' && update.total ? Math.min(1, update.done / update.total) : null;
}

/** How the full reading of a file stands. */
export type ReadingState = 'waiting' | 'reading' | 'stopping' | 'stopped' | 'done';

/** One file being looked at: first facts at once, then everything. */
export class Look {
  readonly path: string;
  /** Where the server that would take it keeps attachments. */
  storage = $state<Storage>('r2');
  /** What becomes of the data that this server holds. */
  existing = $state<Existing>('replaced');
  /** How far the full reading is, from 0 to 1. */
  read = $state<number | null>(null);
  readonly facts: Loadable<FirstFacts>;
  readonly whole: Loadable<Inspection>;
  readonly attachments: Loadable<Attachment[]>;
  /** Everything, judged for the server that was chosen. */
  inspection = $derived.by(() => this.whole.data && judgedFor(this.whole.data, this.storage));
  verdict = $derived.by(() => this.inspection && verdictOf(this.inspection, this.existing));
  /** The person stopped the reading; while it is loading still, it is about to end. */
  stopped = $state(false);
  /** How the full reading stands. */
  state = $derived.by((): ReadingState => {
    if (this.whole.loading) return this.stopped ? 'stopping' : 'reading';
    if (this.stopped) return 'stopped';
    return this.whole.data || this.whole.failure ? 'done' : 'waiting';
  });

  constructor(path: string) {
    this.path = path;
    this.facts = new Loadable(() => backend().firstFacts(path));
    this.whole = new Loadable(() => {
      this.read = null;
      // The response holds the verdicts for the other storages too.
      return backend().inspectFile(path, 'r2', (update) => (this.read = share(update) ?? this.read));
    });
    this.attachments = new Loadable(() => backend().listAttachments(path));
  }

  get name(): string {
    return this.path.split(/[/\\]/).at(-1) ?? this.path;
  }

  /** Stops what reads this file; what is known of it stays. */
  stop(): void {
    this.stopped = true;
    if (this.whole.loading || this.attachments.loading) void backend().stopReading(this.path);
  }
}

class Inspector {
  looks = $state.raw<Look[]>([]);
  /** Those whose turn is still to come, the next one first. */
  #waiting: Look[] = [];
  #reading = false;

  find(path: string): Look | undefined {
    return this.looks.find((look) => look.path === path);
  }

  /**
   * Checks these files, before those that wait already: they are what the
   * person has just asked for. Those that are open are checked again.
   */
  open(paths: string[]): void {
    const asked: Look[] = [];
    for (const path of new Set(paths)) {
      const known = this.find(path);
      const look = known ?? new Look(path);
      if (!known) this.looks = [...this.looks, look];
      void look.facts.load();
      if (look.attachments.data) void look.attachments.restart();
      if (look.whole.loading && !look.stopped) continue;
      look.stopped = false;
      asked.push(look);
    }
    this.#waiting = [...asked, ...this.#waiting.filter((look) => !asked.includes(look))];
    void this.#read();
  }

  /** Reads one file after the other: a disk does not get faster by sharing. */
  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    for (let look = this.#waiting.shift(); look; look = this.#waiting.shift()) await look.whole.load();
    this.#reading = false;
  }

  /** Reads this file no further; it stays open with what is known of it. */
  stop(look: Look): void {
    this.#waiting = this.#waiting.filter((other) => other !== look);
    look.stop();
  }

  close(path: string): void {
    this.#drop(this.looks.filter((look) => look.path === path));
  }

  closeAll(): void {
    this.#drop(this.looks);
  }

  /** A closed file is not read any further, and those behind it need not wait for it. */
  #drop(closed: Look[]): void {
    this.looks = this.looks.filter((look) => !closed.includes(look));
    for (const look of closed) this.stop(look);
  }
}

/** The files that are being looked at; they stay open while other screens are shown. */
export const inspector = new Inspector();
