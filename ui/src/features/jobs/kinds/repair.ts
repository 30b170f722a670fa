import Wrench from '@lucide/svelte/icons/wrench';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const repair: KindOfJob<'repair'> = {
  running: m.job_repair,
  done: m.job_repair_done,
  plural: m.activity_kind_repair,
  icon: Wrench,
  resultView: () => import('@/features/recovery/RepairOutcome.svelte'),
  tellsError: true,
};
