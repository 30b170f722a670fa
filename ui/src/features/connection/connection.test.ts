import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';
import { ConnectionDraft, needsConsent } from './draft.svelte';

test('plain http needs consent only to another computer', () => {
  for (const far of ['http://192.168.1.4:8787', 'http://vault.lan', ' HTTP://vault.example'])
    expect(needsConsent(far), far).toBe(true);
  for (const near of [
    'http://127.0.0.1:8787',
    'http://localhost:8787',
    'http://[::1]',
    'https://vault.lan',
    'vault.lan',
  ])
    expect(needsConsent(near), near).toBe(false);
});

test('saved secrets are kept, and a removed proxy loses its login', () => {
  const draft = new ConnectionDraft({
    proxy: 'http://proxy:3128',
    proxyHasLogin: true,
    headers: ['X-Token'],
  });
  expect(draft.changed).toBe(false);
  expect(draft.form()).toMatchObject({
    proxyLogin: { type: 'kept' },
    headers: [{ name: 'X-Token', value: { type: 'kept' } }],
  });
  draft.proxy = '';
  expect(draft.form()).toMatchObject({ proxy: null, proxyLogin: { type: 'unset' } });
});

async function openConnection() {
  await userEvent.click((await screen.findAllByTestId(testid.connectionButton))[0]!);
  return screen.findByTestId(testid.connectionDialog);
}

test("a gateway's headers are saved once and never shown again", async () => {
  const backend = await openWindow('healthy', '/settings');
  const save = vi.spyOn(backend, 'setProfileConnection');
  await openConnection();
  await userEvent.click(await screen.findByTestId(testid.connectionHeaderAdd));
  await userEvent.type(screen.getByTestId(testid.connectionHeaderName), 'CF-Access-Client-Secret');
  expect(screen.getByTestId(testid.connectionHeaderValue)).toHaveAttribute('type', 'password');
  await userEvent.type(screen.getByTestId(testid.connectionHeaderValue), 'hush');
  await userEvent.click(screen.getByTestId(testid.connectionCaChoose));
  await userEvent.click(screen.getByTestId(testid.connectionSave));
  expect(await screen.findByText(/Saved\. Takes effect the next time you connect/)).toBeInTheDocument();
  expect(save.mock.calls[0]).toEqual([
    'home',
    {
      caFile: '/home/mira/certificates/studio-nord.pem',
      proxy: null,
      proxyLogin: { type: 'unset' },
      headers: [{ name: 'CF-Access-Client-Secret', value: { type: 'new', value: 'hush' } }],
      httpAccepted: false,
    },
  ]);
  const header = screen.getByTestId(testid.connectionHeader);
  expect(within(header).getByTestId(testid.connectionHeaderValue)).toHaveTextContent('Saved (hidden)');
  expect(document.body.innerHTML).not.toContain('hush');
});

async function fill(server: string) {
  await userEvent.type(await screen.findByTestId(testid.signInServer), server);
  await userEvent.type(screen.getByTestId(testid.signInEmail), 'mira@lindqvist.example');
  await userEvent.type(screen.getByTestId(testid.signInPassword), 'correct horse');
}

test('plain http is used only after consent', async () => {
  const backend = await openWindow('first-run', '/sign-in');
  const through = vi.spyOn(backend, 'signInThrough');
  await fill('http://192.168.1.4:8787');
  await userEvent.click(await screen.findByTestId(testid.connectionHttp));
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await waitFor(() => expect(through.mock.calls[0]?.[1].httpAccepted).toBe(true));
});

test('a sign-in passes on the proxy login, and needs no settings without', async () => {
  const backend = await openWindow('first-run', '/sign-in');
  const [plain, through] = [vi.spyOn(backend, 'signIn'), vi.spyOn(backend, 'signInThrough')];
  await fill('https://vault.example');
  await userEvent.click(screen.getByTestId(testid.signInConnection));
  await userEvent.type(screen.getByTestId(testid.connectionProxy), 'http://proxy:3128');
  await userEvent.type(await screen.findByTestId(testid.connectionProxyLogin), 'me:hush');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await waitFor(() => expect(through).toHaveBeenCalledTimes(1));
  expect(through.mock.calls[0]?.[1]).toMatchObject({
    proxy: 'http://proxy:3128',
    proxyLogin: { type: 'new', value: 'me:hush' },
  });
  expect(plain).toHaveBeenCalledTimes(1);
});

test('a certificate file is chosen, not typed, and can be removed', async () => {
  const backend = await openWindow('healthy', '/settings');
  const save = vi.spyOn(backend, 'setProfileConnection');
  await openConnection();
  const field = await screen.findByTestId(testid.connectionCa);
  expect(field).toHaveAttribute('readonly');
  expect(screen.queryByTestId(testid.connectionCaRemove)).toBeNull();
  await userEvent.click(screen.getByTestId(testid.connectionCaChoose));
  await waitFor(() => expect(field).toHaveValue('/home/mira/certificates/studio-nord.pem'));
  await userEvent.click(screen.getByTestId(testid.connectionCaRemove));
  expect(field).toHaveValue('');
  await userEvent.click(screen.getByTestId(testid.connectionCaChoose));
  await userEvent.click(screen.getByTestId(testid.connectionSave));
  await waitFor(() => expect(save).toHaveBeenCalledOnce());
});
