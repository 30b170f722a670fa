import { Channel } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { commands, type JobEvent, type Update, type WatchNotice } from './bindings';
import type { Backend } from './types';

function hearing(tell: (update: Update) => void): Channel<Update> {
  const updates = new Channel<Update>();
  updates.onmessage = tell;
  return updates;
}

/** The shell around the window. */
export const tauriBackend: Backend = {
  ...commands,
  async watchJobs(listener) {
    const events = new Channel<JobEvent>();
    events.onmessage = listener;
    await commands.watchJobs(events);
  },
  inspectFile: (path, storage, tell) => commands.inspectFile(path, storage, hearing(tell)),
  planRestore: (source, tell) => commands.planRestore(source, hearing(tell)),
  completeRestorePlan: (plan, tell) => commands.completeRestorePlan(plan, hearing(tell)),
  planHeal: (target, sources, tell) => commands.planHeal(target, sources, hearing(tell)),
  watchCloseAsked: (listener) => listen('close-asked', listener),
  watchSession: (listener) => listen('session-changed', listener),
  watchServerWaits: (listener) => listen<number>('server-waits', ({ payload }) => listener(payload)),
  async watchOpenedFiles(listener) {
    const ask = async () => {
      const paths = await commands.takeOpenedFiles();
      if (paths.length > 0) listener(paths);
    };
    const stop = await listen('files-opened', ask);
    await ask();
    return stop;
  },
  watchAlerts: (listener) => listen<WatchNotice[]>('watch-notices', ({ payload }) => listener(payload)),
  watchLooks: (listener) => listen('watch-looked', listener),
  watchTrayBackUp: (listener) => listen('tray-back-up', listener),
  watchNotificationClicks: (listener) =>
    listen<string>('notification-clicked', ({ payload }) => listener(payload)),
  watchFileDrops(listener) {
    return getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'enter') listener({ type: 'over', paths: payload.paths });
      else if (payload.type === 'drop') listener({ type: 'dropped', paths: payload.paths });
      else if (payload.type === 'leave') listener({ type: 'left' });
    });
  },
  now: () => new Date(),
};
