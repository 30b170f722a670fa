import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { sampleBackend } from '@/backend/sample';
import { coreError } from '@/backend/sample/world';
import { m } from '@/messages/messages';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { sameness } from './shared.svelte';

test('the same failure of parallel refreshes is shown and retried once', async () => {
  const backend = sampleBackend('healthy');
  const stalled = () => Promise.reject(coreError('timed-out'));
  const repairers = vi.spyOn(backend, 'repairers').mockImplementation(stalled);
  await openWindow(backend, '/overview');
  expect(await screen.findByTestId(testid.failure)).toHaveAttribute('data-code', 'timed-out');
  const overview = vi.spyOn(backend, 'overview').mockImplementation(stalled);
  await userEvent.click(screen.getByTestId(testid.refresh));
  await screen.findByText(m.overview_stale());
  expect(screen.getAllByTestId(testid.failure)).toHaveLength(1);
  const [boards, panels] = [overview.mock.calls.length, repairers.mock.calls.length];
  await userEvent.click(screen.getByTestId(testid.failureRetry));
  await waitFor(() => expect(overview.mock.calls.length).toBeGreaterThan(boards));
  expect(repairers.mock.calls.length).toBeGreaterThan(panels);
});

test('failures that differ in a word or a target stay apart', () => {
  const failure = coreError('target-failed', { original: '507', context: { target: 'nas' } });
  expect(sameness({ ...failure })).toBe(sameness(failure));
  expect(sameness({ ...failure, original: '401' })).not.toBe(sameness(failure));
  expect(sameness({ ...failure, context: { ...failure.context, target: 'cloud' } })).not.toBe(
    sameness(failure),
  );
  expect(sameness(coreError('timed-out'))).not.toBe(sameness(coreError('host-unreachable')));
});
