import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { sampleBackend } from '@/backend/sample';
import { histories } from '@/backend/sample/histories';
import { dateTime } from '@/language/format';
import { language } from '@/language/locale.svelte';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { legend, runLook, runText } from './runs';

const [nas] = histories;

async function strip() {
  const card = (await screen.findAllByTestId(testid.targetCard))[0]!;
  return within(card).findByTestId(testid.runStrip);
}

test('a target shows its last runs with a legend', async () => {
  await openWindow('healthy', '/overview');
  const runs = await strip();
  const marks = within(runs).getAllByTestId(testid.run);
  expect(marks).toHaveLength(30);
  expect(marks.at(-1)).toHaveAttribute('data-outcome', 'verified');
  const words = within(within(runs).getByTestId(testid.runLegend)).getAllByRole('listitem');
  expect(words.map((word) => word.textContent.trim())).toEqual([
    'Verified in full',
    'Backed up, not verified',
    'Damaged, changed or refused',
    'Failed',
    'Missing',
  ]);
});

test('a run shows its time and failure on hover and on focus', async () => {
  await openWindow('healthy', '/overview');
  const runs = await strip();
  const marks = within(runs).getAllByTestId(testid.run);
  const failed = nas!.runs.at(-2)!;
  await userEvent.hover(marks.at(-2)!);
  const shown = within(runs).getByTestId(testid.runShown);
  expect(shown).toHaveTextContent(`Failed, ${dateTime(failed.at)}`);
  expect(shown).toHaveTextContent('The target is full.');
  await userEvent.unhover(marks.at(-2)!);
  marks.at(-1)!.focus();
  await userEvent.keyboard('{ArrowLeft}');
  expect(marks.at(-2)).toHaveFocus();
  expect(marks.at(-2)).toHaveAccessibleName(`Failed, ${dateTime(failed.at)}. The target is full.`);
  await userEvent.keyboard('{Home}{ArrowLeft}');
  expect(marks[0]).toHaveFocus();
  // Tab reaches the strip once, at the run that is shown.
  expect(marks.filter((mark) => mark.tabIndex === 0)).toHaveLength(1);
});

test('a target shows its last drill and copies elsewhere', async () => {
  await openWindow('healthy', '/overview');
  const card = (await screen.findAllByTestId(testid.targetCard))[0]!;
  expect(await within(card).findByText('9 days ago')).toBeInTheDocument();
  const copies = ['R2 offsite (15 hours ago)', 'USB disk (2 days ago)', 'This computer (6 days ago)'];
  for (const copy of copies) expect(within(card).getByText(copy)).toHaveAttribute('title');
});

test('a target without runs is shown without a strip', async () => {
  const backend = sampleBackend('healthy');
  backend.targetHistories = async () => [{ ...nas!, runs: [], lastDrill: null, copies: [] }];
  await openWindow(backend, '/overview');
  expect(await strip()).toHaveTextContent('No runs yet.');
  expect(screen.queryByTestId(testid.run)).toBeNull();
});

test('known targets stay when the server is unreachable', async () => {
  await openWindow('offline', '/overview');
  const past = await screen.findByTestId(testid.pastTargets);
  expect(within(past).getAllByTestId(testid.runStrip)).toHaveLength(2);
  expect(past).toHaveTextContent('The server was not asked.');
});

test('every outcome has its own label and style in both languages', () => {
  for (const chosen of ['en', 'zh-CN'] as const) {
    language.choose(chosen);
    const looks = Object.values(runLook);
    expect(new Set(looks.map(({ word }) => word())).size).toBe(looks.length);
    expect(new Set(looks.map(({ mark }) => mark)).size).toBe(looks.length);
    expect(runText(nas!.runs[0]!)).toContain(dateTime(nas!.runs[0]!.at));
  }
  language.choose('en');
  expect(legend([])).toEqual([]);
});
