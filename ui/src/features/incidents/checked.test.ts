import { screen } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import type { Checked } from '@/backend';
import { lookedWord } from '@/features/recovery/words';
import { language } from '@/language/locale.svelte';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

beforeEach(() => language.choose('en'));

const check = (parts: Partial<Checked>): Checked => ({
  what: 'portable-part',
  answer: 'not-known',
  original: null,
  notLooked: null,
  ...parts,
});

async function rows(state: string): Promise<Record<string, HTMLElement>> {
  await openWindow(state, '/incidents');
  const all = await screen.findAllByTestId(testid.lookedAtRow);
  return Object.fromEntries(all.map((row) => [row.dataset.what ?? '', row]));
}

test('a signed-in user sees a working session and skipped checks', async () => {
  const { refresh, 'portable-part': portable } = await rows('healthy');
  expect(refresh).toHaveTextContent('Valid: the server accepts it');
  expect(portable).toHaveAttribute('data-answer', 'not-needed');
  expect(portable).toHaveTextContent('the server can open its settings');
  for (const row of [refresh, portable]) expect(row).not.toHaveTextContent('signed in');
});

test('a portable part that opens is shown as present', async () => {
  const { 'portable-part': portable } = await rows('needs-repair');
  expect(portable).toHaveTextContent("your account's key opens it");
});

test('signing in is suggested only when no one is signed in', () => {
  expect(lookedWord(check({ notLooked: 'nobody-signed-in' }))).toBe('Visible only when signed in.');
  expect(lookedWord(check({ notLooked: 'secret-unsafe' }))).toContain('JWT_SECRET');
  expect(lookedWord(check({ notLooked: 'no-answer' }))).toBe('The server did not respond.');
  expect(lookedWord(check({ what: 'access-token', notLooked: 'nothing-kept' }))).toContain('none');
  expect(lookedWord(check({ answer: 'not-needed', notLooked: 'not-needed' }))).toContain('Not needed');
  expect(lookedWord(check({}))).not.toContain('signed in');
});
