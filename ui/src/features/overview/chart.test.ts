import { expect, test } from 'vitest';
import { lines, top } from './chart';

test('the axis of sizes starts at zero', () => {
  const sizes = [112_000, 103_000];
  const [bottom, , most] = lines(sizes);
  expect(bottom).toBe(0);
  const share = (size: number) => size / most!;
  expect(share(112_000) - share(103_000)).toBeLessThan(0.1);
});

test('the axis ends at a round number that holds every size', () => {
  expect(top([112_000, 103_000])).toBe(120_000);
  expect(top([1_000_000])).toBe(1_000_000);
  expect(top([0])).toBe(1);
  expect(top([])).toBe(1);
  for (const size of [1, 9, 37, 4_321, 99_999_999]) {
    expect(top([size])).toBeGreaterThanOrEqual(size);
    expect(top([size])).toBeLessThanOrEqual(size * 1.5);
  }
});
