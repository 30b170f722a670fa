import { render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import type { JobRecord, RepairResult } from '@/backend';
import { language } from '@/language/locale.svelte';
import RepairOutcome from './RepairOutcome.svelte';

beforeEach(() => language.choose('en'));

function ended(readableAgain: RepairResult['readableAgain']): JobRecord {
  return {
    id: 1,
    kind: 'repair',
    state: 'attention',
    profileId: 'home',
    subject: '',
    startedAt: '2026-11-20T15:30:00Z',
    endedAt: '2026-11-20T15:31:00Z',
    error: null,
    result: { kind: 'repair', readableAgain, targets: [] },
  };
}

test('an unreachable server is neither repaired nor broken', () => {
  render(RepairOutcome, { job: ended(null) });
  expect(screen.getByText(/Could not check whether the server can open/)).toBeVisible();
  expect(screen.queryByText(/still cannot open/)).toBeNull();
});

test('a refusal of the server is shown unchanged', () => {
  render(RepairOutcome, { job: ended(false) });
  expect(screen.getByText(/still cannot open/)).toBeVisible();
});
