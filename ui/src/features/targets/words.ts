import type { Finding, SharedPlace, TargetChange, TargetFieldChange, TargetVerdict } from '@/backend';
import type { Tone } from '@/components/tone';
import { number } from '@/language/format';
import { m } from '@/messages/messages';

/** What a field is called; the server's own word for one from the future. */
export function fieldWord(field: string): string {
  return fields[field]?.() ?? field;
}

const fields: Record<string, () => string> = {
  name: m.target_name,
  type: m.target_type,
  includeAttachments: m.target_attachments,
  baseUrl: m.target_base_url,
  username: m.target_username,
  password: m.target_password,
  remotePath: m.target_remote_path,
  endpoint: m.target_endpoint,
  bucket: m.target_bucket,
  addressingStyle: m.target_style,
  region: m.target_region,
  accessKeyId: m.target_access_key,
  secretAccessKey: m.target_secret_key,
  rootPath: m.target_root_path,
  enabled: m.target_enabled,
  intervalHours: m.target_interval,
  startTime: m.target_start,
  timezone: m.target_zone,
  retentionCount: m.target_keep,
};

/** A field's value in a list of changes. */
export function valueWord(field: string, value: string | null): string {
  if (field === 'retentionCount' && value === '') return m.target_keep_all();
  if (value === null || value === '') return m.review_empty();
  if (value === 'true') return m.review_yes();
  if (value === 'false') return m.review_no();
  if (value === 'path-style') return m.target_style_path();
  if (value === 'virtual-hosted-style') return m.target_style_virtual();
  if (field === 'type') return value === 's3' ? m.provider_s3() : m.provider_webdav();
  return value;
}

/** A secret shows only that it changes. */
export function isSecretChange(change: TargetFieldChange): boolean {
  return change.before === null && change.after === null;
}

/** What happens to a target. */
export const changeLook: Record<TargetChange['kind'], { word: () => string; tone: Tone }> = {
  added: { word: m.review_added, tone: 'good' },
  removed: { word: m.review_removed, tone: 'danger' },
  changed: { word: m.review_changed, tone: 'note' },
  moved: { word: m.review_moved, tone: 'quiet' },
};

const rules: Record<Finding['rule'], (finding: Finding) => string> = {
  missing: m.finding_missing,
  placeholder: m.finding_placeholder,
  spaces: m.finding_spaces,
  'address-invalid': m.finding_address_invalid,
  'http-unencrypted': m.finding_http_unencrypted,
  'address-has-login': m.finding_address_has_login,
  'address-has-query': m.finding_address_has_query,
  'host-private': m.finding_host_private,
  'bucket-in-endpoint': m.finding_bucket_in_endpoint,
  'bucket-invalid': m.finding_bucket_invalid,
  'bucket-dots': m.finding_bucket_dots,
  style: ({ suggestion }) =>
    suggestion === 'virtual-hosted-style' ? m.finding_style_virtual() : m.finding_style_path(),
  region: ({ suggestion }) => (suggestion ? m.finding_region_other() : m.finding_region_needed()),
  'path-invalid': m.finding_path_invalid,
  'path-deep': m.finding_path_deep,
  'path-repeated': m.finding_path_repeated,
  'path-empty': m.finding_path_empty,
  interval: m.finding_interval,
  'start-time': m.finding_start_time,
  timezone: m.finding_timezone,
  retention: m.finding_retention,
  'retention-short': m.finding_retention_short,
  'retention-unlimited': m.finding_retention_unlimited,
  'not-scheduled': m.finding_not_scheduled,
  'no-attachments': m.finding_no_attachments,
  'shared-folder': m.finding_shared_folder,
  'too-many': m.finding_too_many,
};

/** What a finding says; the core's English for a rule from the future. */
export function findingWord(finding: Finding): string {
  return rules[finding.rule]?.(finding) ?? finding.message;
}

const overlaps = { same: m.shared_same, inside: m.shared_inside, around: m.shared_around };

/** How it is known that another server uses a target's folder. */
export function sharedWord({ evidence, serverName: server }: SharedPlace): string {
  if (evidence.type === 'backups') {
    return m.shared_backups({ count: evidence.count, shown: number(evidence.count), server });
  }
  const how = overlaps[evidence.overlap]({ target: evidence.targetName, server });
  return evidence.anotherUser ? m.shared_user({ how }) : how;
}

/** How a finding is shown. */
export const findingLook: Record<Finding['level'], { word: () => string; tone: Tone }> = {
  error: { word: m.level_error, tone: 'danger' },
  warning: { word: m.level_warning, tone: 'caution' },
  note: { word: m.level_note, tone: 'quiet' },
};

/** What trying a target showed. */
export const verdictLook: Record<TargetVerdict, { word: () => string; text: () => string; tone: Tone }> = {
  works: { word: m.target_verdict_works, text: m.target_verdict_works_text, tone: 'good' },
  readable: { word: m.target_verdict_readable, text: m.target_verdict_readable_text, tone: 'note' },
  'readable-not-writable': {
    word: m.target_verdict_readable_not_writable,
    text: m.target_verdict_readable_not_writable_text,
    tone: 'danger',
  },
  unreadable: { word: m.target_verdict_unreadable, text: m.target_verdict_unreadable_text, tone: 'danger' },
  'not-known': { word: m.target_verdict_not_known, text: m.target_verdict_not_known_text, tone: 'caution' },
};
