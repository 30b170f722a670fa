import Telescope from '@lucide/svelte/icons/telescope';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const lookAtTarget: KindOfJob<'look-at-target'> = {
  running: m.job_look_at_target,
  done: m.job_look_at_target_done,
  plural: m.activity_kind_look_at_target,
  icon: Telescope,
  cancelled: m.activity_cancelled_target,
  resultView: () => import('@/features/target-work/LookOutcome.svelte'),
};
