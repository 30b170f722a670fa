/** Whether the text of an element does not fit into it. */
function isCut(element: HTMLElement): boolean {
  const { overflowX, overflowY } = getComputedStyle(element);
  const wide = element.scrollWidth > element.clientWidth + 1 && overflowX !== 'visible';
  return wide || (element.scrollHeight > element.clientHeight + 4 && overflowY === 'hidden');
}

/** A text without the spaces of the markup. */
function textOf(element: HTMLElement): string {
  return (element.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/**
 * Shows a text that is cut off in full, as a title, while the pointer is over it. An element with a
 * title of its own keeps it.
 */
export function showWholeTexts(): () => void {
  function over({ target }: Event): void {
    if (!(target instanceof Element)) return;
    const cut = target.closest<HTMLElement>('.truncate, .line-clamp-2');
    if (!cut || cut.hasAttribute('title') || !isCut(cut)) return;
    cut.title = textOf(cut);
    cut.addEventListener('pointerleave', () => cut.removeAttribute('title'), { once: true });
  }
  document.addEventListener('pointerover', over);
  return () => document.removeEventListener('pointerover', over);
}
