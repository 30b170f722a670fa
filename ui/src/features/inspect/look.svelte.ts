import {
  backend,
  type Attachment,
  type FirstFacts,
  type Inspection,
  type Storage,
  type Update,
} from '@/backend';
import { Loadable } from '@/app/loadable.svelte';
import { verdictOf } from './verdict';

/** How much of the file has been read, from 0 to 1; null until that can be said. */
function share(update: Update): number | null {
  return update.type === 'bytes' && update.total ? Math.min(1, update.done / update.total) : null;
}

/** One file being looked at: first facts at once, then everything. */
export class Look {
  readonly path: string;
  /** Where the server that would take it keeps attachments. */
  storage = $state<Storage>('r2');
  /** How far the full reading is, from 0 to 1. */
  read = $state<number | null>(null);
  readonly facts: Loadable<FirstFacts>;
  readonly whole: Loadable<Inspection>;
  readonly attachments: Loadable<Attachment[]>;
  inspection = $derived.by(() => this.whole.data);
  verdict = $derived.by(() => (this.whole.data ? verdictOf(this.whole.data) : undefined));

  constructor(path: string) {
    this.path = path;
    this.facts = new Loadable(() => backend().firstFacts(path));
    this.whole = new Loadable(() => {
      this.read = null;
      return backend().inspectFile(path, this.storage, (update) => (this.read = share(update) ?? this.read));
    });
    this.attachments = new Loadable(() => backend().listAttachments(path));
  }

  get name(): string {
    return this.path.split(/[/\\]/).at(-1) ?? this.path;
  }

  /** Judges for a server with another storage. */
  judgeFor(storage: Storage): Promise<void> {
    this.storage = storage;
    return this.whole.load();
  }
}

class Inspector {
  looks = $state.raw<Look[]>([]);
  /** One file at a time is read in full: a disk does not get faster by sharing. */
  #queue: Promise<unknown> = Promise.resolve();

  find(path: string): Look | undefined {
    return this.looks.find((look) => look.path === path);
  }

  /** Looks at these files; those already open are looked at again. */
  open(paths: string[]): void {
    for (const path of paths) {
      const known = this.find(path);
      const look = known ?? new Look(path);
      if (!known) this.looks = [...this.looks, look];
      void look.facts.load();
      if (look.attachments.data) void look.attachments.restart();
      this.#queue = this.#queue.then(() => look.whole.load());
    }
  }

  close(path: string): void {
    this.looks = this.looks.filter((look) => look.path !== path);
  }

  closeAll(): void {
    this.looks = [];
  }
}

/** The files that are being looked at; they stay open while other screens are shown. */
export const inspector = new Inspector();
