import CloudUpload from '@lucide/svelte/icons/cloud-upload';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const staging: KindOfJob<'staging'> = {
  running: m.job_staging,
  done: m.job_staging_done,
  plural: m.activity_kind_staging,
  icon: CloudUpload,
  cancelled: m.activity_cancelled_staging,
  resultView: () => import('@/features/staging/StagingOutcome.svelte'),
};
