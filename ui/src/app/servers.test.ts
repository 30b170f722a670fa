import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { desk } from '@/app/desk.svelte';
import { backend } from '@/backend';
import { sampleBackend } from '@/backend/sample';
import { coreError, profiles } from '@/backend/sample/world';
import { openWindow } from '@/test/render';
import { testid } from '@/testids';

/** Signed out, with both servers known: the office was used last. */
function signedOut() {
  const world = sampleBackend('signed-out');
  const { appInfo } = world;
  const [home, office] = [
    { ...profiles[0]!, lastUsedAt: '2026-11-20T08:00:00Z' },
    { ...profiles[1]!, lastUsedAt: '2026-11-23T08:00:00Z' },
  ];
  world.appInfo = async () => ({ ...(await appInfo()), profiles: [home, office] });
  return world;
}

async function fill() {
  await userEvent.type(await screen.findByTestId(testid.signInServer), 'https://new.example');
  await userEvent.type(screen.getByTestId(testid.signInEmail), 'mira@lindqvist.example');
  await userEvent.type(screen.getByTestId(testid.signInPassword), 'correct horse');
}

test('the last used server opens at start', async () => {
  const world = signedOut();
  const enter = vi.spyOn(world, 'switchProfile');
  await openWindow(world, '');
  await waitFor(() => expect(enter).toHaveBeenCalledWith('office'));
  await waitFor(() => expect(location.hash).toBe('#/overview'));
  expect(desk.session?.profileId).toBe('office');
});

test('a server that needs the password shows its sign-in at start', async () => {
  const world = signedOut();
  world.switchProfile = async () => {
    throw coreError('session-ended');
  };
  await openWindow(world, '');
  await waitFor(() => expect(location.hash).toContain('profile=office'));
  expect(await screen.findByTestId(testid.signInServer)).toHaveValue(profiles[1]!.serverUrl);
});

test('a screen opened during the start stays open', async () => {
  const world = signedOut();
  const { switchProfile } = world;
  let answer = () => {};
  world.switchProfile = async (id) => {
    await new Promise<void>((settle) => (answer = settle));
    return switchProfile(id);
  };
  await openWindow(world, '');
  await userEvent.click(await screen.findByTestId(testid.doorConnect));
  answer();
  await waitFor(() => expect(desk.session).not.toBeNull());
  expect(location.hash).toBe('#/sign-in');
});

test('"Connect a server" opens the sign-in and returns to the server', async () => {
  await openWindow('healthy', '/overview');
  await userEvent.click(await screen.findByTestId(testid.profileSwitcher));
  await userEvent.click(await screen.findByTestId(testid.connectServer));
  expect(await screen.findByTestId(testid.signInServer)).toHaveValue('');
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  expect(location.hash).toBe('#/overview');
});

test('a server gets its name at the sign-in', async () => {
  await openWindow('first-run', '/sign-in');
  const signIn = vi.spyOn(backend(), 'signIn');
  await fill();
  await userEvent.type(screen.getByTestId(testid.signInName), ' Home ');
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await waitFor(() => expect(signIn).toHaveBeenCalledWith(expect.objectContaining({ name: 'Home' })));
});

test('a server is renamed, but not to a name that is taken', async () => {
  await openWindow('healthy', '/settings');
  await userEvent.click((await screen.findAllByTestId(testid.profileRename))[0]!);
  const field = await screen.findByTestId(testid.renameName);
  await userEvent.clear(field);
  await userEvent.type(field, profiles[1]!.name);
  await userEvent.click(screen.getByTestId(testid.renameConfirm));
  await waitFor(() => expect(field).toHaveAccessibleDescription(/is already used for/));
  await userEvent.clear(field);
  await userEvent.type(field, 'Home');
  await userEvent.click(screen.getByTestId(testid.renameConfirm));
  await waitFor(() => expect(screen.queryByTestId(testid.renameDialog)).toBeNull());
  expect(screen.getByTestId(testid.profileSwitcher)).toHaveTextContent('Home');
});

test('a known server under a second address asks which to keep', async () => {
  const world = await openWindow('second-address', '/sign-in');
  const change = vi.spyOn(world, 'changeAddress');
  await fill();
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  const dialog = await screen.findByTestId(testid.sameServerDialog);
  expect(dialog).toHaveTextContent(`You already added this server as ${profiles[0]!.name}`);
  expect(change).not.toHaveBeenCalled();
  await userEvent.click(screen.getByTestId(testid.sameServerChange));
  await waitFor(() => expect(change).toHaveBeenCalledWith('home'));
  await waitFor(() => expect(screen.queryByTestId(testid.sameServerDialog)).toBeNull());
});

test('keeping both addresses changes nothing', async () => {
  const world = await openWindow('second-address', '/sign-in');
  const change = vi.spyOn(world, 'changeAddress');
  await fill();
  await userEvent.click(screen.getByTestId(testid.signInSubmit));
  await userEvent.click(await screen.findByTestId(testid.sameServerKeep));
  await waitFor(() => expect(screen.queryByTestId(testid.sameServerDialog)).toBeNull());
  expect(change).not.toHaveBeenCalled();
});

test('after a switch, the first step that needs the password asks for it', async () => {
  const world = sampleBackend('healthy');
  const { switchProfile, appInfo } = world;
  let locked = false;
  world.switchProfile = async (id) => {
    locked = true;
    return { ...(await switchProfile(id)), canConfirm: false };
  };
  world.appInfo = async () => {
    const info = await appInfo();
    return locked && info.session ? { ...info, session: { ...info.session, canConfirm: false } } : info;
  };
  await openWindow(world, '/overview');
  await userEvent.click(await screen.findByTestId(testid.profileSwitcher));
  await userEvent.click(await screen.findByText(profiles[1]!.name));
  await waitFor(() => expect(desk.session?.profileId).toBe('office'));
  expect(screen.queryByTestId(testid.passwordDialog)).toBeNull();
  await userEvent.click(await screen.findByTestId(testid.backUpNow));
  await userEvent.click((await screen.findAllByTestId(testid.backUpChoice))[0]!);
  expect(await screen.findByTestId(testid.passwordDialog)).toBeInTheDocument();
});

test('a file that the file manager cannot show is reported', async () => {
  const world = await openWindow('healthy', '/settings');
  world.revealFile = async () => {
    throw coreError('file-not-found');
  };
  await userEvent.click((await screen.findAllByRole('button', { name: 'Show in folder' }))[0]!);
  expect(await screen.findByText('Could not show this in the file manager')).toBeInTheDocument();
});
