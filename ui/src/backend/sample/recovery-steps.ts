import type { Branch, Fact, Step, StepKind, StepState } from '../bindings';
import { fact } from './recovery-findings';
import { newBackup } from './recovery-targets';
import type { Trouble } from './recovery-trouble';
import { before, coreError } from './world';

const kinds: Record<Branch, StepKind[]> = {
  'have-old-secret': ['find-secret', 'put-back', 'server-proves-itself', 'verify-backup'],
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
  'repair-only': ['open-portable', 'repair-settings', 'verify-backup'],
};

/** The steps as they stand now. */
export function steps(trouble: Trouble, branch: Branch): Step[] {
  let open = true;
  return kinds[branch]
    .filter((kind) => kind !== 'make-secret' || !trouble.works || trouble.secret === 'right')
    .map((kind) => {
      const done = isDone(trouble, kind);
      const state: StepState = done ? 'done' : !open ? 'later' : turn(trouble, kind);
      // Putting a secret and watching for it go on together.
      if (!done && kind !== 'put-secret' && kind !== 'put-back') open = false;
      return {
        kind,
        state,
        at: done ? before(4 * 60_000) : null,
        proof: done ? proof(trouble, kind) : [],
        error: state === 'cannot' ? coreError('no-wrap-for-account') : null,
      };
    });
}

function turn(trouble: Trouble, kind: StepKind): StepState {
  if (kind === 'server-proves-itself' || kind === 'put-back' || kind === 'put-secret') return 'waiting';
  if ((kind === 'repair-settings' || kind === 'open-portable') && trouble.wraps === 'others') return 'cannot';
  return 'needs-you';
}

function isDone(trouble: Trouble, kind: StepKind): boolean {
  switch (kind) {
    case 'make-secret':
      return trouble.confirmed.has(kind) || trouble.works;
    case 'put-back':
    case 'put-secret':
      return trouble.works;
    case 'server-proves-itself':
      return trouble.secret === 'right';
    case 'sign-in-again':
      return trouble.signedIn && trouble.secret === 'right';
    case 'open-portable':
      return trouble.opened || trouble.settings === 'readable';
    case 'repair-settings':
      return trouble.settings === 'readable';
    case 'verify-backup':
      return trouble.verified;
    case 'find-secret':
      return trouble.confirmed.has(kind) || trouble.secret === 'right';
    default:
      return trouble.confirmed.has(kind);
  }
}

function proof(trouble: Trouble, kind: StepKind): Fact[] {
  switch (kind) {
    case 'put-back':
    case 'put-secret':
      return [fact('web-bootstrap', 'secret-accepted', 5 * 60_000)];
    case 'server-proves-itself':
      return trouble.case?.branch === 'have-old-secret'
        ? [
            fact('access-token', 'token-accepted', 4 * 60_000),
            fact('settings', 'settings-readable', 4 * 60_000),
          ]
        : [fact('web-bootstrap', 'secret-accepted', 4 * 60_000)];
    case 'sign-in-again':
      return [fact('refresh', 'signed-in', 3 * 60_000)];
    case 'find-secret':
      return [fact('access-token', 'candidate-right', 6 * 60_000)];
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
