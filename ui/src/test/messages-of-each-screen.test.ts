import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { damageKinds, errorKinds, warningKinds } from '@/backend';
import { m } from '@/messages/messages';
import { messagesOfEachScreen } from '../../scripts/messages-of-each-screen.js';

const sources = import.meta.glob<string>('../**/*.{ts,svelte}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The messages that a module brings with it in the production build. */
function brought(path: string): Set<string> {
  const transform = messagesOfEachScreen().transform as (code: string, id: string) => { code: string };
  const { code } = transform(readFileSync(path, 'utf8'), path);
  return new Set(Array.from(code.matchAll(/messages\/messages\/(\w+)\.js/g), ([, key]) => key ?? ''));
}

const all = Object.keys(m);
const withPrefix = (...prefixes: string[]) =>
  all.filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
const keysOf = (table: Record<string, { sentence: string; hint?: string }>) =>
  Object.values(table).flatMap(({ sentence, hint }) => (hint ? [sentence, hint] : [sentence]));

test.each([
  ['src/features/help/pages.ts', withPrefix('help_')],
  ['src/features/recovery/words.ts', withPrefix('fact_', 'step_', 'path_', 'finding_to_', 'advice_')],
  ['src/features/target-work/look-words.ts', withPrefix('reach_', 'stop_cause_', 'fix_')],
  ['src/features/errors/wording.ts', keysOf(errorKinds)],
  ['src/features/inspect/warnings.ts', keysOf(warningKinds)],
  ['src/features/inspect/details.ts', [...keysOf(warningKinds), ...keysOf(damageKinds)]],
])('%s brings every message that it may need', (path, keys) => {
  const there = brought(path);
  expect(keys.length).toBeGreaterThan(5);
  expect(keys.filter((key) => !there.has(key))).toEqual([]);
});

test('every module that builds keys at run time is checked here', () => {
  const modules = Object.entries(sources).filter(
    ([path, code]) =>
      !path.includes('/messages/') && !path.endsWith('.test.ts') && /\bm\s*\[|\bin m\b/.test(code),
  );
  expect(modules.map(([path]) => path.replace('../', 'src/')).sort()).toEqual([
    'src/features/errors/wording.ts',
    'src/features/help/pages.ts',
    'src/features/inspect/details.ts',
    'src/features/inspect/warnings.ts',
    'src/features/recovery/words.ts',
    'src/features/target-work/look-words.ts',
  ]);
});

test('the messages are used by name or by key only', () => {
  const others = Object.entries(sources).filter(
    ([path, code]) =>
      !path.includes('/messages/') &&
      !path.endsWith('.test.ts') &&
      code.includes("import { m } from '@/messages/messages'") &&
      /(?:[=(,:]\s*|typeof |\.\.\.)m\s*[,;)\n}]/.test(code.replace(/keyof typeof m/g, '')),
  );
  expect(others.map(([path]) => path)).toEqual([]);
});
