import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { oldSecret as right } from '@/backend/sample/recovery-secrets';
import { openWindow } from '@/test/render';
import { becomes, choose, step } from '@/test/steps';
import { testid } from '@/testids';

test("results stay until they are read, and name the candidate's field", async () => {
  const server = await openWindow('case-find-secret', '/incidents/secret');
  await userEvent.click(await screen.findByTestId(testid.candidateAdd));
  await userEvent.click(screen.getByTestId(testid.candidateAdd));
  await userEvent.type(screen.getAllByTestId(testid.candidate)[2]!, right);
  await userEvent.type(screen.getAllByTestId(testid.candidate)[0]!, 'not this one');
  await userEvent.click(screen.getByTestId(testid.candidatesTest));
  const answers = await screen.findAllByTestId(testid.candidateAnswer);
  expect(answers.map((answer) => answer.textContent)).toEqual([
    expect.stringContaining('Candidate 1'),
    expect.stringContaining('Candidate 3'),
  ]);
  // Whatever the server is found to be meanwhile.
  const look = vi.spyOn(server, 'refreshCase');
  await waitFor(() => expect(look).toHaveBeenCalled(), { timeout: 8000 });
  expect(screen.getAllByTestId(testid.candidateAnswer)).toHaveLength(2);
  await userEvent.click(within(await step('find-secret')).getByTestId(testid.stepConfirm));
  await becomes('find-secret', 'done');
  expect(screen.queryByTestId(testid.candidateAnswer)).toBeNull();
  expect(await step('find-secret')).toHaveTextContent('Candidate 3 was confirmed as correct');
});

test('a candidate that only has extra quotes says so', async () => {
  await openWindow('case-find-secret', '/incidents/secret');
  const field = await screen.findByTestId(testid.candidate);
  field.focus();
  await userEvent.paste(`"${right}"`);
  await userEvent.click(screen.getByTestId(testid.candidatesTest));
  const answer = await screen.findByTestId(testid.candidateAnswer);
  expect(answer).toHaveAttribute('data-verdict', 'wrong');
  expect(screen.getByTestId(testid.candidateNearly)).toHaveTextContent('quotation marks');
  expect(screen.queryByTestId(testid.stepConfirm)).toBeNull();
});

test('invalid test values are refused, and testing can be skipped', async () => {
  await openWindow('case-find-secret', '/incidents/secret');
  await userEvent.type(await screen.findByTestId(testid.candidate), right);
  await choose(testid.evidenceChoice, 'value', 'pasted');
  await userEvent.type(screen.getByTestId(testid.evidencePasted), 'nonsense');
  await userEvent.click(screen.getByTestId(testid.candidatesTest));
  expect(await screen.findByTestId(testid.failure)).toHaveTextContent('neither an access token');
  expect(screen.queryByTestId(testid.candidateAnswer)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.candidatesSkip));
  await becomes('find-secret', 'done');
  expect(await step('find-secret')).toHaveTextContent('Confirmed by you');
  await becomes('put-back', 'waiting');
  expect(screen.getByTestId(testid.putSecret)).toHaveTextContent('first delete it');
});

test('the watch step shows the current state of the server', async () => {
  const server = await openWindow('case-put-back', '/incidents/secret?profile=home');
  expect(await screen.findByTestId(testid.watchServer)).toHaveTextContent('missing or too short');
  const look = server.refreshCase;
  server.refreshCase = async (id) => {
    const now = await look(id);
    return { ...now, checked: [{ what: 'web-bootstrap', answer: 'ok', original: null }] };
  };
  await userEvent.click(screen.getByTestId(testid.watchNow));
  await waitFor(() =>
    expect(screen.getByTestId(testid.watchServer)).toHaveTextContent('set and long enough'),
  );
  expect(screen.getByTestId(testid.watchServer)).not.toHaveTextContent('missing or too short');
});
