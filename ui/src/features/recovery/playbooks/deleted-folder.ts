import FolderX from '@lucide/svelte/icons/folder-x';
import { m } from '@/messages/messages';
import BackUpAttachments from '../BackUpAttachments.svelte';
import FindCopies from '../FindCopies.svelte';
import NameLost from '../NameLost.svelte';
import WorkOnTarget from '../WorkOnTarget.svelte';
import type { PlaybookDescriptor } from './descriptor';

/** Attachments of the backups on a target are gone from there. */
export const deletedFolder = {
  title: m.wizard_folder,
  text: m.wizard_folder_text,
  paths: [
    {
      path: 'deleted-folder',
      icon: FolderX,
      title: m.branch_folder,
      text: m.branch_folder_text,
      foot: m.branch_folder_foot,
    },
  ],
  offline: false,
  goOn: {},
  steps: {
    'examine-target': { component: WorkOnTarget },
    'find-copies': { component: FindCopies },
    'heal-target': { component: WorkOnTarget },
    'back-up-attachments': { component: BackUpAttachments },
    'verify-target': { component: WorkOnTarget },
    'name-lost': { component: NameLost },
  },
} satisfies PlaybookDescriptor;
