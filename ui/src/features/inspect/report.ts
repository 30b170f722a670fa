import type { Inspection, Page, Section } from '@/backend';
import { kindText, kindWord } from '@/features/backups/wording';
import { bytes, dateTime, number } from '@/language/format';
import { language } from '@/language/locale.svelte';
import { m } from '@/messages/messages';
import { checksOf } from './checks';
import { damageWord } from './damage';
import { verdictOf } from './verdict';
import { warningHint, warningText } from './warnings';
import { tableOrder, tableWord } from './tables';
import { answersOf, exposureWords, nameHashWord, roleWord, verdictLook } from './words';

const severity = { danger: m.severity_danger, caution: m.severity_caution, note: m.severity_note };

/** What the screen shows of a file, as a page to keep, in the person's language. */
export function reportOf(inspection: Inspection, now: Date): Page {
  const verdict = verdictOf(inspection);
  const answers = answersOf(verdict, inspection);
  const { file, manifest } = inspection;
  const sections: (Section | false)[] = [
    facts(verdictLook[verdict.name].title(), [
      [m.inspect_serious(), answers.serious],
      [m.inspect_affected(), answers.affected],
      [m.inspect_now(), answers.now],
      [m.inspect_go_on(), answers.goOn],
    ]),
    facts(m.inspect_file(), [
      [m.inspect_column_name(), file.name],
      [m.inspect_size(), `${bytes(file.bytes)} (${number(file.bytes)})`],
      [m.inspect_sha256(), file.sha256],
      [m.inspect_name_hash(), nameHashWord[inspection.nameHash]()],
      [m.inspect_kind(), [kindWord(inspection.kind), kindText(inspection.kind)].filter(Boolean).join(' — ')],
      [m.inspect_exported(), manifest?.exportedAt ? dateTime(manifest.exportedAt) : m.inspect_not_told()],
      [m.inspect_app_version(), manifest?.appVersion ?? m.inspect_not_told()],
    ]),
    table(
      m.inspect_tab_checks(),
      [],
      checksOf(inspection).map((check) => [check.title, check.result, check.words ?? check.text ?? '']),
    ),
    inspection.damage.length > 0 &&
      table(
        m.inspect_damage(),
        [m.inspect_damage_entry(), m.inspect_damage_what()],
        inspection.damage.map((damage) => [damage.entry ?? m.inspect_whole_file(), damageWord(damage)]),
      ),
    inspection.warnings.length > 0 &&
      table(
        m.inspect_warnings(),
        [],
        inspection.warnings.map((warning) => [
          severity[warning.severity](),
          `${warningText(warning)} ${warningHint(warning)}`,
        ]),
      ),
    facts(
      m.inspect_holds(),
      tableOrder
        .filter((name) => name in inspection.tables)
        .map((name) => [tableWord(name), number(inspection.tables[name] ?? 0)]),
    ),
    inspection.people.length > 0 &&
      table(
        m.inspect_tab_people(),
        [
          m.inspect_column_person(),
          m.inspect_column_role(),
          m.inspect_column_two_step(),
          m.inspect_table_ciphers(),
          m.inspect_table_folders(),
          m.inspect_table_attachments(),
        ],
        inspection.people.map((person) => [
          person.email,
          roleWord(person.role),
          person.twoStep ? m.inspect_on() : m.inspect_off(),
          number(person.ciphers),
          number(person.folders),
          number(person.attachments),
        ]),
      ),
    inspection.exposes.length > 0 &&
      facts(
        m.inspect_exposed(),
        inspection.exposes.map(({ kind, count }) => [exposureWords(kind).word, number(count)]),
      ),
  ];
  return {
    language: language.current,
    title: file.name,
    lead: m.inspect_report_lead({ when: dateTime(now.toISOString()) }),
    sections: sections.filter((section) => section !== false),
  };
}

function facts(title: string, rows: string[][]): Section {
  return table(title, [], rows);
}

function table(title: string, heads: string[], rows: string[][]): Section {
  return { title, table: { heads, rows } };
}
