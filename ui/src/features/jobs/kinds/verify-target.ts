import ScanSearch from '@lucide/svelte/icons/scan-search';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const verifyTarget: KindOfJob<'verify-target'> = {
  running: m.job_verify_target,
  done: m.job_verify_target_done,
  plural: m.activity_kind_verify_target,
  icon: ScanSearch,
  cancelled: m.activity_cancelled_target,
  resultView: () => import('@/features/target-work/VerifyOutcome.svelte'),
};
