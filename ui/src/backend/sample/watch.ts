import type { Backend, WatchState } from '@/backend';

/** Nothing was found yet, and nothing is switched on: as after an installation. */
export const unwatched: WatchState = {
  settings: { on: false, quietHours: null, closeToTray: false },
  tray: true,
  autostart: false,
  servers: [],
};

type Watch = Pick<Backend, 'watchState' | 'setWatch' | 'setAutostart' | 'setTrayWords'>;

/** A watch that keeps what is chosen. */
export function sampleWatch(state: WatchState = unwatched): Watch {
  let now = state;
  return {
    watchState: async () => now,
    setWatch: async (settings) => {
      now = { ...now, settings };
      return null;
    },
    setAutostart: async (autostart) => {
      now = { ...now, autostart };
      return null;
    },
    setTrayWords: async () => null,
  };
}
