import type { JobRecord } from '../bindings';
import type { World } from '../sample';
import { history } from './records';
import { before, coreError } from './world';

const hour = 3600_000;
const fileName = 'nodewarden_backup_20261120_143002_5d18c.zip';

/** A backup whose response was lost; the server was at work when it was last checked. */
const lost: JobRecord = {
  ...history[1]!,
  id: 30,
  kind: 'backup',
  subject: 'Attic NAS',
  state: 'unknown',
  startedAt: before(hour),
  endedAt: before(hour - 95_000),
  result: null,
  error: coreError('outcome-under-way', {
    context: { lostBecause: 'lost' },
    original: 'connection closed before message completed',
  }),
  canRecheck: true,
};

/** The same, once the server was asked again: it was made, and no one has read it back. */
const made: JobRecord = {
  ...lost,
  state: 'attention',
  error: null,
  canRecheck: false,
  result: {
    kind: 'backup',
    targetId: 'nas',
    targetName: 'Attic NAS',
    provider: 'webdav',
    fileName,
    fileSize: 2_815_007,
    remotePath: `nodewarden/${fileName}`,
    check: null,
    checkError: null,
  },
};

/** Shows one job beside the others, and owns it. */
function withJob(world: World, job: JobRecord, again?: JobRecord): void {
  const { jobHistory, job: one } = world.backend;
  let now = job;
  world.backend.jobHistory = async (limit) => [structuredClone(now), ...(await jobHistory(limit))];
  world.backend.job = async (id) => (id === now.id ? structuredClone(now) : one(id));
  if (!again) return;
  world.backend.recheckOutcome = async () => {
    now = again;
    world.stage.tellAgain(structuredClone(now));
    return structuredClone(now);
  };
}

/** Jobs whose end left a question. */
export const lostStates = {
  'answer-lost': (world: World) => withJob(world, lost, made),
  'backup-stopped': (world: World) =>
    withJob(world, {
      ...lost,
      error: coreError('outcome-no-sign', { context: { lostBecause: 'stopped' } }),
    }),
  'delete-stopped': (world: World) =>
    withJob(world, {
      ...lost,
      kind: 'delete',
      state: 'cancelled',
      error: null,
      canRecheck: false,
      result: {
        kind: 'delete',
        targetId: 'nas',
        targetName: 'Attic NAS',
        deleted: ['nodewarden_backup_20261001_033011_5cc04.zip'],
        left: ['nodewarden_backup_20261002_033009_90be1.zip', 'nodewarden_backup_20261003_033012_d2207.zip'],
      },
    }),
};
