import { expect, test } from 'vitest';
import { steps } from './stages';

const states = (result: ReturnType<typeof steps>) => result.steps.map((step) => step.state[0]).join('');

test('a restore from a target goes through its stages in order', () => {
  expect(states(steps('remote', false, 'restore-fetch-archive', -1))).toBe('caaaa');
  expect(states(steps('remote', false, 'restore-import-data', 0))).toBe('ddcaa');
  expect(states(steps('remote', false, 'restore-finalize', 2))).toBe('ddddc');
});

test('all stages of the safety copy are one line at the start', () => {
  for (const stage of ['export-collect-data', 'downloading'] as const) {
    expect(states(steps('local', true, stage, -1))).toBe('caaaaaa');
  }
  expect(states(steps('local', true, 'uploading', 0))).toBe('dcaaaaa');
});

test('an unknown stage does not reset the progress', () => {
  expect(states(steps('remote', false, 'finding-out', 3))).toBe('dddca');
  expect(states(steps('remote', false, 'connecting', -1))).toBe('aaaaa');
});
