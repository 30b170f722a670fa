import Copy from '@lucide/svelte/icons/copy';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const copyTarget: KindOfJob<'copy-target'> = {
  running: m.job_copy_target,
  done: m.job_copy_target_done,
  plural: m.activity_kind_copy_target,
  icon: Copy,
  cancelled: m.activity_cancelled_copy,
  resultView: () => import('@/features/target-work/CopyOutcome.svelte'),
  tellsError: true,
};
