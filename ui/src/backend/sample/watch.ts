import type { Backend, WatchState } from '@/backend';
import { histories, pastEvents } from './histories';

/** Nothing was found yet, and nothing is switched on: as after an installation. */
export const unwatched: WatchState = {
  settings: { on: false, quietHours: null, closeToTray: false },
  tray: true,
  autostart: false,
  servers: [],
};

/** Two servers were checked, and something is wrong with one of them. */
export const watched: WatchState = {
  settings: { on: true, quietHours: { from: 22, until: 7 }, closeToTray: true },
  tray: true,
  autostart: true,
  servers: [
    {
      profileId: 'home',
      name: 'Home',
      lookedAt: '2026-11-20T15:12:00Z',
      error: null,
      alerts: [
        {
          alert: {
            id: 'backup-failed:nas',
            kind: 'backup-failed',
            targetId: 'nas',
            targetName: 'Attic NAS',
            cause: null,
          },
          since: '2026-11-20T03:12:00Z',
        },
        {
          alert: {
            id: 'not-verified:offsite',
            kind: 'not-verified',
            targetId: 'offsite',
            targetName: 'Offsite',
            cause: null,
          },
          since: '2026-11-18T03:12:00Z',
        },
      ],
    },
    { profileId: 'office', name: 'Office', lookedAt: '2026-11-20T15:12:00Z', error: null, alerts: [] },
  ],
};

type Watch = Pick<
  Backend,
  'watchState' | 'setWatch' | 'setAutostart' | 'setTrayWords' | 'targetHistories' | 'pastEvents'
>;

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
    targetHistories: async () => histories,
    pastEvents: async () => pastEvents,
  };
}
