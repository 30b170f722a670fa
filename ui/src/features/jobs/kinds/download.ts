import Download from '@lucide/svelte/icons/download';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const download: KindOfJob<'download'> = {
  running: m.job_download,
  done: m.job_download_done,
  plural: m.activity_kind_download,
  icon: Download,
  resultView: () => import('@/features/activity/DownloadOutcome.svelte'),
};
