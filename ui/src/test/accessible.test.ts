import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { openWindow } from './render';
import { testid } from '@/testids';

const style = readFileSync('src/app.css', 'utf8');
const sources = import.meta.glob<string>('../**/*.svelte', { query: '?raw', import: 'default', eager: true });

/** The relative luminance of `oklch(L C H)`. */
function luminance(colour: string): number {
  const [l = 0, c = 0, h = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const [long, medium, short] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ] as const;
  const linear = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ].map((value) => Math.min(1, Math.max(0, value)));
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}

function contrast(one: string, other: string, theme: 0 | 1): number {
  const [here, there] = [one, other].map((name) => {
    const both = style.match(new RegExp(`--${name}: light-dark\\((oklch\\([^)]*\\)), (oklch\\([^)]*\\))\\)`));
    expect(both, name).not.toBeNull();
    return luminance(both![theme + 1]!);
  });
  return (Math.max(here!, there!) + 0.05) / (Math.min(here!, there!) + 0.05);
}

const surfaces = ['backdrop', 'surface', 'raised', 'sunken'];
const soft = ['good', 'caution', 'danger', 'accent'].map((tone) => [tone, `${tone}-soft`]);
const text = [
  ...['ink', 'ink-soft', 'ink-faint', 'accent', 'good', 'caution', 'danger'].flatMap((ink) =>
    surfaces.map((surface) => [ink, surface]),
  ),
  ...soft,
  ...soft.flatMap(([, back]) => [
    ['ink', back],
    ['ink-soft', back],
  ]),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger'],
  ['on-danger', 'danger-hover'],
] as [string, string][];
/** The focus ring, and the edges of fields and boxes. */
const edges = ['accent', 'field'].flatMap((edge) => surfaces.map((surface) => [edge, surface]));

test.each([
  ['light', 0],
  ['dark', 1],
] as const)('text contrast is 4.5, that of fields and focus 3 in the %s theme', (_, theme) => {
  for (const [one, other] of text) {
    expect(contrast(one, other, theme), `${one} on ${other}`).toBeGreaterThanOrEqual(4.5);
  }
  for (const [one, other] of edges) {
    expect(contrast(one!, other!, theme), `${one} on ${other}`).toBeGreaterThanOrEqual(3);
  }
});

test('nothing moves with reduced motion', () => {
  const rule = style.match(/@media \(prefers-reduced-motion: reduce\) \{\n([\s\S]*?)\n\}/)?.[1] ?? '';
  for (const property of ['animation-duration', 'animation-iteration-count']) {
    expect(rule).toMatch(new RegExp(`${property}: [^;]* !important`));
  }
  expect(rule).toContain('transition: none !important');
  // Movement by script does not follow the style sheet.
  const byScript = Object.entries(sources).filter(([, source]) =>
    /from 'svelte\/(transition|animate|motion)'|behavior: 'smooth'|\.animate\(/.test(source),
  );
  expect(byScript.map(([path]) => path)).toEqual([]);
});

/** What axe finds without a browser: everything but colours and sizes. */
async function violations(): Promise<string[]> {
  const result = await axe.run(document.body, {
    resultTypes: ['violations'],
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

test('axe finds nothing in a screen, a menu and the help', async () => {
  await openWindow('failed-target', '/incidents');
  await screen.findAllByTestId(testid.finding);
  expect(await violations()).toEqual([]);
  await userEvent.keyboard('?');
  await screen.findByTestId(testid.helpArticle);
  expect(await violations()).toEqual([]);
});
