import FolderSync from '@lucide/svelte/icons/folder-sync';
import { m } from '@/messages/messages';
import type { TargetKind } from './kind';
import Fields from './WebdavFields.svelte';

export const webdav: TargetKind<'webdav'> = {
  word: m.provider_webdav,
  group: m.targets_webdav_kinds,
  icon: FolderSync,
  Fields,
  address: (location) => location.baseUrl,
  folder: (location) => [location.remotePath],
  values: (location) => [
    [m.target_base_url(), location.baseUrl],
    [m.target_username(), location.username],
    [m.target_remote_path(), location.remotePath],
  ],
  needed: (location) => [location.baseUrl, location.username],
  secret: (location) => location.password,
  secretLabel: m.target_password,
  withSecret: (location, password) => ({ ...location, password }),
  editable: true,
};
