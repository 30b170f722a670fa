import FolderSync from '@lucide/svelte/icons/folder-sync';
import type { Location } from '@/backend';
import { m } from '@/messages/messages';
import type { TargetKind } from './kind';
import Fields from './WebdavFields.svelte';

export const webdav: TargetKind<Extract<Location, { type: 'webdav' }>> = {
  word: m.provider_webdav,
  group: m.targets_webdav_kinds,
  icon: FolderSync,
  Fields,
  secretWord: m.target_password,
  secret: (location) => location.password,
  withSecret: (location, password) => ({ ...location, password }),
  address: (location) => location.baseUrl,
  parts: (location) => [location.baseUrl, location.remotePath],
  needed: (location) => [location.baseUrl, location.username],
  lines: (location) => [
    [m.target_base_url(), location.baseUrl],
    [m.target_username(), location.username],
    [m.target_remote_path(), location.remotePath],
  ],
};
