import Archive from '@lucide/svelte/icons/archive';
import { bytes } from '@/language/format';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const backup: KindOfJob<'backup'> = {
  running: m.job_backup,
  done: m.job_backup_done,
  plural: m.activity_kind_backup,
  icon: Archive,
  loggedAs: 'run',
  cancelled: m.activity_cancelled_backup,
  facts: (result) => [
    [m.activity_target(), result.targetName],
    [m.activity_file(), result.fileName],
    [m.activity_size(), bytes(result.fileSize)],
    [m.activity_remote_path(), result.remotePath],
  ],
  resultView: () => import('@/features/activity/BackupOutcome.svelte'),
};
