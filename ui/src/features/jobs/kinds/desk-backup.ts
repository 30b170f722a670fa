import HardDriveUpload from '@lucide/svelte/icons/hard-drive-upload';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const deskBackup: KindOfJob<'desk-backup'> = {
  running: m.job_desk_backup,
  done: m.job_desk_backup_done,
  plural: m.activity_kind_desk_backup,
  icon: HardDriveUpload,
  cancelled: m.activity_cancelled_desk_backup,
  resultView: () => import('@/features/desk-targets/DeskBackupOutcome.svelte'),
};
