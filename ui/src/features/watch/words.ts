import type { Alert, AlertKind } from '@/backend';
import { href } from '@/app/router.svelte';
import { sentenceOf } from '@/features/errors/wording';
import { sentences as joined } from '@/language/format';
import { m } from '@/messages/messages';

const words: Record<AlertKind, (alert: Alert) => string> = {
  'secret-unsafe': () => m.alert_secret_unsafe(),
  'settings-need-repair': () => m.alert_settings_need_repair(),
  'sign-in-needed': () => m.alert_sign_in_needed(),
  'backups-gone': ({ targetName }) => m.alert_backups_gone({ target: targetName ?? '' }),
  'backup-failed': ({ targetName }) => m.alert_backup_failed({ target: targetName ?? '' }),
  'backup-overdue': ({ targetName }) => m.alert_backup_overdue({ target: targetName ?? '' }),
  'backup-empty': ({ targetName }) => m.alert_backup_empty({ target: targetName ?? '' }),
  'backup-truncated': ({ targetName }) => m.alert_backup_truncated({ target: targetName ?? '' }),
  'backup-bad': ({ targetName }) => m.alert_backup_bad({ target: targetName ?? '' }),
  'backup-shrank': ({ targetName }) => m.alert_backup_shrank({ target: targetName ?? '' }),
  'not-verified': ({ targetName }) => m.alert_not_verified({ target: targetName ?? '' }),
  'nobody-can-repair': () => m.alert_nobody_can_repair(),
  'certificate-ends': ({ targetName }) => m.alert_certificate_ends({ target: targetName ?? '' }),
  'server-updated': () => m.alert_server_updated(),
};

/** An alert in a sentence, and what caused it where that is known. */
export function alertSentence(alert: Alert): string {
  const cause = alert.cause ? sentenceOf(alert.cause) : '';
  return joined([words[alert.kind](alert), cause]);
}

/** Where the window shows what an alert is about. */
export function alertPlace(alert: Alert, profileId: string): string {
  switch (alert.kind) {
    case 'sign-in-needed':
      return href('/sign-in', { profile: profileId });
    case 'secret-unsafe':
    case 'settings-need-repair':
    case 'nobody-can-repair':
      return href('/incidents');
    case 'backup-failed':
    case 'backup-overdue':
    case 'server-updated':
    case 'certificate-ends':
      return href('/overview');
    default:
      return href('/backups', { target: alert.targetId ?? undefined });
  }
}
