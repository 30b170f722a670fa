/** Where the focus was last: the element, and what is around it from the inside out. */
let trail: HTMLElement[] = [];

/** Remembers what takes the focus. */
export function rememberFocus({ target }: FocusEvent): void {
  trail = [];
  for (let one = target as HTMLElement | null; one && one !== document.body; one = one.parentElement) {
    trail.push(one);
  }
}

/** Nothing has the focus. */
function isLost(): boolean {
  return !document.activeElement || document.activeElement === document.body;
}

/**
 * Takes the focus back to where it was when what had it has gone, such as the button of a step that is
 * done: Tab then continues from there instead of from the start of the page.
 */
export function resumeFocus(): void {
  if (!isLost()) return;
  const [last] = trail;
  if (last?.isConnected) last.focus({ preventScroll: true });
  if (!isLost()) return;
  const near = trail.slice(1).find((one) => one.isConnected);
  if (!near) return;
  if (!near.hasAttribute('tabindex')) {
    near.tabIndex = -1;
    near.addEventListener('blur', () => near.removeAttribute('tabindex'), { once: true });
  }
  near.focus({ preventScroll: true });
}

/** Puts the focus on the heading of the screen, unless something else has it. */
export function focusHeading(): void {
  if (isLost()) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
}
