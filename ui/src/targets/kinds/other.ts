import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import { m } from '@/messages/messages';
import type { TargetKind } from './kind';

/** A kind that this version does not know: the server keeps everything of it as it is. */
export const other: TargetKind<'other'> = {
  word: m.provider_other,
  group: m.provider_other,
  icon: CircleHelp,
  Fields: null,
  address: () => '',
  folder: () => [],
  values: () => [],
  needed: () => [],
  secret: () => ({ type: 'kept' }),
  secretLabel: m.target_password,
  withSecret: (location) => location,
  editable: false,
};
