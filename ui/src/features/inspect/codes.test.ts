import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Damage, Warning } from '@/backend';
import { language } from '@/language/locale.svelte';
import { damageWord, known as damages } from './damage';
import { known as warnings, warningHint, warningText } from './warnings';

/** The core's own pages, without their tests. */
const archive = '../src-tauri/crates/archive/src';
const core = readdirSync(archive, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.rs'))
  .map((path) => readFileSync(`${archive}/${path}`, 'utf8').split('#[cfg(test)]')[0])
  .join('\n');

function codes(pattern: RegExp): string[] {
  return [...new Set([...core.matchAll(pattern)].map((match) => match[1]!))];
}

test('every warning of the core is worded in both languages', () => {
  const found = codes(/\bwarning\(\s*"([a-z-]+)"/g);
  expect(found.length).toBeGreaterThan(20);
  const english = 'The core says it in English.';
  for (const code of found) {
    expect(Object.keys(warnings)).toContain(code);
    language.choose('zh-CN');
    const warning: Warning = { code, severity: 'note', message: english, hint: english, values: {} };
    expect(warningText(warning), code).toMatch(/[\u4e00-\u9fff]/);
    expect(warningHint(warning), code).toMatch(/[\u4e00-\u9fff]/);
  }
});

test('every damage of the core is worded and counts against a check', () => {
  const found = codes(/\.(?:file|entry)\(\s*(?:[^";]{0,80},\s*)?"([a-z0-9-]+)"/g);
  expect(found.length).toBeGreaterThan(20);
  language.choose('zh-CN');
  for (const code of found) {
    expect(Object.keys(damages)).toContain(code);
    const damage: Damage = { entry: null, code, message: 'English.', values: {} };
    expect(damageWord(damage), code).toMatch(/[\u4e00-\u9fff]/);
  }
});

test("a code from a newer core shows the core's own English", () => {
  const warning: Warning = {
    code: 'of-tomorrow',
    severity: 'note',
    message: 'It rains.',
    hint: 'Stay in.',
    values: {},
  };
  expect([warningText(warning), warningHint(warning)]).toEqual(['It rains.', 'Stay in.']);
  expect(damageWord({ entry: null, code: 'of-tomorrow', message: 'It is wet.', values: {} })).toBe(
    'It is wet.',
  );
});
