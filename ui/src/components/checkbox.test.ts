import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync('src/app.css', 'utf8');

const sources = import.meta.glob<string>('../**/*.svelte', { query: '?raw', import: 'default', eager: true });

/** The declarations of a rule. */
function rule(selector: string): string {
  const at = css.indexOf(`${selector} {`);
  expect(at, selector).toBeGreaterThan(-1);
  return css.slice(at, css.indexOf('}', at));
}

/** The lightness of a token in the dark theme. */
function dark(token: string): number {
  const found = new RegExp(`--${token}: light-dark\\(oklch\\([^)]*\\), oklch\\(([\\d.]+)`).exec(css);
  return Number(found?.[1]);
}

test('unchecked boxes have their own style, dark in the dark theme', () => {
  const box = rule("input[type='checkbox']");
  expect(box).toContain('appearance: none');
  expect(box).toContain('background: var(--raised)');
  expect(box).toContain('border: 1px solid var(--field)');
  expect(dark('raised')).toBeLessThan(0.4);
  expect(dark('field')).toBeGreaterThan(dark('raised'));
});

test('checked and unchecked boxes differ by more than a mark', () => {
  expect(rule("input[type='checkbox']:indeterminate")).toContain('background: var(--accent)');
  expect(css).toContain("input[type='checkbox']:checked::before");
});

test('no checkbox sets its own background', () => {
  const boxes = Object.entries(sources).flatMap(([file, source]) =>
    [...source.matchAll(/<input\b[^>]*type="checkbox"[^>]*>/g)].map(([box]) => ({ file, box })),
  );
  expect(boxes.length).toBeGreaterThan(3);
  for (const { file, box } of boxes) expect(box, file).not.toMatch(/\bbg-|background/);
});
