import FileOutput from '@lucide/svelte/icons/file-output';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const exported: KindOfJob<'export'> = {
  running: m.job_export,
  done: m.job_export_done,
  plural: m.activity_kind_export,
  icon: FileOutput,
  loggedAs: 'export',
  cancelled: m.activity_cancelled_export,
  resultView: () => import('@/features/export/ExportOutcome.svelte'),
};
