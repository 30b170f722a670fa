import Wrench from '@lucide/svelte/icons/wrench';
import { m } from '@/messages/messages';
import { Repair } from '../repair.svelte';
import RepairStep from '../RepairStep.svelte';
import type { PlaybookDescriptor, StepView } from './descriptor';

/** Opening and sending back are one piece of work. */
const step: StepView = {
  component: RepairStep,
  keeps: (recovery, step) => recovery.part(Repair).isShownAt(step, recovery.case?.steps ?? []),
};

/** The server cannot open its backup settings, or soon no one could repair them. */
export const repair = {
  title: m.wizard_repair,
  text: m.wizard_repair_text,
  paths: [
    {
      path: 'repair-only',
      icon: Wrench,
      title: m.branch_repair,
      text: m.branch_repair_text,
      foot: m.branch_repair_foot,
    },
  ],
  other: { playbook: 'secret', title: m.branch_or_secret },
  offline: true,
  goOn: {
    'settings-need-repair': m.incident_repair_go_on,
    'portable-part-absent': m.incident_repair_go_on,
    'portable-part-without-wraps': m.incident_repair_go_on,
    'no-wrap-for-me': m.incident_repair_go_on,
    'one-can-repair': m.finding_ready_go_on,
    'none-can-repair': m.finding_ready_go_on,
  },
  steps: { 'open-portable': step, 'repair-settings': step },
} satisfies PlaybookDescriptor;
