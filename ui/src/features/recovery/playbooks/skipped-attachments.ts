import Paperclip from '@lucide/svelte/icons/paperclip';
import { m } from '@/messages/messages';
import CompleteZip from '../CompleteZip.svelte';
import FetchAttachments from '../FetchAttachments.svelte';
import ReadSkipped from '../ReadSkipped.svelte';
import RestoreAgain from '../RestoreAgain.svelte';
import type { PlaybookDescriptor } from './descriptor';

/** A restore left attachments out. */
export const skippedAttachments = {
  title: m.wizard_skipped,
  text: m.wizard_skipped_text,
  paths: [
    {
      path: 'skipped-attachments',
      icon: Paperclip,
      title: m.branch_skipped,
      text: m.branch_skipped_text,
      foot: m.branch_skipped_foot,
    },
  ],
  offline: false,
  goOn: { 'attachments-left-out': m.finding_left_out_go_on },
  steps: {
    'read-skipped': { component: ReadSkipped, keeps: (recovery) => recovery.report === undefined },
    'complete-zip': { component: CompleteZip },
    'restore-again': { component: RestoreAgain },
    'fetch-attachments': { component: FetchAttachments },
  },
} satisfies PlaybookDescriptor;
