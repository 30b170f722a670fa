import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

test('a finding leads to its wizard, and the checks can be expanded', async () => {
  await openWindow('secret-changed', '/incidents');
  const findings = await screen.findAllByTestId(testid.finding);
  expect(findings.map((finding) => finding.dataset.finding)).toEqual([
    'jwt-secret-changed',
    'settings-need-repair',
  ]);
  expect(findings[0]).toHaveTextContent('Confirmed');
  await userEvent.click(screen.getByText('What was checked'));
  const settings = screen.getAllByTestId(testid.lookedAtRow).find((row) => row.dataset.what === 'settings');
  expect(settings).toHaveAttribute('data-answer', 'bad');
  await userEvent.click(screen.getAllByTestId(testid.toWizard)[0]!);
  expect(location.hash).toContain('/incidents/secret?profile=home');
});

test('when no one can sign in, the failed sign-in leads to the wizard', async () => {
  await openWindow('secret-missing', '/sign-in?profile=home');
  await userEvent.type(await screen.findByTestId(testid.signInPassword), 'correct horse');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  const error = await screen.findByTestId(testid.signInError);
  expect(error).toHaveAttribute('data-code', 'jwt-secret-missing');
  expect(screen.getByTestId(testid.toWizard)).toHaveAttribute('href', '#/incidents/secret?profile=home');
});

test('a known server can be checked without signing in', async () => {
  await openWindow('secret-missing', '/incidents');
  await userEvent.click((await screen.findAllByTestId(testid.incidentServer))[0]!);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  expect(await screen.findByTestId(testid.finding)).toHaveAttribute('data-finding', 'jwt-secret-missing');
});

test('the result of a restore leads to the repair', async () => {
  const backend = await openWindow('healthy', '/overview');
  const done = await backend.restoreChecklist(17);
  const items = done.items.map((item) =>
    item.step === 'settings-repaired' ? { ...item, state: 'open' as const } : item,
  );
  for (const call of ['restoreChecklist', 'checkRestore'] as const)
    if (call in backend) backend[call as 'restoreChecklist'] = async () => ({ ...done, items });
  location.hash = '#/restore/17';
  expect(await screen.findByTestId(testid.toWizard)).toHaveAttribute(
    'href',
    '#/incidents/repair?profile=home',
  );
});

test('the overview warns of a single administrator who could repair', async () => {
  await openWindow('one-can-repair', '/overview');
  expect(await screen.findByTestId(testid.repairersCaution)).toHaveTextContent('Only one administrator');
  await userEvent.click(screen.getByTestId(testid.testValueKeep));
  await waitFor(() => expect(screen.getByTestId(testid.testValue)).toHaveAttribute('data-state', 'kept'));
});

test('an unreachable server gets no all-clear', async () => {
  await openWindow('signed-out-unreachable', '/incidents?profile=home');
  expect(await screen.findByTestId(testid.incidentsUnreached)).toHaveTextContent('Connection refused');
  expect(screen.queryByText('No problems found')).toBeNull();
});

test('an uncertain diagnosis offers the alternative too', async () => {
  await openWindow('secret-likely-changed', '/incidents');
  const finding = await screen.findByTestId(testid.finding);
  expect(finding).toHaveTextContent('This is not confirmed');
  expect(finding).toHaveTextContent('look for the old one first');
  expect(screen.getAllByTestId(testid.toWizard).map((way) => way.dataset.wizard)).toEqual([
    'secret',
    'repair',
  ]);
});
