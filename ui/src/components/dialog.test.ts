import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import DialogProbe from '@/test/DialogProbe.svelte';

const sources = import.meta.glob<string>('../**/*.svelte', { query: '?raw', import: 'default', eager: true });

test('a dialog opens with the focus in its first field', async () => {
  render(DialogProbe);
  await userEvent.click(screen.getByText('Open'));
  await waitFor(() => expect(screen.getByLabelText('Password')).toHaveFocus());
  await userEvent.keyboard('typed');
  expect(screen.getByLabelText('Password')).toHaveValue('typed');
});

test('Esc closes a dialog, and the focus returns to what opened it', async () => {
  render(DialogProbe);
  await userEvent.click(screen.getByText('Open'));
  await waitFor(() => expect(screen.getByLabelText('Password')).toHaveFocus());
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByLabelText('Password')).toBeNull());
  await waitFor(() => expect(screen.getByText('Open')).toHaveFocus());
});

test('every dialog uses the component that manages the focus', () => {
  const own = Object.entries(sources).filter(
    ([path, source]) => /\bDialog\b[^;]*from 'bits-ui'/.test(source) && !path.endsWith('/Dialog.svelte'),
  );
  expect(own.map(([path]) => path)).toEqual([]);
});
