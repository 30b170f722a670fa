import { expect, test } from 'vitest';
import type { TargetCard } from '@/backend';
import { before, failedTarget, nas, newTarget, sampleNow } from '@/backend/sample/world';
import { healthOf } from './health';

const hour = 3600_000;

function card(lastSuccess: number, lastVerified: number | null, enabled = true): TargetCard {
  return {
    ...nas,
    lastVerifiedAt: lastVerified === null ? null : before(lastVerified),
    target: {
      ...nas.target,
      schedule: { ...nas.target.schedule, enabled, intervalHours: 24 },
      runtime: { lastSuccessAt: before(lastSuccess) },
    },
  };
}

test('a target with a fresh backup that was read in full is in good order', () => {
  expect(healthOf(card(3 * hour, 3 * hour), sampleNow)).toBe('good');
});

test('a failed last run comes before everything else', () => {
  expect(healthOf(failedTarget, sampleNow)).toBe('failed');
});

test('no success at all is never, whatever the schedule says', () => {
  expect(healthOf(newTarget, sampleNow)).toBe('never');
});

test('one missed run is forgiven, two are overdue', () => {
  expect(healthOf(card(47 * hour, hour), sampleNow)).toBe('good');
  expect(healthOf(card(50 * hour, hour), sampleNow)).toBe('late');
});

test('without a schedule nothing is overdue', () => {
  expect(healthOf(card(50 * hour, hour, false), sampleNow)).toBe('good');
});

test('backups that nobody has read in full for more than eight days are not verified', () => {
  expect(healthOf(card(hour, null), sampleNow)).toBe('unverified');
  expect(healthOf(card(hour, 9 * 24 * hour), sampleNow)).toBe('unverified');
  expect(healthOf(card(hour, 7 * 24 * hour), sampleNow)).toBe('good');
});
