import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import type { Location } from '@/backend';
import { m } from '@/messages/messages';
import type { TargetKind } from './kind';

/** A kind that this version does not know: shown, and saved back as it came. */
export const unsupported: TargetKind<Extract<Location, { type: 'unsupported' }>> = {
  word: m.provider_unsupported,
  group: m.provider_unsupported,
  icon: CircleHelp,
  Fields: null,
  secretWord: m.target_password,
  secret: () => null,
  withSecret: (location) => location,
  address: () => '',
  parts: () => [],
  needed: () => [],
  lines: (location) => [[m.target_type(), location.kind]],
};
