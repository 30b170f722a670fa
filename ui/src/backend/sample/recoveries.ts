import type { PlaybookPath, StepKind } from '../bindings';
import type { World } from '../sample';
import type { SimulatedServer } from './simulated-server';
import { coreError } from './world';

/** Puts a server into trouble: nobody can sign in, or the settings cannot be read. */
function trouble(world: World, parts: Partial<SimulatedServer>): void {
  Object.assign(world.trouble, parts);
  const { secret, settings } = world.trouble;
  if (secret === 'missing' || secret === 'too-short') {
    world.trouble.signedIn = false;
    const enter = world.backend.signIn;
    const ask = world.backend.appInfo;
    let left = false;
    world.backend.signIn = async (form) => {
      if (world.trouble.secret === 'right') {
        left = true;
        return enter(form);
      }
      throw coreError(world.trouble.secret === 'missing' ? 'jwt-secret-missing' : 'jwt-secret-too-short', {
        original: 'Server configuration error: JWT_SECRET is not set or too weak',
      });
    };
    world.backend.appInfo = async () => {
      const info = await ask();
      return left ? info : { ...info, session: null };
    };
  }
  if (settings !== 'readable' || secret !== 'right') {
    const healthy = world.backend.overview;
    world.backend.overview = async () =>
      world.trouble.settings === 'readable' ? healthy() : { settingsNeedRepair: true, targets: [] };
  }
}

/** A case that was begun before, and is come back to. */
function resumed(branch: PlaybookPath, parts: Partial<SimulatedServer>, confirmed: StepKind[] = []) {
  return (world: World) => {
    trouble(world, parts);
    world.trouble.looksUntilDone = null;
    world.trouble.confirmed = new Set(confirmed);
    world.trouble.begin('home', branch);
  };
}

/** Servers in every trouble, and cases in every step. */
export const recoveryStates = {
  'secret-missing': (world: World) => trouble(world, { secret: 'missing', settings: 'secret-changed' }),
  'secret-too-short': (world: World) => trouble(world, { secret: 'too-short', settings: 'secret-changed' }),
  'secret-changed': (world: World) => trouble(world, { secret: 'changed', settings: 'secret-changed' }),
  // The commonest case: the app signed in again overnight, so nothing is left that proves it.
  'secret-likely-changed': (world: World) =>
    trouble(world, { secret: 'changed', settings: 'secret-changed', signedInSince: true }),
  'cause-not-known': (world: World) => trouble(world, { settings: 'not-known' }),
  'signed-out-unreachable': (world: World) => {
    const ask = world.backend.appInfo;
    world.backend.appInfo = async () => ({ ...(await ask()), session: null });
    trouble(world, { reached: false, signedIn: false });
  },
  'settings-after-restore': (world: World) => trouble(world, { settings: 'after-restore' }),
  'no-wrap-for-me': (world: World) => trouble(world, { settings: 'after-restore', wraps: 'others' }),
  'one-can-repair': (world: World) => trouble(world, { wraps: 'one' }),
  'none-can-repair': (world: World) => trouble(world, { wraps: 'none' }),
  'case-find-secret': resumed('have-old-secret', { secret: 'changed', settings: 'secret-changed' }),
  'case-put-back': resumed('have-old-secret', { secret: 'missing', settings: 'secret-changed', right: '2' }, [
    'find-secret',
  ]),
  'case-make-secret': resumed('no-old-secret', { secret: 'missing', settings: 'secret-changed' }),
  'case-put-secret': resumed('no-old-secret', { secret: 'missing', settings: 'secret-changed' }, [
    'make-secret',
  ]),
  'case-sign-in': (world: World) => {
    resumed('no-old-secret', { secret: 'missing', settings: 'secret-changed' }, ['make-secret'])(world);
    world.trouble.secret = 'right';
  },
  'case-repair': resumed('no-old-secret', { settings: 'secret-changed' }, ['make-secret']),
  // A test backup pushes one of the few that are kept out.
  'case-few-kept': (world: World) => {
    resumed('repair-only', { settings: 'after-restore' })(world);
    const open = world.backend.openPortable;
    world.backend.openPortable = async (password) => {
      const opened = await open(password);
      opened.settings.destinations[0]!.schedule.retentionCount = 2;
      return opened;
    };
  },
  'case-verify': resumed('no-old-secret', { settings: 'readable' }, ['make-secret']),
  'case-tell-users': resumed('no-old-secret', { verified: true }, ['make-secret']),
  'case-done': resumed('no-old-secret', { verified: true }, ['make-secret', 'tell-users', 'store-secret']),
  // Opened, and closed again by the core while someone was still typing.
  'case-lapsed': (world: World) => {
    resumed('repair-only', { settings: 'after-restore' })(world);
    world.backend.openedSettings = async () => {
      throw coreError('settings-closed');
    };
  },
  'case-session-over': resumed('repair-only', { settings: 'after-restore', signedIn: false }),
  'case-cannot': resumed('repair-only', { settings: 'after-restore', wraps: 'others' }),
  'repair-failing': (world: World) => {
    trouble(world, { settings: 'after-restore' });
    world.trouble.failing = true;
    resumed('repair-only', {})(world);
  },
};
