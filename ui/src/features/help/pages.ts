import type { Playbook } from '@/backend';
import { playbooks } from '@/features/recovery/playbooks';
import { inKey } from '@/language/in-key';
import { m } from '@/messages/messages';

/** The parts of a page, in order. */
export const parts = [
  { name: 'happened', title: m.help_happened },
  { name: 'does', title: m.help_does },
  { name: 'does_not', title: m.help_does_not },
  { name: 'needs', title: m.help_needs },
] as const;

/** A part of the page about a playbook: its lines. A playbook without its messages does not compile. */
export function linesOf(playbook: Playbook, part: (typeof parts)[number]['name']): string[] {
  return m[`help_${inKey(playbook)}_${part}`]().split('\n');
}

/** Every playbook that has a page, with its title. */
export const pages: { playbook: Playbook; title: () => string }[] = [
  ...Object.entries(playbooks).map(([playbook, { title }]) => ({ playbook: playbook as Playbook, title })),
  { playbook: 'offline', title: m.wizard_offline },
];
