import { kindOf } from '@/targets/kinds';
import type { CaseReport, Destination, Page, Repairers, Section } from '@/backend';
import { date, dateTime } from '@/language/format';
import { language } from '@/language/locale.svelte';
import { m } from '@/messages/messages';
import { hostOf } from './opened.svelte';
import { factOriginal, factTime, factWord, findingTitle, pathWord, stateLook, stepTitle } from './words';

type SheetFacts = {
  serverUrl: string;
  now: Date;
  /** Only on request: for printing. */
  secret: string | null;
  targets: Destination[];
  repairers: Repairers | undefined;
};

function table(title: string, rows: string[][], heads: string[] = []): Section {
  return { title, table: { heads, rows } };
}

const toFillIn = '________________________________________';

/** A page to print and lock away: what one needs when JWT_SECRET is lost again. */
export function recoverySheet({ serverUrl, now, secret, targets, repairers }: SheetFacts): Page {
  const able = repairers?.administrators.filter((one) => one.active && one.hasWrap) ?? [];
  const sections = [
    table(m.sheet_server(), [
      [m.sheet_address(), serverUrl],
      [m.sheet_date(), date(now.toISOString())],
      ['JWT_SECRET', secret ?? toFillIn],
      [m.sheet_secret_kept_in(), toFillIn],
    ]),
    table(m.sheet_put_back(), [
      ['1', m.sheet_put_back_1()],
      ['2', m.sheet_put_back_2()],
      ['3', m.sheet_put_back_3()],
    ]),
    table(
      m.sheet_targets(),
      targets.length > 0
        ? targets.map((target) => [
            target.name || m.opened_without_name(),
            kindOf(target.location.type).word(),
            hostOf(target),
            toFillIn,
          ])
        : [[toFillIn, toFillIn, toFillIn, toFillIn]],
      [m.sheet_target_name(), m.sheet_target_kind(), m.sheet_target_host(), m.sheet_target_secret_in()],
    ),
    table(
      m.sheet_repairers(),
      able.length > 0 ? able.map((one) => [one.email]) : [[m.sheet_repairers_unknown()]],
    ),
  ];
  return { language: language.current, title: m.sheet_title(), lead: m.sheet_lead(), sections };
}

/** How a recovery went, to keep. Nothing in it is secret. */
export function caseReport(report: CaseReport): Page {
  const { case: ended } = report;
  const found = report.before.findings.map((finding) => [findingTitle(finding)]);
  const left = report.after.findings.map((finding) => [findingTitle(finding)]);
  return {
    language: language.current,
    title: m.report_title(),
    lead: m.report_lead({ server: report.before.serverUrl, began: dateTime(ended.beganAt) }),
    sections: [
      table(m.report_facts(), [
        [m.report_way(), pathWord(ended.branch)],
        [m.report_began(), dateTime(ended.beganAt)],
        [m.report_ended(), ended.endedAt ? dateTime(ended.endedAt) : ''],
        [m.report_result(), report.complete ? m.report_complete() : m.report_incomplete()],
      ]),
      table(m.report_before(), found.length > 0 ? found : [[m.report_nothing()]]),
      table(
        m.report_steps(),
        ended.steps.map((step) => [
          stepTitle(step.kind),
          stateLook[step.state].word(),
          step.proof
            .map((fact) => [factWord(fact), factOriginal(fact), factTime(fact)].filter(Boolean).join(' · '))
            .join('; '),
        ]),
        [m.report_step(), m.report_state(), m.step_proof()],
      ),
      table(
        m.report_backups(),
        report.backups.length > 0
          ? report.backups.map((backup) => [backup.targetName, backup.fileName, dateTime(backup.verifiedAt)])
          : [[m.report_no_backups()]],
      ),
      table(m.report_after(), left.length > 0 ? left : [[m.report_nothing()]]),
    ],
  };
}
