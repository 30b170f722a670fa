import type { JobKind } from '@/backend';
import { backup } from './backup';
import { deletion } from './delete';
import { deskBackup } from './desk-backup';
import { download } from './download';
import { drill } from './drill';
import { exported } from './export';
import { integrity } from './integrity';
import { verifyTarget } from './verify-target';
import { examineTarget } from './examine-target';
import { healTarget } from './heal-target';
import { lookAtTarget } from './look-at-target';
import { copyTarget } from './copy-target';
import type { KindOfJob } from './kind';
import { repair } from './repair';
import { restore } from './restore';
import { staging } from './staging';

/** Every kind of job. A function, since the views of a kind may use this list themselves. */
const all = (): { [Kind in JobKind]: KindOfJob<Kind> } => ({
  backup,
  download,
  integrity,
  restore,
  delete: deletion,
  repair,
  export: exported,
  staging,
  drill,
  'verify-target': verifyTarget,
  'examine-target': examineTarget,
  'look-at-target': lookAtTarget,
  'heal-target': healTarget,
  'copy-target': copyTarget,
  'desk-backup': deskBackup,
});

/** The kinds of job, in the order in which they are offered. */
export function jobKinds(): JobKind[] {
  return Object.keys(all()) as JobKind[];
}

/** What the window knows of a kind of job. */
export function kindOfJob(kind: JobKind): KindOfJob<JobKind> {
  // A job's result is of its own kind, so each descriptor is given only what it takes.
  return all()[kind] as unknown as KindOfJob<JobKind>;
}
