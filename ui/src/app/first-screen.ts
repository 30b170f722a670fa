import { tick } from 'svelte';
import { backend } from '@/backend';

/**
 * Shows the window, which is hidden until its first screen is there. Should that fail, the shell
 * shows it a little later.
 */
export async function showFirstScreen(loaded: () => Promise<void>): Promise<void> {
  // Where the start leads to, and then what it shows.
  await tick();
  await loaded();
  await tick();
  await backend().showFirstScreen(background());
  await painted();
  await backend().firstScreenPainted();
}

/** The colour behind the page, as the theme has it. */
function background(): [number, number, number] {
  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!brush) return [255, 255, 255];
  brush.fillStyle = getComputedStyle(document.body).backgroundColor;
  brush.fillRect(0, 0, 1, 1);
  const [red = 255, green = 255, blue = 255] = brush.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** The first of two frames may show what was there before. */
function painted(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
}
