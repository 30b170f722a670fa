import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Download from '@lucide/svelte/icons/download';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Trash from '@lucide/svelte/icons/trash-2';
import type { JobKind } from '@/backend';
import type { Icon } from '@/components/icon';
import { m } from '@/messages/messages';

/** The kinds of job, many at a time. */
export const kindPlural: Record<JobKind, () => string> = {
  backup: m.activity_kind_backup,
  download: m.activity_kind_download,
  integrity: m.activity_kind_integrity,
  restore: m.activity_kind_restore,
  delete: m.activity_kind_delete,
};

/** The sign of each kind. */
export const kindIcon: Record<JobKind, Icon> = {
  backup: Archive,
  download: Download,
  integrity: ShieldCheck,
  restore: ArchiveRestore,
  delete: Trash,
};
