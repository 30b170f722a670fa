import type { Component } from 'svelte';

/** Fetches a component: `() => import('./Large.svelte')`. */
export type Lazy<Props extends Record<string, unknown> = Record<string, never>> = () => Promise<{
  default: Component<Props>;
}>;
