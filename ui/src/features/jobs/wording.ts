import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { JobRecord, JobState, Stage } from '@/backend';
import type { Tone } from '@/components/tone';
import { m } from '@/messages/messages';
import { kindOfJob } from './kinds';

/** What a stage is called. */
export const stageWord: Record<Stage, () => string> = {
  connecting: m.stage_connecting,
  'run-prepare': m.stage_run_prepare,
  'run-collect-data': m.stage_run_collect_data,
  'run-package-archive': m.stage_run_package_archive,
  'run-sync-attachments': m.stage_run_sync_attachments,
  'run-upload-archive': m.stage_run_upload_archive,
  'run-verify-archive': m.stage_run_verify_archive,
  'run-cleanup': m.stage_run_cleanup,
  'export-collect-data': m.stage_export_collect_data,
  'export-package-archive': m.stage_export_package_archive,
  uploading: m.stage_uploading,
  'restore-received': m.stage_restore_received,
  'restore-fetch-archive': m.stage_restore_fetch_archive,
  'restore-create-shadow': m.stage_restore_create_shadow,
  'restore-import-data': m.stage_restore_import_data,
  'restore-files': m.stage_restore_files,
  'restore-finalize': m.stage_restore_finalize,
  downloading: m.stage_downloading,
  'checking-on-server': m.stage_checking_on_server,
  'checking-here': m.stage_checking_here,
  listing: m.stage_listing,
  deleting: m.stage_deleting,
  'finding-out': m.stage_finding_out,
  'repairing-settings': m.stage_repairing_settings,
  'fetching-attachments': m.stage_fetching_attachments,
  'staging-attachments': m.stage_staging_attachments,
  'writing-archive': m.stage_writing_archive,
  encrypting: m.stage_encrypting,
  'starting-drill': m.stage_starting_drill,
};

/** "Backing up to NAS", or "Backup to NAS" once it has ended. */
export function jobTitle(job: JobRecord): string {
  const { running, done } = kindOfJob(job.kind);
  return (job.state === 'running' ? running : done)({ subject: job.subject });
}

type Look = { word: () => string; tone: Tone; icon: typeof CircleCheck };

/** How a job's state is shown. */
export const jobStateLook: Record<JobState, Look> = {
  running: { word: m.job_state_running, tone: 'note', icon: LoaderCircle },
  succeeded: { word: m.job_state_succeeded, tone: 'good', icon: CircleCheck },
  attention: { word: m.job_state_attention, tone: 'caution', icon: TriangleAlert },
  failed: { word: m.job_state_failed, tone: 'danger', icon: CircleAlert },
  cancelled: { word: m.job_state_cancelled, tone: 'quiet', icon: CircleSlash },
  unknown: { word: m.job_state_unknown, tone: 'caution', icon: CircleHelp },
  interrupted: { word: m.job_state_interrupted, tone: 'caution', icon: CircleSlash },
};

/** What was found out about a job whose response was lost says more than that it was. */
const foundLook: Record<string, Look> = {
  'outcome-restored': { word: m.job_state_restored, tone: 'caution', icon: TriangleAlert },
  'outcome-likely-restored': { word: m.job_state_likely_restored, tone: 'caution', icon: CircleHelp },
  'outcome-under-way': { word: m.job_state_under_way, tone: 'caution', icon: CircleHelp },
};

/** How a job is shown: by its state, or by what was found out about it. */
export function jobLook(job: JobRecord): Look {
  const found = job.state === 'unknown' ? job.error?.detail?.kind : undefined;
  return foundLook[found ?? ''] ?? jobStateLook[job.state];
}
