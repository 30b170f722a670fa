import ShieldCheck from '@lucide/svelte/icons/shield-check';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const integrity: KindOfJob<'integrity'> = {
  running: m.job_integrity,
  done: m.job_integrity_done,
  plural: m.activity_kind_integrity,
  icon: ShieldCheck,
  resultView: () => import('@/features/activity/IntegrityOutcome.svelte'),
};
