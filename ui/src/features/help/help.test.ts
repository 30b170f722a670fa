import { readFileSync } from 'node:fs';
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import chinese from '../../../messages/zh-CN.json';
import english from '../../../messages/en.json';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { pages, parts } from './pages';

/** The playbooks that the core knows. */
function playbooksOfTheCore(): string[] {
  const bindings = readFileSync('src/backend/bindings.ts', 'utf8');
  const type = bindings.match(/export type Playbook =[^;]*;/)?.[0] ?? '';
  return Array.from(type.matchAll(/"([a-z-]+)"/g), ([, name]) => name ?? '');
}

test('every playbook of the core has a page in both languages', () => {
  const known = playbooksOfTheCore();
  expect(known.length).toBeGreaterThan(5);
  expect(pages.map(({ playbook }) => playbook).sort()).toEqual(known.sort());
  for (const name of known) {
    for (const part of parts) {
      const key = `help_${name.replaceAll('-', '_')}_${part.name}`;
      const [here, there] = [english, chinese].map((words) => (words as Record<string, unknown>)[key]);
      expect(String(here).split('\n').length, key).toBe(String(there).split('\n').length);
      expect(
        String(here)
          .split('\n')
          .every((line) => line.length > 10),
        key,
      ).toBe(true);
    }
  }
});

test('a question mark opens the help, Esc closes it, and the focus returns', async () => {
  await openWindow('healthy', '/overview');
  const heading = await screen.findByTestId(testid.screenTitle);
  await waitFor(() => expect(heading).toHaveFocus());
  await userEvent.keyboard('?');
  expect(await screen.findByTestId(testid.helpArticle)).toHaveTextContent('Ctrl+B');
  const entry = screen.getAllByTestId(testid.helpEntry).find((one) => one.dataset.page === 'offline');
  await userEvent.click(entry!);
  expect(screen.getByTestId(testid.helpArticle)).toHaveTextContent('What it does not do');
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByTestId(testid.helpDialog)).toBeNull());
  await waitFor(() => expect(heading).toHaveFocus());
});

test('a finding and a recovery lead to the page of their playbook', async () => {
  await openWindow('jwt-secret-missing', '/incidents');
  const finding = await screen.findByTestId(testid.finding);
  await userEvent.click(within(finding).getByTestId(testid.helpPage));
  expect(await screen.findByTestId(testid.helpArticle)).toHaveAttribute('data-page', 'secret');
});

test('the help is available without a server', async () => {
  await openWindow('first-run', '/welcome');
  await userEvent.click(await screen.findByTestId(testid.helpOpen));
  expect(await screen.findByTestId(testid.helpArticle)).toHaveAttribute('data-page', 'shortcuts');
});
