import type CircleAlert from '@lucide/svelte/icons/circle-alert';

/** Any of Lucide's icons. */
export type Icon = typeof CircleAlert;
