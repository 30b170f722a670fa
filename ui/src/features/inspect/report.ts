import type { Attachment, Inspection, Page, Section } from '@/backend';
import { kindText, kindWord } from '@/features/backups/wording';
import { bytes, dateTime, number, sentences } from '@/language/format';
import { language } from '@/language/locale.svelte';
import { m } from '@/messages/messages';
import { leftOut, leftOutNames, stateOf, stateWord } from './attachments';
import { checksOf } from './checks';
import { damageWord } from './damage';
import { storageOf, type Existing } from './storages';
import { tableOrder, tableWord } from './tables';
import { verdictOf } from './verdict';
import { warningHint, warningText } from './warnings';
import {
  answersOf,
  existingLook,
  exposureWords,
  madeOn,
  nameHashWord,
  personLine,
  storageWord,
  verdictLook,
} from './words';

const severity = { danger: m.severity_danger, caution: m.severity_caution, note: m.severity_note };

/** More rows than anyone reads on a page. */
const mostRows = 10_000;

/** What the report needs besides the inspection. */
type Circumstances = {
  existing: Existing;
  /** Every attachment; null when the list could not be read. */
  attachments: Attachment[] | null;
  now: Date;
};

/** What the screen shows of a file, as a page to keep, in the person's language. */
export function reportOf(inspection: Inspection, { existing, attachments, now }: Circumstances): Page {
  const sections = [
    ...judgement(inspection, existing),
    ...contents(inspection),
    ...attachmentsOf(inspection, existing, attachments),
    ...people(inspection),
    targets(inspection),
    facts(
      m.inspect_exposed(),
      inspection.exposes.map(({ kind, count }) => [exposureWords(kind).word, number(count)]),
    ),
  ];
  return {
    language: language.current,
    title: inspection.file.name,
    lead: m.inspect_report_lead({ when: dateTime(now.toISOString()) }),
    sections: sections.filter((section) => section.table.rows.length > 0),
  };
}

function judgement(inspection: Inspection, existing: Existing): Section[] {
  const verdict = verdictOf(inspection, existing);
  const answers = answersOf(verdict, inspection);
  return [
    facts(verdictLook[verdict.name].title(), [
      [m.inspect_serious(), answers.serious],
      [m.inspect_affected(), answers.affected],
      [m.inspect_now(), answers.now],
      [m.inspect_go_on(), answers.goOn],
    ]),
    facts(m.inspect_judged_for(), [
      [m.inspect_storage(), storageWord[storageOf(inspection)]()],
      [m.inspect_existing(), existingLook[existing].word()],
    ]),
    table(
      m.inspect_tab_checks(),
      [],
      checksOf(inspection, existing).map((check) => [
        check.title,
        check.result,
        check.words ?? check.text ?? '',
      ]),
    ),
    table(
      m.inspect_damage(),
      [m.inspect_damage_entry(), m.inspect_damage_what()],
      inspection.damage.map((damage) => [damage.entry ?? m.inspect_whole_file(), damageWord(damage)]),
    ),
    table(
      m.inspect_warnings(),
      [],
      inspection.warnings.map((warning) => [
        severity[warning.severity](),
        sentences([warningText(warning), warningHint(warning)]),
      ]),
    ),
  ];
}

function contents(inspection: Inspection): Section[] {
  const { file, manifest } = inspection;
  return [
    facts(m.inspect_file(), [
      [m.inspect_column_name(), file.name],
      [m.inspect_size(), `${bytes(file.bytes)} (${number(file.bytes)})`],
      [m.inspect_sha256(), file.sha256],
      [m.inspect_name_hash(), nameHashWord[inspection.nameHash]()],
      [m.inspect_kind(), [kindWord(inspection.kind), kindText(inspection.kind)].filter(Boolean).join(' — ')],
      [m.inspect_exported(), manifest?.exportedAt ? dateTime(manifest.exportedAt) : m.inspect_not_told()],
      [m.inspect_app_version(), manifest?.appVersion ?? m.inspect_not_told()],
      [m.inspect_made_on(), madeOn(inspection)],
    ]),
    facts(
      m.inspect_holds(),
      tableOrder
        .filter((name) => name in inspection.tables)
        .map((name) => [tableWord(name), number(inspection.tables[name] ?? 0)]),
    ),
  ];
}

function attachmentsOf(
  inspection: Inspection,
  existing: Existing,
  attachments: Attachment[] | null,
): Section[] {
  const skipped = leftOut(inspection, existing);
  const names = leftOutNames(inspection, existing);
  const heads = [
    m.inspect_column_item(),
    m.inspect_column_attachment(),
    m.inspect_column_owner(),
    m.inspect_column_size(),
    m.inspect_column_content(),
  ];
  return [
    table(
      m.inspect_report_left_out(),
      [m.inspect_column_attachment(), m.inspect_column_size()],
      // The server gives one reason for the whole list.
      shortened([
        ...(skipped.reason ? [[skipped.reason, '']] : []),
        ...(skipped.items ?? []).map((item) => [
          item.path,
          item.sizeBytes === undefined ? '' : bytes(item.sizeBytes),
        ]),
      ]),
    ),
    attachments === null
      ? facts(m.inspect_tab_attachments(), [[m.inspect_report_no_list(), '']])
      : table(
          m.inspect_tab_attachments(),
          heads,
          shortened(
            attachments.map((one) => [
              one.cipherId,
              one.attachmentId,
              one.ownerEmail ?? m.inspect_owner_unknown(),
              bytes(one.sizeBytes),
              stateWord[stateOf(one, names)](),
            ]),
          ),
        ),
  ];
}

function people(inspection: Inspection): Section[] {
  const repairers = inspection.repairableBy.map((person) => [person.email]);
  return [
    table(
      m.inspect_tab_people(),
      [
        m.inspect_column_person(),
        m.inspect_column_role(),
        m.inspect_table_ciphers(),
        m.inspect_table_folders(),
        m.inspect_table_attachments(),
      ],
      shortened(
        inspection.people.map((person) => [
          person.email,
          personLine(person),
          number(person.ciphers),
          number(person.folders),
          number(person.attachments),
        ]),
      ),
    ),
    facts(
      m.inspect_people_repair(),
      repairers.length > 0 || inspection.people.length === 0 ? repairers : [[m.inspect_people_repair_none()]],
    ),
  ];
}

function targets(inspection: Inspection): Section {
  const when = (iso?: string | null) => (iso ? dateTime(iso) : m.never());
  return table(
    m.inspect_targets(),
    [m.inspect_target(), m.inspect_last_success(), m.inspect_last_error(), m.inspect_last_upload()],
    inspection.targets.map((target) => [
      target.id,
      when(target.lastSuccessAt),
      [when(target.lastErrorAt), target.lastErrorMessage].filter(Boolean).join(' — '),
      target.lastUploadedFileName ?? '',
    ]),
  );
}

function shortened(rows: string[][]): string[][] {
  const more = rows.length - mostRows;
  return more > 0 ? [...rows.slice(0, mostRows), [m.inspect_report_more({ count: number(more) })]] : rows;
}

function facts(title: string, rows: string[][]): Section {
  return table(title, [], rows);
}

function table(title: string, heads: string[], rows: string[][]): Section {
  return { title, table: { heads, rows } };
}
