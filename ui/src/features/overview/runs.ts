import type { CopyElsewhere, Run, RunOutcome } from '@/backend';
import { ago, dateTime, sentences } from '@/language/format';
import { sentenceOf } from '@/features/errors/wording';
import { m } from '@/messages/messages';

/** How each outcome of a run is shown: in a word, and by a shape as well as a colour. */
export const runLook: Record<RunOutcome, { word: () => string; mark: string }> = {
  verified: { word: m.run_verified, mark: 'h-6 bg-good' },
  made: { word: m.run_made, mark: 'h-6 border border-good bg-good-soft' },
  bad: { word: m.run_bad, mark: 'h-6 border-b-[10px] border-danger bg-danger-soft' },
  failed: { word: m.run_failed, mark: 'h-3.5 bg-danger' },
  missing: { word: m.run_missing, mark: 'h-3.5 border border-dashed border-caution' },
};

/** The outcomes that occur, in the order of the legend. */
export function legend(runs: Run[]): RunOutcome[] {
  const outcomes = Object.keys(runLook) as RunOutcome[];
  return outcomes.filter((outcome) => runs.some((run) => run.outcome === outcome));
}

/** A run in words: how it went, and exactly when. */
export function runText(run: Run): string {
  return m.run_at({ outcome: runLook[run.outcome].word(), time: dateTime(run.at) });
}

/** What more there is to say of a run: why it failed, what it made. */
export function runDetail(run: Run): string {
  if (run.outcome === 'missing') return m.run_missing_text();
  return sentences([run.error ? sentenceOf(run.error) : (run.fileName ?? '')]);
}

/** A place with copies, how old the newest one is, and exactly when it was made. */
export function copyLine(copy: CopyElsewhere): { text: string; title: string } {
  const place = copy.name ?? m.history_this_computer();
  return { text: m.history_copy({ place, ago: ago(copy.at) }), title: dateTime(copy.at) };
}
