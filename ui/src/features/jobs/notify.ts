import { backend, type JobRecord } from '@/backend';
import { m } from '@/messages/messages';
import { jobLook, jobTitle } from './wording';

/** Notifies of an ended job through the system while the person looks elsewhere. */
export function tellWhenAway(job: JobRecord): void {
  if (document.hasFocus()) return;
  const body = m.notify_body({ job: jobTitle(job), state: jobLook(job).word() });
  // A system that shows no notifications is no fault of the job.
  backend()
    .notify(m.app_name(), body, null)
    .catch(() => undefined);
}
