import type { Damage, Inspection, ServerVerdict } from '@/backend';
import type { Tone } from '@/components/tone';
import { number } from '@/language/format';
import { m } from '@/messages/messages';
import { checkOf, type CheckName } from './damage';
import { answers, type Existing } from './storages';

/** One check with its result. */
export type Check = {
  name: string;
  title: string;
  tone: Tone;
  result: string;
  text?: string;
  /** The server's own words. */
  words?: string;
};

const titles: Record<CheckName, () => string> = {
  structure: m.inspect_check_structure,
  checksums: m.inspect_check_checksums,
  rows: m.inspect_check_rows,
  counts: m.inspect_check_counts,
  other: m.inspect_check_other,
};

/** Every check that was made, with what it showed. */
export function checksOf(inspection: Inspection, existing: Existing = 'replaced'): Check[] {
  const server = answers(inspection, existing);
  const found = (name: CheckName) => inspection.damage.filter((damage) => checkOf(damage) === name);
  const inside: CheckName[] = ['structure', 'checksums', 'rows', 'counts'];
  if (found('other').length > 0) inside.push('other');
  return [
    nameHashCheck(inspection),
    ...inside.map((name) => damageCheck(name, found(name))),
    serverCheck('import', m.inspect_check_import(), server.import),
    serverCheck('remote', m.inspect_check_remote(), server.remoteRestore),
  ];
}

function damageCheck(name: CheckName, found: Damage[]): Check {
  const good = found.length === 0;
  return {
    name,
    title: titles[name](),
    tone: good ? 'good' : 'danger',
    result: good ? m.inspect_check_good() : m.inspect_check_bad({ count: number(found.length) }),
  };
}

function nameHashCheck({ nameHash, file }: Inspection): Check {
  const shared = { name: 'name-hash', title: m.inspect_check_name_hash() };
  const expected = /_([0-9a-f]{5})\.zip$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  const actual = file.sha256.slice(0, 5);
  switch (nameHash) {
    case 'match':
      return {
        ...shared,
        tone: 'good',
        result: m.inspect_check_good(),
        text: m.inspect_check_name_match_text({ expected }),
      };
    case 'mismatch':
      return {
        ...shared,
        tone: 'danger',
        result: m.inspect_name_hash_mismatch(),
        text: m.inspect_check_name_mismatch_text({ expected, actual }),
      };
    case 'absent':
      return {
        ...shared,
        tone: 'quiet',
        result: m.inspect_check_absent(),
        text: m.inspect_check_absent_text(),
      };
  }
}

function serverCheck(name: string, title: string, verdict: ServerVerdict): Check {
  if (!verdict.accepts) {
    return {
      name,
      title,
      tone: 'caution',
      result: m.inspect_check_refuses(),
      words: verdict.error ?? undefined,
    };
  }
  const skips = verdict.skipped.attachments ?? 0;
  return {
    name,
    title,
    tone: skips > 0 ? 'caution' : 'good',
    result: m.inspect_check_accepts(),
    text: skips > 0 ? m.inspect_check_skips_text({ count: number(skips) }) : m.inspect_check_accepts_text(),
  };
}
