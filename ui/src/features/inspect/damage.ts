import { damageKinds, type Damage, type DamageCode, type DamageDetail } from '@/backend';
import { sentenceOf, type MessageKey } from './details';

/** The checks that a find belongs to. */
export type CheckName = 'structure' | 'checksums' | 'rows' | 'counts' | 'other';

/** The message of every kind of damage, as the core declares them. One without a message does not compile. */
const kinds: Record<DamageDetail['kind'], { code: DamageCode; sentence: MessageKey }> = damageKinds;

/** Every code of the core. One that is missing here does not compile. */
const checks: Record<DamageCode, CheckName | 'name-hash'> = {
  'name-hash-mismatch': 'name-hash',
  'not-a-zip': 'structure',
  'no-end-record': 'structure',
  'end-record-wrong': 'structure',
  'zip64-wrong': 'structure',
  'directory-wrong': 'structure',
  'directory-broken': 'structure',
  'prefix-bytes': 'structure',
  'trailing-bytes': 'structure',
  'unclaimed-bytes': 'structure',
  'header-missing': 'structure',
  'header-differs': 'structure',
  'descriptor-wrong': 'structure',
  overlap: 'structure',
  'duplicate-entry': 'structure',
  'encrypted-flag': 'structure',
  'unknown-method': 'structure',
  'unknown-flags': 'structure',
  'too-many-entries': 'structure',
  bomb: 'checksums',
  'entry-cut': 'checksums',
  'entry-broken': 'checksums',
  'crc-mismatch': 'checksums',
  'size-differs': 'checksums',
  'text-missing': 'rows',
  'json-invalid': 'rows',
  'json-not-utf8': 'rows',
  'row-too-long': 'rows',
  'manifest-differs': 'counts',
  'count-differs': 'counts',
  'body-missing': 'counts',
  'body-size': 'counts',
  'body-unlisted': 'counts',
  more: 'other',
  other: 'other',
};

/** Which check found it. */
export function checkOf(damage: Damage): CheckName | 'name-hash' {
  return checks[damage.code] ?? 'other';
}

/** What is wrong, in the person's language; the core's English where another version wrote it. */
export function damageWord({ detail, message }: Damage): string {
  const kind = detail && kinds[detail.kind];
  return kind ? sentenceOf(kind.sentence, detail) : message;
}
