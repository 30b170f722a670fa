import KeyRound from '@lucide/svelte/icons/key-round';
import SearchCheck from '@lucide/svelte/icons/search-check';
import { m } from '@/messages/messages';
import { Candidates } from '../candidates.svelte';
import FindSecret from '../FindSecret.svelte';
import MakeSecret from '../MakeSecret.svelte';
import PutSecret from '../PutSecret.svelte';
import StoreSecret from '../StoreSecret.svelte';
import TellUsers from '../TellUsers.svelte';
import WatchServer from '../WatchServer.svelte';
import type { PlaybookDescriptor } from './descriptor';

/** JWT_SECRET is missing, too short, or another one than before. */
export const secret = {
  title: m.wizard_secret,
  text: m.wizard_secret_text,
  paths: [
    {
      path: 'have-old-secret',
      icon: SearchCheck,
      title: m.branch_have,
      text: m.branch_have_text,
      foot: m.branch_have_foot,
    },
    {
      path: 'no-old-secret',
      icon: KeyRound,
      title: m.branch_new,
      text: m.branch_new_text,
      foot: m.branch_new_foot,
    },
  ],
  other: { playbook: 'repair', title: m.branch_or_repair },
  offline: true,
  goOn: {
    'jwt-secret-missing': m.incident_jwt_go_on,
    'jwt-secret-too-short': m.incident_jwt_go_on,
    'jwt-secret-changed': m.finding_changed_go_on,
  },
  steps: {
    'find-secret': {
      component: FindSecret,
      keeps: (recovery) => recovery.part(Candidates).answers.length > 0,
    },
    'make-secret': { component: MakeSecret },
    'put-back': { component: PutSecret },
    'put-secret': { component: PutSecret },
    'server-proves-itself': { component: WatchServer },
    'tell-users': { component: TellUsers },
    'store-secret': { component: StoreSecret },
  },
} satisfies PlaybookDescriptor;
