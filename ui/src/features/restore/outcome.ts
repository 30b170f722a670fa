import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import OctagonX from '@lucide/svelte/icons/octagon-x';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { JobRecord, JobState, RestoreResult } from '@/backend';
import type { Icon } from '@/components/icon';
import type { Tone } from '@/components/tone';
import { number } from '@/language/format';
import { m } from '@/messages/messages';
import type { Answers } from '@/features/inspect/words';

type Look = { title: () => string; tone: Tone; icon: Icon };

const stateLook: Record<Exclude<JobState, 'running'>, Look> = {
  succeeded: { title: m.restore_result_succeeded, tone: 'good', icon: CircleCheck },
  attention: { title: m.restore_result_attention, tone: 'caution', icon: TriangleAlert },
  failed: { title: m.restore_result_failed, tone: 'danger', icon: OctagonX },
  cancelled: { title: m.restore_result_cancelled, tone: 'quiet', icon: CircleSlash },
  unknown: { title: m.restore_result_unknown, tone: 'caution', icon: CircleHelp },
  interrupted: { title: m.restore_result_interrupted, tone: 'caution', icon: CircleHelp },
};

const foundLook: Record<string, Look> = {
  'outcome-restored': { title: m.restore_result_restored, tone: 'caution', icon: TriangleAlert },
  'outcome-likely-restored': { title: m.restore_result_likely, tone: 'caution', icon: CircleHelp },
};

/** What was found out about a restore whose response was lost. */
function foundOf(job: JobRecord): string {
  return (job.state === 'unknown' && job.error?.detail?.kind) || '';
}

const incomplete: Look = { title: m.restore_result_incomplete, tone: 'danger', icon: OctagonX };

/** The server did not restore everything that the archive holds. */
export function isIncomplete(job: JobRecord): boolean {
  return (restoreOf(job)?.missing?.length ?? 0) > 0;
}

/** How a restore that has ended looks, and what it is called. */
export function outcomeLook(job: JobRecord): Look {
  if (isIncomplete(job)) return incomplete;
  return foundLook[foundOf(job)] ?? stateLook[job.state === 'running' ? 'succeeded' : job.state];
}

/** The result of a restore, when there is one. */
export function restoreOf(job: JobRecord): RestoreResult | null {
  return job.result?.kind === 'restore' ? job.result : null;
}

/** The data on the server may be the restored one: sign in again, repair the settings. */
export function mayBeRestored(job: JobRecord): boolean {
  return ['succeeded', 'attention', 'unknown', 'interrupted'].includes(job.state);
}

/** What the outcome means for the person. */
export function outcomeAnswers(job: JobRecord): Answers {
  const result = restoreOf(job);
  switch (job.state) {
    case 'running':
    case 'succeeded':
      return {
        serious: m.restore_result_succeeded_serious(),
        affected: m.restore_result_succeeded_affected({
          people: number(result?.imported.users ?? 0),
          items: number(result?.imported.ciphers ?? 0),
          folders: number(result?.imported.folders ?? 0),
          attachments: number(result?.imported.attachmentFiles ?? 0),
        }),
        now: m.restore_result_now(),
        goOn: m.restore_result_go_on(),
      };
    case 'attention':
      if (isIncomplete(job)) {
        return {
          serious: m.restore_result_incomplete_serious(),
          affected: m.restore_result_incomplete_affected(),
          now: m.restore_result_incomplete_now(),
          goOn: m.restore_result_incomplete_go_on(),
        };
      }
      return {
        serious: m.restore_result_attention_serious(),
        affected: m.restore_result_attention_affected({
          count: number(Math.max(result?.skipped.length ?? 0, result?.skippedCount ?? 0)),
        }),
        now: m.restore_result_now(),
        goOn: m.restore_result_go_on(),
      };
    case 'failed':
      return {
        serious: m.restore_result_failed_serious(),
        affected: m.restore_result_failed_affected(),
        now: m.restore_result_failed_now(),
        goOn: m.restore_result_failed_go_on(),
      };
    case 'cancelled':
      return {
        serious: m.restore_result_cancelled_serious(),
        affected: m.restore_result_cancelled_affected(),
        now: m.restore_result_cancelled_now(),
        goOn: m.restore_result_cancelled_go_on(),
      };
    case 'unknown':
    case 'interrupted':
      return doubtful(job);
  }
}

function doubtful(job: JobRecord): Answers {
  if (foundOf(job) === 'outcome-restored') {
    return {
      serious: m.restore_result_restored_serious(),
      affected: m.restore_result_restored_affected(),
      now: m.restore_result_now(),
      goOn: m.restore_result_go_on(),
    };
  }
  return {
    serious: doubt(job),
    affected: m.restore_result_unknown_affected(),
    now: m.restore_result_unknown_now(),
    goOn: m.restore_result_unknown_go_on(),
  };
}

function doubt(job: JobRecord): string {
  const why = job.error?.context.lostBecause;
  if (foundOf(job) === 'outcome-likely-restored') return m.restore_result_likely_serious();
  if (job.state === 'interrupted' || why === 'interrupted') return m.restore_result_interrupted_serious();
  return why === 'stopped' ? m.restore_result_stopped_serious() : m.restore_result_unknown_serious();
}
