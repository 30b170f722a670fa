import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useBackend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { Countdown } from './countdown.svelte';

const minute = 60_000;

/** A countdown outside a component, and what ends it. */
function counting(seconds: number): { wait: Countdown; stop: () => void } {
  let wait: Countdown | undefined;
  const stop = $effect.root(() => {
    wait = new Countdown();
    wait.from(seconds);
  });
  return { wait: wait!, stop };
}

beforeEach(() => {
  vi.useFakeTimers();
  useBackend({ ...sampleBackend('healthy'), now: () => new Date() });
});
afterEach(() => vi.useRealTimers());

test('time spent asleep counts as waiting', () => {
  const { wait, stop } = counting(90);
  expect(wait.left).toBe(90);
  vi.advanceTimersByTime(1000);
  expect(wait.left).toBe(89);
  vi.setSystemTime(Date.now() + minute);
  vi.advanceTimersByTime(1000);
  expect(wait.left).toBe(28);
  stop();
});

test('after two minutes of a long wait, another try is possible', () => {
  const { wait, stop } = counting(6 * 60 * 60);
  vi.advanceTimersByTime(2 * minute);
  expect(wait.holds).toBe(true);
  vi.advanceTimersByTime(10_000);
  expect(wait.holds).toBe(false);
  expect(wait.left).toBeGreaterThan(5 * 60 * 60);
  stop();
});

test('an expired wait blocks nothing', () => {
  const { wait, stop } = counting(3);
  vi.advanceTimersByTime(3000);
  expect([wait.left, wait.holds]).toEqual([0, false]);
  stop();
});
