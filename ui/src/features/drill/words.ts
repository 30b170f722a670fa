import type { JobResult, LastDrill } from '@/backend';
import { ago, number } from '@/language/format';
import { storageWord } from '@/features/inspect/words';
import { m } from '@/messages/messages';

export type Drill = Extract<JobResult, { kind: 'drill' }>;

/** How a drill ended, from best to worst. */
export type DrillVerdict = 'passed' | 'skipped' | 'refused' | 'missing' | 'damaged';

/** How a drill ended. */
export function drillVerdict(drill: Drill): DrillVerdict {
  if (!drill.intact) return 'damaged';
  if (!drill.accepted) return 'refused';
  if (drill.missing.length > 0) return 'missing';
  return drill.ok ? 'passed' : 'skipped';
}

/** How many attachments it left out. */
export function leftOut(drill: Drill): number {
  return Math.max(drill.skipped.attachments ?? 0, drill.skipped.items?.length ?? 0);
}

/** The verdict in words. */
export function drillLook(drill: Drill): {
  tone: 'good' | 'caution' | 'danger';
  title: string;
  text: string;
} {
  switch (drillVerdict(drill)) {
    case 'passed':
      return { tone: 'good', title: m.drill_passed(), text: m.drill_passed_text() };
    case 'skipped':
      return {
        tone: 'caution',
        title: m.drill_skipped({ count: leftOut(drill), shown: number(leftOut(drill)) }),
        text: m.drill_skipped_text(),
      };
    case 'refused':
      return {
        tone: 'danger',
        title: m.drill_refused(),
        text: drill.needsFolder ? m.drill_needs_folder() : (drill.error ?? ''),
      };
    case 'missing':
      return { tone: 'danger', title: m.drill_missing(), text: m.drill_missing_text() };
    case 'damaged':
      return {
        tone: 'danger',
        title: m.drill_damaged(),
        text: drill.accepted ? m.drill_damaged_accepted() : m.drill_damaged_text(),
      };
  }
}

/** When a backup last passed a drill. */
export function lastDrillWord(last: LastDrill): string {
  return m.drill_last({ ago: ago(last.at), storage: storageWord[last.storage]() });
}
