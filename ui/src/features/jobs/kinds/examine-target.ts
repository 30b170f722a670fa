import Stethoscope from '@lucide/svelte/icons/stethoscope';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const examineTarget: KindOfJob<'examine-target'> = {
  running: m.job_examine_target,
  done: m.job_examine_target_done,
  plural: m.activity_kind_examine_target,
  icon: Stethoscope,
  cancelled: m.activity_cancelled_target,
  resultView: () => import('@/features/target-work/DoctorOutcome.svelte'),
};
