import type { World } from '../sample';
import type { Recorded } from './simulated-server';
import { coreError } from './world';

/** The server is this recorded one: no one can sign in, or the settings cannot be read. */
function recorded(name: Recorded) {
  return (world: World) => {
    const server = world.trouble;
    server.become(name);
    const { signIn, appInfo, overview } = world.backend;
    if (server.secret === 'missing' || server.secret === 'too-short') {
      let left = false;
      world.backend.signIn = async (form) => {
        if (server.secret === 'right') {
          left = true;
          return signIn(form);
        }
        throw coreError(server.secret === 'missing' ? 'jwt-secret-missing' : 'jwt-secret-too-short', {
          original: 'Server configuration error: JWT_SECRET is not set or too weak',
        });
      };
      world.backend.appInfo = async () => {
        const info = await appInfo();
        return left ? info : { ...info, session: null };
      };
    }
    world.backend.overview = async () =>
      server.readable ? overview() : { settingsNeedRepair: true, targets: [] };
  };
}

/** A case that was started before, and is come back to: no one does anything outside. */
function resumed(name: Recorded) {
  return (world: World) => {
    recorded(name)(world);
    world.trouble.looksUntilDone = null;
  };
}

/** Servers with everything that can be wrong, and cases in every step. */
export const recoveryStates = {
  'secret-missing': recorded('secret-missing'),
  'secret-too-short': recorded('secret-too-short'),
  'secret-changed': recorded('secret-changed'),
  // The commonest case: the app signed in again overnight, so nothing is left that proves it.
  'secret-likely-changed': recorded('secret-likely-changed'),
  'cause-not-known': recorded('cause-not-known'),
  'signed-out-unreachable': (world: World) => {
    const ask = world.backend.appInfo;
    world.backend.appInfo = async () => ({ ...(await ask()), session: null });
    world.trouble.become('signed-out-unreachable');
  },
  'settings-after-restore': recorded('settings-after-restore'),
  'no-wrap-for-me': recorded('no-wrap-for-me'),
  'one-can-repair': recorded('one-can-repair'),
  'none-can-repair': recorded('none-can-repair'),
  'case-find-secret': resumed('case-find-secret'),
  'case-put-back': resumed('case-put-back'),
  'case-make-secret': resumed('case-make-secret'),
  'case-put-secret': resumed('case-put-secret'),
  'case-sign-in': resumed('case-sign-in'),
  'case-repair': resumed('case-repair'),
  // A test backup pushes one of the few that are kept out.
  'case-few-kept': (world: World) => {
    resumed('case-repair-only')(world);
    const open = world.backend.openPortable;
    world.backend.openPortable = async (password) => {
      const opened = await open(password);
      opened.settings.destinations[0]!.schedule.retentionCount = 2;
      return opened;
    };
  },
  'case-verify': resumed('case-verify'),
  'case-tell-users': resumed('case-tell-users'),
  'case-done': resumed('case-done'),
  // Opened, and closed again by the core while someone was still typing.
  'case-lapsed': (world: World) => {
    resumed('case-repair-only')(world);
    world.backend.openedSettings = async () => {
      throw coreError('settings-closed');
    };
  },
  'case-session-over': resumed('case-session-over'),
  'case-cannot': resumed('case-cannot'),
  'repair-failing': (world: World) => {
    resumed('case-repair-only')(world);
    world.trouble.failing = true;
  },
};
