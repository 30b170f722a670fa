import { expect, test } from 'vitest';
import { offsets, scrollTo, visibleItems, visibleRows } from './virtual';

test('of ten thousand rows, only those near the window are drawn', () => {
  const { first, end } = visibleRows(150_000, 400, 30, 10_000);
  expect(first).toBeLessThanOrEqual(5000);
  expect(end).toBeGreaterThanOrEqual(5014);
  expect(end - first).toBeLessThan(40);
});

test('scrolling reaches the first and last row and stops there', () => {
  expect(visibleRows(0, 400, 30, 10_000).first).toBe(0);
  expect(visibleRows(10_000 * 30 - 400, 400, 30, 10_000).end).toBe(10_000);
});

test('a list that shrinks while scrolled down shows its last rows', () => {
  const { first, end } = visibleRows(290_000, 400, 30, 20);
  expect(end).toBe(20);
  expect(first).toBeLessThan(10);
});

test('a short list is drawn completely, an empty one not at all', () => {
  expect(visibleRows(0, 400, 30, 3)).toEqual({ first: 0, end: 3 });
  expect(visibleRows(0, 400, 30, 0)).toEqual({ first: 0, end: 0 });
});

test('an off-screen row is scrolled into view by the shortest distance', () => {
  expect(scrollTo(2, 300, 400, 30)).toBe(60);
  expect(scrollTo(50, 300, 400, 30)).toBe(1130);
  expect(scrollTo(15, 300, 400, 30)).toBe(300);
});

test('only visible items are drawn, whatever their heights', () => {
  const tops = offsets(Array.from({ length: 10_000 }, (_, at) => (at % 10 === 0 ? 40 : 54)));
  const { first, end } = visibleItems(tops, 260_000, 500);
  expect(tops[first]!).toBeLessThanOrEqual(260_000);
  expect(tops[end]!).toBeGreaterThanOrEqual(260_500);
  expect(end - first).toBeLessThan(40);
  expect(visibleItems(tops, 9e9, 500).end).toBe(10_000);
  expect(visibleItems(offsets([]), 0, 500)).toEqual({ first: 0, end: 0 });
});
