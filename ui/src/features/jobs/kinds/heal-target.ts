import Wrench from '@lucide/svelte/icons/wrench';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const healTarget: KindOfJob<'heal-target'> = {
  running: m.job_heal_target,
  done: m.job_heal_target_done,
  plural: m.activity_kind_heal_target,
  icon: Wrench,
  cancelled: m.activity_cancelled_target,
  resultView: () => import('@/features/target-work/HealOutcome.svelte'),
  tellsError: true,
};
