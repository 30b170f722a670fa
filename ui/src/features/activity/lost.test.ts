import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { hintOf, sentenceOf } from '@/features/errors/wording';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

const seen = [
  'outcome-no-sign',
  'outcome-under-way',
  'outcome-silent',
  'outcome-restored',
  'outcome-likely-restored',
] as const;

test('the outcome and why it was unknown are worded in both languages', () => {
  for (const chosen of ['en', 'zh-CN'] as const) {
    language.choose(chosen);
    const told = seen.map((found) => coreError(found, { context: { lostBecause: 'lost' } }));
    expect(new Set(told.map(sentenceOf)).size).toBe(seen.length);
    expect(new Set(told.map(hintOf)).size).toBe(seen.length);
    const why = (['lost', 'stopped', 'interrupted'] as const).map((why) =>
      hintOf(coreError('outcome-no-sign', { context: { lostBecause: why } })),
    );
    expect(new Set(why).size).toBe(3);
  }
});

test('a request that was never sent says that nothing changed', () => {
  language.choose('en');
  expect(hintOf(coreError('host-unreachable', { context: { call: 'not-sent' } }))).toContain(
    'Nothing was sent',
  );
  const failed = coreError('target-full', { context: { call: 'answer-lost' } });
  expect(sentenceOf(failed)).toBe('The target is full.');
  expect(hintOf(failed)).toContain("the server's own records");
});

test('a backup whose response was lost shows its outcome after a check', async () => {
  await openWindow('answer-lost', '/activity/30');
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent('The server had started');
  expect(screen.getByText('Still running on the server')).toBeInTheDocument();
  await userEvent.click(screen.getByTestId(testid.recheckOutcome));
  await waitFor(() =>
    expect(screen.getByTestId(testid.activityDetail)).toHaveAttribute('data-state', 'attention'),
  );
  expect(screen.queryByTestId(testid.recheckOutcome)).toBeNull();
  expect(await screen.findByText(/was not read back and verified here/)).toBeInTheDocument();
});

test('a failed check says why and can be repeated', async () => {
  const backend = await openWindow('answer-lost', '/activity/30');
  backend.recheckOutcome = async () => {
    throw coreError('timed-out');
  };
  await userEvent.click(await screen.findByTestId(testid.recheckOutcome));
  expect(await screen.findByText('vault.lindqvist.example did not respond in time.')).toBeInTheDocument();
  expect(screen.getByTestId(testid.recheckOutcome)).toBeEnabled();
});

test('a cancelled wait for a backup does not claim that nothing happened', async () => {
  await openWindow('backup-stopped', '/activity/30');
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent('The server continues on its own');
  expect(screen.queryByText(/the job did not get that far/)).toBeNull();
});

test('a stopped deletion lists deleted and remaining files', async () => {
  await openWindow('delete-stopped', '/activity/30');
  expect((await screen.findByTestId(testid.deletedPaths)).children).toHaveLength(1);
  expect(screen.getByTestId(testid.leftPaths).children).toHaveLength(2);
});

test('a restore that is known to have succeeded is not unknown', async () => {
  await openWindow('restore-found', '/restore/17');
  const result = await screen.findByTestId(testid.restoreResult);
  expect(result).toHaveTextContent("Restored; the server's response was lost");
  expect(screen.getByText(/20261120_152901_04d7e\.zip/)).toBeInTheDocument();
});
