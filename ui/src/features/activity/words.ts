import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import FileCog from '@lucide/svelte/icons/file-cog';
import FileOutput from '@lucide/svelte/icons/file-output';
import Wrench from '@lucide/svelte/icons/wrench';
import Trash from '@lucide/svelte/icons/trash-2';
import { desk } from '@/app/desk.svelte';
import type { AuditEvent, AuditKind } from '@/backend';
import type { Icon } from '@/components/icon';
import { m } from '@/messages/messages';

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
