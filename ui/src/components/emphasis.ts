import { getContext, setContext } from 'svelte';

const key = Symbol('emphasis');

/** A part of a screen says whether it is the one to work in now. In the others, no button is primary. */
export function emphasize(isMain: () => boolean): void {
  setContext(key, isMain);
}

/** Whether the part that a component is in is the one to work in. */
export function emphasis(): () => boolean {
  return getContext<(() => boolean) | undefined>(key) ?? (() => true);
}
