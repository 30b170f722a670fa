import { onDestroy, onMount } from 'svelte';
import { desk } from '@/app/desk.svelte';
import {
  backend,
  type CaseSubject,
  type JobKind,
  type JobRecord,
  type JobRequest,
  type TargetLook,
} from '@/backend';
import { jobs } from '@/features/jobs/jobs.svelte';
import type { Recovery } from './recovery.svelte';

/** The target that a recovery is about. */
export function targetOf(recovery: Recovery): { id: string; name: string } | undefined {
  const subject = recovery.case?.subject;
  return subject?.type === 'target' || subject?.type === 'backup'
    ? { id: subject.targetId, name: subject.targetName }
    : undefined;
}

/** The path of the backup that a recovery is about. */
export function backupOf(recovery: Recovery): string | undefined {
  return recovery.case?.subject?.type === 'backup' ? recovery.case.subject.path : undefined;
}

/** The restore that a recovery is about. */
export function restoreOf(recovery: Recovery): number | undefined {
  return recovery.case?.subject?.type === 'restore' ? recovery.case.subject.jobId : undefined;
}

/** Starts a job for a step, and checks how the recovery stands. Nothing starts without the password. */
export async function startFor(recovery: Recovery, request: JobRequest): Promise<number | undefined> {
  const job = await desk.confirmed(() => backend().startJob(request));
  await recovery.look();
  return job;
}

/** Starts a job that needs no password. */
export async function startLook(recovery: Recovery, request: JobRequest): Promise<number> {
  const job = await backend().startJob(request);
  await recovery.look();
  return job;
}

/** What the latest look at the target of a recovery showed, since the recovery started. */
export async function latestLook(recovery: Recovery): Promise<TargetLook | undefined> {
  const id = targetOf(recovery)?.id;
  const since = recovery.case?.beganAt ?? '';
  for (const { startedAt, result } of await backend().jobHistory(200)) {
    if (startedAt < since) break;
    if (result?.kind === 'look-at-target' && result.targetId === id) return result;
  }
  return undefined;
}

/** While a step is shown, checks how the recovery stands whenever such a job ends. */
export function lookAfter(recovery: () => Recovery, kind: JobKind, also?: (job: JobRecord) => void): void {
  let leave: (() => void) | undefined;
  onMount(() => {
    leave = jobs.whenEnded((job) => {
      if (job.kind !== kind) return;
      void recovery().look();
      also?.(job);
    });
  });
  onDestroy(() => leave?.());
}

/** What a recovery is about, in an address. */
export function subjectParameter(subject: CaseSubject | undefined): string | undefined {
  return subject === undefined || subject.type === 'server' ? undefined : JSON.stringify(subject);
}

/** What the address says that a recovery is about; the server when it says nothing that is understood. */
export function readSubject(parameter: string | null): CaseSubject {
  try {
    const read: unknown = JSON.parse(parameter ?? '');
    if (typeof read === 'object' && read !== null && 'type' in read) return read as CaseSubject;
  } catch {
    // An address that someone typed.
  }
  return { type: 'server' };
}
