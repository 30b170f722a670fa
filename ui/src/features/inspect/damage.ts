import type { Damage, DamageCode } from '@/backend';
import { language } from '@/language/locale.svelte';
import { m } from '@/messages/messages';
import { figuresOf } from './figures';

/** The checks that a find belongs to. */
export type CheckName = 'structure' | 'checksums' | 'rows' | 'counts' | 'other';

type Known = { word: () => string; check: CheckName | 'name-hash' };

/** Every code of the core. One that is missing here does not compile. */
const known: Record<Exclude<DamageCode, 'other'>, Known> = {
  'name-hash-mismatch': { word: m.inspect_damage_name_hash_mismatch, check: 'name-hash' },
  'not-a-zip': { word: m.inspect_damage_not_a_zip, check: 'structure' },
  'no-end-record': { word: m.inspect_damage_no_end_record, check: 'structure' },
  'end-record-wrong': { word: m.inspect_damage_end_record_wrong, check: 'structure' },
  'zip64-wrong': { word: m.inspect_damage_zip64_wrong, check: 'structure' },
  'directory-wrong': { word: m.inspect_damage_directory_wrong, check: 'structure' },
  'directory-broken': { word: m.inspect_damage_directory_broken, check: 'structure' },
  'prefix-bytes': { word: m.inspect_damage_prefix_bytes, check: 'structure' },
  'trailing-bytes': { word: m.inspect_damage_trailing_bytes, check: 'structure' },
  'unclaimed-bytes': { word: m.inspect_damage_unclaimed_bytes, check: 'structure' },
  'header-missing': { word: m.inspect_damage_header_missing, check: 'structure' },
  'header-differs': { word: m.inspect_damage_header_differs, check: 'structure' },
  'descriptor-wrong': { word: m.inspect_damage_descriptor_wrong, check: 'structure' },
  overlap: { word: m.inspect_damage_entries_overlap, check: 'structure' },
  'duplicate-entry': { word: m.inspect_damage_duplicate_entry, check: 'structure' },
  'encrypted-flag': { word: m.inspect_damage_encrypted_flag, check: 'structure' },
  'unknown-method': { word: m.inspect_damage_unknown_method, check: 'structure' },
  'unknown-flags': { word: m.inspect_damage_unknown_flags, check: 'structure' },
  'too-many-entries': { word: m.inspect_damage_too_many_entries, check: 'structure' },
  bomb: { word: m.inspect_damage_bomb, check: 'checksums' },
  'entry-cut': { word: m.inspect_damage_entry_cut, check: 'checksums' },
  'entry-broken': { word: m.inspect_damage_entry_broken, check: 'checksums' },
  'crc-mismatch': { word: m.inspect_damage_crc_mismatch, check: 'checksums' },
  'size-differs': { word: m.inspect_damage_size_differs, check: 'checksums' },
  'text-missing': { word: m.inspect_damage_text_missing, check: 'rows' },
  'json-invalid': { word: m.inspect_damage_json_invalid, check: 'rows' },
  'json-not-utf8': { word: m.inspect_damage_json_not_utf8, check: 'rows' },
  'row-too-long': { word: m.inspect_damage_row_too_long, check: 'rows' },
  'manifest-differs': { word: m.inspect_damage_manifest_differs, check: 'counts' },
  'count-differs': { word: m.inspect_damage_count_differs, check: 'counts' },
  'body-missing': { word: m.inspect_damage_body_missing, check: 'counts' },
  'body-size': { word: m.inspect_damage_body_size, check: 'counts' },
  'body-unlisted': { word: m.inspect_damage_body_unlisted, check: 'counts' },
  more: { word: m.inspect_damage_more, check: 'other' },
};

/** Which check found it. */
export function checkOf(damage: Damage): CheckName | 'name-hash' {
  return damage.code === 'other' ? 'other' : (known[damage.code]?.check ?? 'other');
}

/** What is wrong, in the person's language and with its figures; the core's English says both. */
export function damageWord(damage: Damage): string {
  const word = damage.code === 'other' ? undefined : known[damage.code]?.word();
  if (language.current === 'en' || word === undefined) return damage.message;
  const figures = figuresOf(damage);
  return figures ? m.inspect_damage_figures({ what: word.replace(/。$/, ''), figures }) : word;
}
