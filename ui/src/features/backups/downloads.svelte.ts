import { backend, type FreeName, type IfThere, type JobRecord } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { jobs } from '@/features/jobs/jobs.svelte';
import { queue } from '@/features/jobs/queue.svelte';
import { m } from '@/messages/messages';
import type { Line } from './lines';

/** A download, and where it goes; the usual folder when that is null. */
type Wanted = { targetId: string; line: Line; folder: string | null };

/** A download that found another file under its name. */
type Refused = Wanted & { jobId: number; where: string; free: FreeName };

/**
 * Downloads on their way. A file with the same bytes is no obstacle; where another file has
 * the name, the person is asked what happens to it.
 */
class Downloads {
  /** Downloads whose name another file has, while someone is asked what to do about them. */
  asked = $state.raw<Refused[]>([]);
  failure = $state.raw<Failure | undefined>();
  #started = new Map<number, Wanted>();
  #listens = false;

  /** Downloads to a folder that the person chooses. */
  async toChosenFolder(targetId: string, lines: Line[]): Promise<void> {
    const folder = await backend().chooseFolder(m.choose_folder_title());
    if (folder) await this.to(folder, targetId, lines);
  }

  /** Downloads to a folder, the usual one when it is null. */
  async to(folder: string | null, targetId: string, lines: Line[]): Promise<void> {
    this.failure = undefined;
    await this.#start(
      lines.map((line) => ({ targetId, line, folder })),
      'refuse',
    );
  }

  /** Replaces the files that are there, keeps both, or leaves everything as it is. */
  async decide(what: 'replace' | 'keep-both' | 'cancel'): Promise<void> {
    const { asked } = this;
    this.asked = [];
    if (what === 'cancel') return;
    for (const { jobId } of asked) jobs.dismiss(jobId);
    if (what === 'replace') return this.#start(asked, 'overwrite');
    await queue.add(
      asked.map(
        ({ targetId, line, free }) =>
          () =>
            backend().startJob({
              kind: 'download',
              from: { type: 'server', targetId },
              path: line.path,
              to: { type: 'file', file: free.to },
              ifThere: 'refuse',
            }),
      ),
    );
  }

  /** Clears everything from before. */
  forget(): void {
    this.asked = [];
    this.failure = undefined;
    this.#started.clear();
  }

  async #start(wanted: Wanted[], ifThere: IfThere): Promise<void> {
    if (!this.#listens) {
      jobs.whenEnded((job) => void this.#ended(job));
      this.#listens = true;
    }
    await queue.add(
      wanted.map((one) => async () => {
        const id = await backend().startJob({
          kind: 'download',
          from: { type: 'server', targetId: one.targetId },
          path: one.line.path,
          to: { type: 'folder', folder: one.folder },
          ifThere,
        });
        this.#started.set(id, one);
        // It may have ended before its number was known here.
        const ended = jobs.all.find(({ record }) => record.id === id && record.state !== 'running');
        if (ended) void this.#ended(ended.record);
        return id;
      }),
    );
  }

  async #ended(job: JobRecord): Promise<void> {
    const wanted = this.#started.get(job.id);
    this.#started.delete(job.id);
    if (!wanted || job.error?.code !== 'file-exists') return;
    try {
      const { folder, taken } = await backend().takenNames(wanted.folder, [wanted.line.name]);
      const [free] = taken;
      if (free) this.asked = [...this.asked, { ...wanted, jobId: job.id, where: folder, free }];
    } catch (error) {
      this.failure = toFailure(error);
    }
  }
}

/** The downloads of this window. */
export const downloads = new Downloads();
