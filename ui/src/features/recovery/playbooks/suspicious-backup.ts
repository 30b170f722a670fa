import FileWarning from '@lucide/svelte/icons/file-warning';
import { m } from '@/messages/messages';
import DrillBackup from '../DrillBackup.svelte';
import FindGoodBackup from '../FindGoodBackup.svelte';
import KeepBackups from '../KeepBackups.svelte';
import ReadBackup from '../ReadBackup.svelte';
import SaveEvidence from '../SaveEvidence.svelte';
import type { PlaybookDescriptor } from './descriptor';

/** A backup on a target may be corrupt. */
export const suspiciousBackup = {
  title: m.wizard_suspicious,
  text: m.wizard_suspicious_text,
  paths: [
    {
      path: 'suspicious-backup',
      icon: FileWarning,
      title: m.branch_suspicious,
      text: m.branch_suspicious_text,
      foot: m.branch_suspicious_foot,
    },
  ],
  offline: false,
  goOn: {},
  steps: {
    'read-backup': { component: ReadBackup },
    'save-evidence': { component: SaveEvidence },
    'find-good-backup': { component: FindGoodBackup },
    'keep-backups': { component: KeepBackups },
    'drill-backup': { component: DrillBackup },
  },
} satisfies PlaybookDescriptor;
