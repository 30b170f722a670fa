import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import { m } from '@/messages/messages';
import type { KindOfJob } from './kind';

export const restore: KindOfJob<'restore'> = {
  running: m.job_restore,
  done: m.job_restore_done,
  plural: m.activity_kind_restore,
  icon: ArchiveRestore,
  loggedAs: 'restore',
  runningView: () => import('@/features/restore/Stages.svelte'),
  endedView: () => import('@/features/restore/ResultView.svelte'),
};
