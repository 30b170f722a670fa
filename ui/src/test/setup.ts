import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';
import { beforeEach, vi } from 'vitest';
import { useBackend } from '@/backend';
import { sampleBackend } from '@/backend/sample';

// A busy computer is slow to draw; that is not what the tests look at.
configure({ asyncUtilTimeout: 10_000 });

// jsdom draws nothing: a plot is checked in the pictures.
vi.mock('uplot', () => ({
  default: class {
    setSize() {}
    redraw() {}
    destroy() {}
  },
}));

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
window.matchMedia ??= () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
// Nothing is drawn.
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.scrollTo ??= () => undefined;
Element.prototype.scrollIntoView ??= () => undefined;
Element.prototype.hasPointerCapture ??= () => false;

beforeEach(async () => {
  // A menu that opens as its test ends blocks the pointer one turn after it is gone.
  await new Promise((turn) => setTimeout(turn));
  document.body.removeAttribute('style');
  localStorage.clear();
  location.hash = '';
  useBackend(sampleBackend('healthy'));
});
