import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Download from '@lucide/svelte/icons/download';
import FileCheck from '@lucide/svelte/icons/file-check';
import FolderDown from '@lucide/svelte/icons/folder-down';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import PackagePlus from '@lucide/svelte/icons/package-plus';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Trash from '@lucide/svelte/icons/trash-2';
import { desk } from '@/app/desk.svelte';
import { go } from '@/app/router.svelte';
import { reveal } from '@/app/reveal.svelte';
import { backend } from '@/backend';
import type { MenuItem } from '@/components/Menu.svelte';
import { drilling } from '@/features/drill/drilling.svelte';
import { exporting } from '@/features/export/exporting.svelte';
import { inspectFiles } from '@/features/inspect/files.svelte';
import { m } from '@/messages/messages';
import { testid } from '@/testids';
import { downloads } from './downloads.svelte';
import { isBackup, type Line } from './lines';

/** What the screen does with what an action asks for. */
export type Doing = {
  /** Starts a job, asking for the password first when needed, and shows why it did not start. */
  start: (job: () => Promise<number>) => void;
  /** Shows what deleting would mean. */
  remove: (line: Line) => void;
};

/** What can be done with a backup on a target. */
export function remoteActions(line: Line, targetId: string, doing: Doing): (MenuItem | null)[] {
  if (!isBackup(line)) return [];
  return [
    {
      label: m.row_download(),
      icon: Download,
      testid: testid.rowDownload,
      choose: () => void downloads.to(null, targetId, [line]),
    },
    {
      label: m.row_download_to(),
      icon: FolderDown,
      testid: testid.rowDownloadTo,
      choose: () => void downloads.toChosenFolder(targetId, [line]),
    },
    null,
    {
      label: m.row_check(),
      detail: m.row_check_detail(),
      icon: FileCheck,
      testid: testid.rowCheck,
      choose: () =>
        doing.start(() => backend().startJob({ kind: 'integrity', targetId, path: line.path, deep: false })),
    },
    {
      label: m.row_check_deep(),
      detail: m.row_check_deep_detail(),
      icon: ShieldCheck,
      testid: testid.rowCheckDeep,
      choose: () =>
        doing.start(() => backend().startJob({ kind: 'integrity', targetId, path: line.path, deep: true })),
    },
    null,
    {
      label: m.row_restore(),
      icon: ArchiveRestore,
      testid: testid.rowRestore,
      choose: () => go('/restore', { target: targetId, path: line.path }),
    },
    {
      label: m.row_delete(),
      icon: Trash,
      danger: true,
      testid: testid.rowDelete,
      choose: () => doing.remove(line),
    },
  ];
}

/** What can be done with a backup on this computer. */
export function localActions(line: Line): (MenuItem | null)[] {
  return [
    {
      label: m.row_inspect(),
      icon: ScanSearch,
      testid: testid.rowInspect,
      choose: () => inspectFiles([line.path]),
    },
    ...(line.kind === 'index-only'
      ? [
          {
            label: m.complete_open(),
            detail: m.complete_open_detail(),
            icon: PackagePlus,
            testid: testid.rowComplete,
            choose: () => exporting.ask(line.path),
          },
        ]
      : []),
    {
      label: m.drill_open(),
      detail: m.drill_open_detail(),
      icon: FlaskConical,
      testid: testid.rowDrill,
      choose: () => drilling.ask(line.path, line.kind),
    },
    ...(desk.atServer
      ? [
          {
            label: m.row_restore(),
            icon: ArchiveRestore,
            testid: testid.rowRestore,
            choose: () => go('/restore', { file: line.path }),
          },
        ]
      : []),
    null,
    {
      label: m.show_in_folder(),
      icon: FolderOpen,
      choose: () => void reveal.file(line.path),
    },
  ];
}
