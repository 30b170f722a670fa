import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { showWholeTexts } from './whole-text';

let stop: () => void;
beforeEach(() => (stop = showWholeTexts()));
afterEach(() => {
  stop();
  vi.restoreAllMocks();
});

/** A text in a box, with what the browser says of its width. */
function shows(text: string, needed: number, title = ''): HTMLElement {
  document.body.innerHTML = `<p><span class="truncate" style="overflow: hidden" ${title}><b>${text}</b></span></p>`;
  vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockReturnValue(needed);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(100);
  return screen.getByText(text).parentElement!;
}

test('a text that is cut off is shown in full while the pointer is over it', async () => {
  const cut = shows('nodewarden_backup_20261120_033014_9c41e.zip', 250);
  await fireEvent.pointerOver(cut.firstElementChild!);
  expect(cut).toHaveAttribute('title', 'nodewarden_backup_20261120_033014_9c41e.zip');
  await fireEvent.pointerLeave(cut);
  expect(cut).not.toHaveAttribute('title');
});

test('a text that fits gets no title', async () => {
  const whole = shows('short', 40);
  await fireEvent.pointerOver(whole);
  expect(whole).not.toHaveAttribute('title');
});

test('a title that is there stays', async () => {
  const cut = shows('Nov 20, 2026', 250, 'title="3 days ago"');
  await fireEvent.pointerOver(cut);
  await fireEvent.pointerLeave(cut);
  expect(cut).toHaveAttribute('title', '3 days ago');
});
