import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import Info from '@lucide/svelte/icons/info';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';

/** How something stands. Shown by an icon and a word as well as by colour. */
export type Tone = 'good' | 'note' | 'caution' | 'danger' | 'quiet';

/** The icon of each tone. */
export const toneIcon = {
  good: CircleCheck,
  note: Info,
  caution: TriangleAlert,
  danger: CircleAlert,
  quiet: Info,
};

/** The colour of a tone's icon and word. */
export const toneInk: Record<Tone, string> = {
  good: 'text-good',
  note: 'text-accent',
  caution: 'text-caution',
  danger: 'text-danger',
  quiet: 'text-ink-faint',
};

/** The colour behind it. */
export const toneSoft: Record<Tone, string> = {
  good: 'bg-good-soft',
  note: 'bg-accent-soft',
  caution: 'bg-caution-soft',
  danger: 'bg-danger-soft',
  quiet: 'bg-sunken',
};
