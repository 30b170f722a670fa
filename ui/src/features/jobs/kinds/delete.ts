import Trash from '@lucide/svelte/icons/trash-2';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const deletion: KindOfJob<'delete'> = {
  running: m.job_delete,
  done: m.job_delete_done,
  plural: m.activity_kind_delete,
  icon: Trash,
  loggedAs: 'deleted',
  resultView: () => import('@/features/activity/DeleteOutcome.svelte'),
};
