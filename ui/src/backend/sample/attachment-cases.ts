import type { CaseSubject, Fact, FactDetail, PlaybookPath, RecoveryCase, Step, StepKind } from '../bindings';
import type { World } from '../sample';
import { history } from './records';
import { before, sampleNow } from './world';

const minute = 60_000;
const made = 'nodewarden_backup_20261120_152401_b7d20.zip';
const complete = '/home/mira/Downloads/nodewarden_complete_20261120_152900.zip';
const oldZip = '/home/mira/Backups/nodewarden_backup_20260914_033010_7a0c2.zip';
const lost = 'mira@lindqvist.example: 4f1c9a72/b06e31d8, 4f1c9a72/c7d20f55';

/** A step with what proves it; open, or still to come, without. */
type Sketch = [StepKind, [FactDetail, string?][]?];

const folderSteps: Sketch[] = [
  ['keep-backups', [['retention-off']]],
  ['examine-target', [['target-examined', '61']]],
  [
    'find-copies',
    [
      ['copies-found', '59 / 61'],
      ['copy-in-zip', oldZip],
      ['copy-in-folder', '/media/mira/Blue/attachments'],
    ],
  ],
  [
    'heal-target',
    [['index-true'], ['index-kept-beside', 'index-20261120-152600.json'], ['bodies-put-back', '59']],
  ],
  ['back-up-attachments', [['backup-verified', made]]],
  ['verify-target', [['bodies-verified', '212 / 212']]],
  ['name-lost', [['attachments-lost', lost], ['confirmed-by-person']]],
  ['drill-backup', [['drill-left-out', '2']]],
];

const skippedSteps: Sketch[] = [
  [
    'read-skipped',
    [
      ['left-out-missing', '1'],
      ['left-out-too-large', '1'],
    ],
  ],
  [
    'find-copies',
    [
      ['copies-found', '2 / 2'],
      ['copy-in-zip', oldZip],
    ],
  ],
  ['open-portable', [['settings-readable']]],
  ['repair-settings', [['settings-readable']]],
  [
    'complete-zip',
    [
      ['bodies-put-back', '2 / 2'],
      ['complete-zip-made', complete],
    ],
  ],
  [
    'restore-again',
    [
      ['restored-again', complete.split('/').at(-1)],
      ['attachments-back', '2 / 2'],
    ],
  ],
  ['fetch-attachments', [['attachments-fetched', '58 / 58']]],
  ['drill-backup', [['drill-passed', complete.split('/').at(-1)]]],
];

/** The steps when the first ones are done. */
function stepsAt(sketches: Sketch[], done: number): Step[] {
  return sketches.map(([kind, proof = []], at): Step => {
    const when = before((sketches.length - at) * minute);
    const fact = ([detail, original]: [FactDetail, string?]): Fact => ({
      kind: 'ledger',
      detail,
      at: when,
      original: original ?? null,
    });
    return {
      kind,
      state: at < done ? 'done' : at === done ? 'needs-you' : 'later',
      at: at < done ? when : null,
      proof: at < done ? proof.map(fact) : [],
      error: null,
      confirmable: kind === 'name-lost' || kind === 'keep-backups',
      watched: false,
    };
  });
}

const target: CaseSubject = { type: 'target', targetId: 'nas', targetName: 'Attic NAS' };
const restored = history.find((job) => job.result?.kind === 'restore' && job.result.skipped.length > 0);
const restore: CaseSubject = { type: 'restore', jobId: restored?.id ?? 0 };

/** A recovery of attachments, come back to when its first steps are done. */
function resumed(path: PlaybookPath & RecoveryCase['playbook'], done: number) {
  const isFolder = path === 'deleted-folder';
  return ({ backend }: World) => {
    const { findings } = backend;
    const look = async (): Promise<RecoveryCase> => ({
      id: 1,
      profileId: 'home',
      branch: path,
      playbook: path,
      subject: isFolder ? target : restore,
      beganAt: before(20 * minute),
      endedAt: null,
      abandoned: false,
      // What is lost is named once it is known.
      steps: stepsAt(isFolder ? folderSteps : skippedSteps, done).filter(
        ({ kind, state }) => kind !== 'name-lost' || state !== 'later',
      ),
      diagnosis: (await findings('home')).diagnosis,
      checked: [],
    });
    backend.recoveryCase = look;
    backend.refreshCase = look;
    backend.confirmStep = look;
    backend.closeCase = async () => {
      const open = await look();
      const left = open.steps.filter((step) => step.state !== 'done').map((step) => step.kind);
      return {
        case: { ...open, endedAt: sampleNow.toISOString() },
        before: open.diagnosis,
        after: open.diagnosis,
        complete: left.length === 0,
        open: left,
        backups: [],
      };
    };
  };
}

/** Recoveries of attachments, sketched after the rules of the core: the first step, the middle, the end. */
export const attachmentCaseStates = {
  'case-folder-keep': resumed('deleted-folder', 0),
  'case-folder-heal': resumed('deleted-folder', 3),
  'case-folder-done': resumed('deleted-folder', folderSteps.length),
  'case-skipped-copies': resumed('skipped-attachments', 1),
  'case-skipped-again': resumed('skipped-attachments', 5),
  'case-skipped-done': resumed('skipped-attachments', skippedSteps.length),
};
