import type { Changes, Diff } from '@/backend';
import { m } from '@/messages/messages';
import { tableWord } from './tables';

type Dated = { path: string; exportedAt: string | null };

/** The two in the order they were made; as given when that is unknown. */
export function earlierFirst<T extends Dated>(one: T, two: T): [T, T] {
  const [first, second] = [one, two].map((side) => Date.parse(side.exportedAt ?? ''));
  return first !== undefined && second !== undefined && first > second ? [two, one] : [one, two];
}

/** One kind of row with its changes. */
export type Group = { name: string; word: () => string; changes: Changes };

/** All kinds, in the order people care for. */
export function groupsOf(diff: Diff): Group[] {
  return [
    { name: 'users', word: () => tableWord('users'), changes: diff.users },
    { name: 'administrators', word: m.inspect_compare_administrators, changes: diff.administrators },
    { name: 'ciphers', word: () => tableWord('ciphers'), changes: diff.ciphers },
    { name: 'folders', word: () => tableWord('folders'), changes: diff.folders },
    { name: 'attachments', word: () => tableWord('attachments'), changes: diff.attachments },
  ];
}

/** Nothing that is compared differs. */
export function isSame(diff: Diff): boolean {
  const { savedAnew, targetsAdded, targetsRemoved, repairersAdded, repairersRemoved } = diff.settings;
  return (
    groupsOf(diff).every(({ changes }) => changes.added + changes.removed + changes.changed === 0) &&
    !savedAnew &&
    [targetsAdded, targetsRemoved, repairersAdded, repairersRemoved].every((list) => list.length === 0)
  );
}
