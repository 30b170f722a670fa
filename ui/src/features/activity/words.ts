import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Download from '@lucide/svelte/icons/download';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import FileCog from '@lucide/svelte/icons/file-cog';
import FileOutput from '@lucide/svelte/icons/file-output';
import Wrench from '@lucide/svelte/icons/wrench';
import Trash from '@lucide/svelte/icons/trash-2';
import { desk } from '@/app/desk.svelte';
import type { AuditEvent, AuditKind, JobKind } from '@/backend';
import type { Icon } from '@/components/icon';
import { m } from '@/messages/messages';

/** The kinds of job, many at a time. */
export const kindPlural: Record<JobKind, () => string> = {
  backup: m.activity_kind_backup,
  download: m.activity_kind_download,
  integrity: m.activity_kind_integrity,
  restore: m.activity_kind_restore,
  delete: m.activity_kind_delete,
  repair: m.activity_kind_repair,
  export: m.activity_kind_export,
  drill: m.activity_kind_drill,
};

/** The sign of each kind. */
export const kindIcon: Record<JobKind, Icon> = {
  backup: Archive,
  download: Download,
  integrity: ShieldCheck,
  restore: ArchiveRestore,
  delete: Trash,
  repair: Wrench,
  export: FileOutput,
  drill: FlaskConical,
};

/** The sign of each kind of event in the server's log. */
export const eventIcon: Record<AuditKind, Icon> = {
  run: Archive,
  restore: ArchiveRestore,
  export: FileOutput,
  'settings-saved': FileCog,
  'settings-repaired': Wrench,
  deleted: Trash,
  other: FileCog,
};

/** What an event was; the server's own name for one from the future. */
export function eventTitle(event: AuditEvent): string {
  const target = event.targetName ?? m.event_some_target();
  const file = event.fileName?.split('/').at(-1) ?? m.event_some_file();
  switch (event.kind) {
    case 'run':
      return event.scheduled ? m.event_run_scheduled({ target }) : m.event_run({ target });
    case 'restore':
      return event.fileName ? m.event_restore({ file }) : m.event_restore_bare();
    case 'export':
      return m.event_export();
    case 'settings-saved':
      return m.event_settings_saved();
    case 'settings-repaired':
      return m.event_settings_repaired();
    case 'deleted':
      return m.event_deleted({ file });
    default:
      return event.action;
  }
}

/** What a profile's server is called, where several are known and it would not be clear. */
export function serverName(profileId: string | null): string {
  const profiles = desk.info?.profiles ?? [];
  if (!profileId || (profiles.length < 2 && profiles[0]?.id === profileId)) return '';
  return profiles.find((profile) => profile.id === profileId)?.name ?? m.activity_server_forgotten();
}
