import CloudUpload from '@lucide/svelte/icons/cloud-upload';
import { m } from '@/messages/messages';
import CountBodies from '../CountBodies.svelte';
import UploadBodies from '../UploadBodies.svelte';
import type { PlaybookDescriptor } from './descriptor';

/** A run needs more calls than a worker may make. */
export const subrequestLimit = {
  title: m.wizard_subrequest_limit,
  text: m.wizard_subrequest_limit_text,
  paths: [
    {
      path: 'subrequest-limit',
      icon: CloudUpload,
      title: m.branch_subrequest_limit,
      text: m.branch_subrequest_limit_text,
      foot: m.branch_subrequest_limit_foot,
    },
  ],
  offline: false,
  goOn: {},
  steps: {
    'count-bodies': { component: CountBodies },
    'upload-bodies': { component: UploadBodies },
  },
} satisfies PlaybookDescriptor;
