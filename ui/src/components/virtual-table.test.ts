import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import VirtualTable from './VirtualTable.svelte';

test('arrow keys move the focus from row to row, End to the last', async () => {
  const rows = Array.from({ length: 5000 }, (_, at) => `attachment ${at}`);
  const row = createRawSnippet((name: () => string) => ({
    render: () => `<span role="cell">${name()}</span>`,
  }));
  render(VirtualTable<string>, {
    rows,
    label: 'Attachments',
    columns: '1fr',
    heads: [{ word: 'Name' }],
    row: row as never,
    empty: 'None',
    testid: 'row',
  });
  expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '5001');
  await userEvent.tab();
  await userEvent.keyboard('{ArrowDown}');
  await waitFor(() => expect(document.activeElement).toHaveTextContent('attachment 1'));
  await userEvent.keyboard('{End}');
  await waitFor(() => expect(document.activeElement).toHaveAttribute('aria-rowindex', '5001'));
  await userEvent.keyboard('{Home}');
  await waitFor(() => expect(document.activeElement).toHaveTextContent('attachment 0'));
});
