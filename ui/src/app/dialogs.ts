import type { Lazy } from '@/components/lazy';

/** Dialogs that several screens open. They are fetched once the first screen is there. */
export const dialogs: Lazy[] = [
  () => import('@/features/export/ExportDialog.svelte'),
  () => import('@/features/drill/DrillDialog.svelte'),
  () => import('@/features/target-work/TargetWorkDialog.svelte'),
  () => import('@/features/export/DecryptDialog.svelte'),
];

/** The help, which is fetched when someone asks for it. */
export const helpDialog: Lazy = () => import('@/features/help/HelpDialog.svelte');
