import type { Incident } from '@/backend';
import { m } from '@/messages/messages';

type Breakage = {
  word: () => string;
  incident: Incident;
  /** What has to be known of it, once it is done. */
  note?: () => string;
};

/** What can be broken on the practice instance; a line between the groups. */
export const breakages: (Breakage | null)[] = [
  { word: m.break_flip_bit, incident: { type: 'flip-bit' } },
  { word: m.break_truncate, incident: { type: 'truncate' } },
  { word: m.break_bodies, incident: { type: 'delete-bodies', count: 3, forget: false } },
  { word: m.break_attachments, incident: { type: 'delete-attachments-folder' } },
  null,
  { word: m.break_jwt_change, incident: { type: 'change-jwt-secret' } },
  { word: m.break_jwt_short, incident: { type: 'shorten-jwt-secret' } },
  { word: m.break_jwt_missing, incident: { type: 'remove-jwt-secret' } },
  { word: m.break_wraps, incident: { type: 'remove-wraps', keep: null }, note: m.break_settings_note },
  { word: m.break_portable, incident: { type: 'remove-portable-part' }, note: m.break_settings_note },
  {
    word: m.break_other_instance,
    incident: { type: 'restore-other-instance', wrapped: false },
    note: m.break_other_instance_note,
  },
  {
    word: m.break_partial_restore,
    incident: { type: 'partial-restore', result: 'some-items' },
  },
  null,
  { word: m.break_full, incident: { type: 'fill-target' } },
  { word: m.break_password, incident: { type: 'target-status', status: 401 } },
  { word: m.break_unreachable, incident: { type: 'target-status', status: 530 } },
  { word: m.break_slow, incident: { type: 'latency', side: 'target', milliseconds: 3000 } },
  { word: m.break_drop, incident: { type: 'drop-connections', side: 'target' } },
];
