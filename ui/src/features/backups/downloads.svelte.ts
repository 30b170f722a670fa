import { backend, type FreeName } from '@/backend';
import { toFailure, type Failure } from '@/features/errors/failure';
import { queue } from '@/features/jobs/queue.svelte';
import { m } from '@/messages/messages';
import type { Line } from './lines';

type Asked = { targetId: string; lines: Line[]; folder: string | null; where: string; taken: FreeName[] };

/** Downloads on their way: to a folder, past names that are taken, into the queue. */
class Downloads {
  /** Names that are taken, while someone is asked what to do about them. */
  asked = $state.raw<Asked | undefined>();
  failure = $state.raw<Failure | undefined>();

  /** Downloads to a folder that the person chooses. */
  async toChosenFolder(targetId: string, lines: Line[]): Promise<void> {
    const folder = await backend().chooseFolder(m.choose_folder_title());
    if (folder) await this.to(folder, targetId, lines);
  }

  /** Downloads to a folder, the usual one when it is null; asks first where a name is taken. */
  async to(folder: string | null, targetId: string, lines: Line[]): Promise<void> {
    this.failure = undefined;
    try {
      const there = await backend().takenNames(
        folder,
        lines.map((line) => line.name),
      );
      if (there.taken.length > 0)
        this.asked = { targetId, lines, folder, where: there.folder, taken: there.taken };
      else await start(targetId, lines, folder, new Map());
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  /** Nothing that is there is replaced: the new ones get a number, or are left out. */
  async decide(what: 'keep-both' | 'skip' | 'cancel'): Promise<void> {
    const asked = this.asked;
    this.asked = undefined;
    if (!asked || what === 'cancel') return;
    const free = new Map(asked.taken.map((name) => [name.name, name.to]));
    if (what === 'keep-both') return start(asked.targetId, asked.lines, asked.folder, free);
    const rest = asked.lines.filter((line) => !free.has(line.name));
    return start(asked.targetId, rest, asked.folder, new Map());
  }
}

function start(
  targetId: string,
  lines: Line[],
  folder: string | null,
  free: Map<string, string>,
): Promise<void> {
  return queue.add(
    lines.map((line) => () => {
      const to = free.get(line.name);
      return to
        ? backend().startDownloadAs(targetId, line.path, to)
        : backend().startDownload(targetId, line.path, folder, null);
    }),
  );
}

/** The downloads of this window. */
export const downloads = new Downloads();
