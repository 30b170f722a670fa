import Unplug from '@lucide/svelte/icons/unplug';
import { m } from '@/messages/messages';
import BackUpHere from '../BackUpHere.svelte';
import FixTarget from '../FixTarget.svelte';
import LookFromHere from '../LookFromHere.svelte';
import LookFromServer from '../LookFromServer.svelte';
import type { PlaybookDescriptor } from './descriptor';

/** A target stopped working. */
export const targetStopped = {
  title: m.wizard_target_stopped,
  text: m.wizard_target_stopped_text,
  paths: [
    {
      path: 'target-stopped',
      icon: Unplug,
      title: m.branch_target_stopped,
      text: m.branch_target_stopped_text,
      foot: m.branch_target_stopped_foot,
    },
  ],
  offline: false,
  goOn: {},
  steps: {
    'look-from-server': { component: LookFromServer },
    'look-from-here': { component: LookFromHere },
    'fix-target': { component: FixTarget },
    'back-up-here': { component: BackUpHere },
  },
} satisfies PlaybookDescriptor;
