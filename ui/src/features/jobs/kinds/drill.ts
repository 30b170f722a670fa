import FlaskConical from '@lucide/svelte/icons/flask-conical';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const drill: KindOfJob<'drill'> = {
  running: m.job_drill,
  done: m.job_drill_done,
  plural: m.activity_kind_drill,
  icon: FlaskConical,
  resultView: () => import('@/features/drill/DrillOutcome.svelte'),
};
