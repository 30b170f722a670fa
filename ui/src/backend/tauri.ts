import { Channel } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { open, save } from '@tauri-apps/plugin-dialog';
import { isPermissionGranted, requestPermission, sendNotification } from '@tauri-apps/plugin-notification';
import { openUrl, revealItemInDir } from '@tauri-apps/plugin-opener';
import { commands, type JobEvent, type Update } from './bindings';
import type { Backend } from './types';

const zipFilter = [{ name: 'ZIP', extensions: ['zip'] }];

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
  watchCloseAsked: (listener) => listen('close-asked', listener),
  watchSession: (listener) => listen('session-changed', listener),
  async watchOpenedFiles(listener) {
    const ask = async () => {
      const paths = await commands.takeOpenedFiles();
      if (paths.length > 0) listener(paths);
    };
    const stop = await listen('files-opened', ask);
    await ask();
    return stop;
  },
  async chooseZips(title) {
    return (await open({ title, multiple: true, filters: zipFilter })) ?? [];
  },
  chooseFile: (title) => open({ title }),
  chooseFolder: (title) => open({ title, directory: true }),
  chooseCertificate: (title) =>
    open({ title, filters: [{ name: 'PEM', extensions: ['pem', 'crt', 'cer'] }] }),
  chooseSavePath: (title, fileName) => save({ title, defaultPath: fileName }),
  revealFile: (path) => revealItemInDir(path),
  openPage: (url) => openUrl(url),
  async notify(title, body) {
    const allowed = (await isPermissionGranted()) || (await requestPermission()) === 'granted';
    if (allowed) sendNotification({ title, body });
  },
  watchFileDrops(listener) {
    return getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'enter') listener({ type: 'over', paths: payload.paths });
      else if (payload.type === 'drop') listener({ type: 'dropped', paths: payload.paths });
      else if (payload.type === 'leave') listener({ type: 'left' });
    });
  },
  now: () => new Date(),
};
