import type { Fault } from '@/backend';
import { m } from '@/messages/messages';

type Choice = {
  word: () => string;
  fault: Fault;
  /** What has to be known of it, once it is done. */
  note?: () => string;
};

/** The faults that the practice instance can be given; a line between the groups. */
export const faults: (Choice | null)[] = [
  { word: m.fault_flip_bit, fault: { type: 'flip-bit' } },
  { word: m.fault_truncate, fault: { type: 'truncate' } },
  { word: m.fault_bodies, fault: { type: 'delete-bodies', count: 3, forget: false } },
  { word: m.fault_attachments, fault: { type: 'delete-attachments-folder' } },
  null,
  { word: m.fault_jwt_change, fault: { type: 'change-jwt-secret' } },
  { word: m.fault_jwt_short, fault: { type: 'shorten-jwt-secret' } },
  { word: m.fault_jwt_missing, fault: { type: 'remove-jwt-secret' } },
  { word: m.fault_wraps, fault: { type: 'remove-wraps', keep: null }, note: m.fault_settings_note },
  { word: m.fault_portable, fault: { type: 'remove-portable-part' }, note: m.fault_settings_note },
  {
    word: m.fault_other_instance,
    fault: { type: 'restore-other-instance', wrapped: false },
    note: m.fault_other_instance_note,
  },
  {
    word: m.fault_partial_restore,
    fault: { type: 'partial-restore', result: 'some-items' },
  },
  null,
  { word: m.fault_full, fault: { type: 'fill-target' } },
  { word: m.fault_blocks_server, fault: { type: 'target-blocks-server' } },
  { word: m.fault_subrequests, fault: { type: 'subrequest-limit', bodies: 2 } },
  { word: m.fault_password, fault: { type: 'target-status', status: 401 } },
  { word: m.fault_unreachable, fault: { type: 'target-status', status: 530 } },
  { word: m.fault_slow, fault: { type: 'latency', side: 'target', milliseconds: 3000 } },
  { word: m.fault_drop, fault: { type: 'drop-connections', side: 'target' } },
];
