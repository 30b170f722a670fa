import type { PlaybookPath, Fact, Step, StepKind, StepState } from '../bindings';
import { fact } from './recovery-findings';
import { newBackup } from './recovery-targets';
import type { SimulatedServer } from './simulated-server';
import { before } from './world';

/** The steps of each way; those that depend on how things stand are left out below. */
const kinds: Record<PlaybookPath, StepKind[]> = {
  'have-old-secret': [
    'find-secret',
    'put-back',
    'sign-in-again',
    'server-proves-itself',
    'repair-settings',
    'verify-backup',
  ],
  'no-old-secret': [
    'make-secret',
    'put-secret',
    'server-proves-itself',
    'sign-in-again',
    'repair-settings',
    'verify-backup',
    'tell-users',
    'store-secret',
  ],
  'repair-only': ['sign-in-again', 'open-portable', 'repair-settings', 'verify-backup'],
};

/** Done outside the app; the server shows it. */
const outside: StepKind[] = ['put-secret', 'put-back', 'server-proves-itself'];

/** Whoever works with people need not wait for the backups. */
const beside: StepKind[] = ['tell-users', 'store-secret'];

/** The steps as they stand now. */
export function steps(trouble: SimulatedServer, branch: PlaybookPath): Step[] {
  const proven = isDone(trouble, branch, 'server-proves-itself');
  let open = true;
  return kinds[branch]
    .filter((kind) => isThere(trouble, branch, kind))
    .map((kind) => {
      const done = isDone(trouble, branch, kind);
      const isTurn =
        open || (beside.includes(kind) && proven) || (kind === 'sign-in-again' && canSignIn(trouble, branch));
      const state: StepState = done ? 'done' : isTurn ? turn(trouble, kind) : 'later';
      if (!done && !beside.includes(kind)) open = false;
      return {
        kind,
        state,
        at: done ? before(4 * 60_000) : null,
        proof: done ? proof(trouble, branch, kind) : partly(trouble, kind),
        error: error(trouble, kind, state),
        watched: [...outside, 'find-secret', 'make-secret'].includes(kind),
      };
    });
}

/** Signing in may be all that the server waits for. */
function canSignIn(trouble: SimulatedServer, branch: PlaybookPath): boolean {
  if (trouble.signedIn || !trouble.works) return false;
  return branch !== 'have-old-secret' || isDone(trouble, branch, 'find-secret');
}

/** What speaks for a step that is not done yet. */
function partly(trouble: SimulatedServer, kind: StepKind): Fact[] {
  return kind === 'server-proves-itself' && trouble.works
    ? [fact('web-bootstrap', 'secret-accepted', 30_000)]
    : [];
}

/** A step that was shown once stays. */
function isThere(trouble: SimulatedServer, branch: PlaybookPath, kind: StepKind): boolean {
  if (branch === 'no-old-secret') {
    const bad = trouble.first?.findings.some(
      ({ kind }) => kind === 'jwt-secret-missing' || kind === 'jwt-secret-too-short',
    );
    return kind !== 'make-secret' || bad === true || trouble.confirmed.has(kind);
  }
  if (kind === 'sign-in-again' && !trouble.signedIn && trouble.works) trouble.shown.add(kind);
  if (kind === 'repair-settings' && branch === 'have-old-secret') {
    const cause = trouble.first?.findings.find((finding) => finding.cause)?.cause;
    if (cause === 'after-restore') trouble.shown.add(kind);
    return trouble.shown.has(kind);
  }
  return kind !== 'sign-in-again' || trouble.shown.has(kind);
}

function turn(trouble: SimulatedServer, kind: StepKind): StepState {
  if (outside.includes(kind)) return 'waiting';
  if ((kind === 'repair-settings' || kind === 'verify-backup') && trouble.atWork()) return 'waiting';
  if ((kind === 'repair-settings' || kind === 'open-portable') && !trouble.opensHere) return 'cannot';
  return 'needs-you';
}

function error(trouble: SimulatedServer, kind: StepKind, state: StepState): Step['error'] {
  if (state === 'cannot') return trouble.noWrap();
  return kind === 'verify-backup' && state === 'needs-you' ? trouble.backupFailed : null;
}

function isDone(trouble: SimulatedServer, branch: PlaybookPath, kind: StepKind): boolean {
  const proven = branch === 'have-old-secret' ? trouble.secret === 'right' : trouble.works;
  switch (kind) {
    case 'put-back':
      return trouble.secret === 'right';
    case 'put-secret':
      return trouble.works;
    case 'server-proves-itself':
      return proven && (trouble.signedIn || branch === 'no-old-secret');
    case 'sign-in-again':
      return trouble.signedIn && trouble.works;
    case 'open-portable':
      return trouble.opened || trouble.settings === 'readable';
    case 'repair-settings':
      return trouble.settings === 'readable' && trouble.works;
    case 'verify-backup':
      return trouble.verified && trouble.backupFailed === null;
    case 'find-secret':
      return trouble.confirmed.has(kind) || trouble.secret === 'right';
    default:
      return trouble.confirmed.has(kind);
  }
}

function proof(trouble: SimulatedServer, branch: PlaybookPath, kind: StepKind): Fact[] {
  switch (kind) {
    case 'put-back':
    case 'put-secret':
      return [fact('web-bootstrap', 'secret-accepted', 5 * 60_000)];
    case 'server-proves-itself':
      return branch === 'have-old-secret'
        ? [
            fact('access-token', 'token-accepted', 4 * 60_000),
            fact('settings', 'settings-readable', 4 * 60_000),
          ]
        : [fact('web-bootstrap', 'secret-accepted', 4 * 60_000)];
    case 'sign-in-again':
      return [fact('refresh', 'signed-in', 3 * 60_000)];
    case 'find-secret':
      return trouble.right === null
        ? [fact('ledger', 'confirmed-by-person', 6 * 60_000)]
        : [fact('access-token', 'candidate-right', 6 * 60_000, trouble.right)];
    case 'open-portable':
      return [fact('portable-part', 'portable-opened', 3 * 60_000)];
    case 'repair-settings':
      return [fact('settings', 'settings-readable', 2 * 60_000)];
    case 'verify-backup':
      return [fact('ledger', 'backup-verified', 60_000, newBackup)];
    default:
      return [fact('ledger', 'confirmed-by-person', 60_000)];
  }
}
