import type {
  Advice,
  Affected,
  Checked,
  Diagnosis,
  EvidenceKind,
  Fact,
  FindingKind,
  NotLooked,
  Playbook,
  RecoveryFinding,
} from '../bindings';
import type { SimulatedServer } from './simulated-server';
import { before, sampleNow } from './world';

const hour = 3600_000;
const day = 24 * hour;
const refusal = 'Server configuration error: JWT_SECRET is not set or too weak';
const notReadable = 'Backup settings need administrator reactivation after restore';

/** Something that was seen, this long before the sample's now. */
export function fact(
  kind: Fact['kind'],
  detail: Fact['detail'],
  age = 60_000,
  original: string | null = null,
): Fact {
  return { kind, detail, at: before(age), original };
}

/** What is wrong, as the core would say it. */
export function diagnosis(trouble: SimulatedServer, profileId: string): Diagnosis {
  const findings = trouble.reached
    ? [...badSecret(trouble), ...changedSecret(trouble), ...needRepair(trouble), ...portablePart(trouble)]
    : [];
  return {
    profileId,
    serverUrl: 'https://vault.lindqvist.example',
    at: sampleNow.toISOString(),
    findings,
    checked: checked(trouble),
  };
}

const backups: Affected = {
  type: 'scheduled-backups',
  since: before(2 * day),
  sinceAtLeast: false,
  lastSuccessAt: before(2 * day + 3 * hour),
  targets: ['Attic NAS', 'R2 offsite'],
};

function proven(kind: FindingKind, evidence: Fact[], affected: Affected[], next: Playbook | null): RecoveryFinding {
  return {
    kind,
    certainty: 'proven',
    cause: null,
    causeCertainty: null,
    evidence,
    affected,
    next,
    also: [],
    severity: cautions.includes(kind) ? 'caution' : 'danger',
    advice: advices[kind],
  };
}

const cautions: FindingKind[] = ['no-wrap-for-me', 'one-can-repair', 'none-can-repair'];
const advices: Record<FindingKind, Advice> = {
  'jwt-secret-missing': 'recover-secret',
  'jwt-secret-too-short': 'recover-secret',
  'jwt-secret-changed': 'put-secret-back',
  'settings-need-repair': 'repair-settings',
  'portable-part-absent': 'settings-from-backup',
  'portable-part-without-wraps': 'settings-from-backup',
  'no-wrap-for-me': 'other-administrator',
  'one-can-repair': 'second-administrator',
  'none-can-repair': 'save-settings',
};

function badSecret({ secret }: SimulatedServer): RecoveryFinding[] {
  if (secret !== 'missing' && secret !== 'too-short') return [];
  const missing = secret === 'missing';
  return [
    proven(
      missing ? 'jwt-secret-missing' : 'jwt-secret-too-short',
      [fact('web-bootstrap', missing ? 'secret-missing' : 'secret-too-short', 5_000, refusal)],
      [
        { type: 'sign-in' },
        { type: 'sessions' },
        { type: 'attachment-links' },
        backups,
        { type: 'manual-backups' },
      ],
      'secret',
    ),
  ];
}

function changedSecret({ secret, signedInSince }: SimulatedServer): RecoveryFinding[] {
  if (secret !== 'changed' || signedInSince) return [];
  return [
    proven(
      'jwt-secret-changed',
      [
        fact('access-token', 'token-refused-before-expiry', 40_000, 'Unauthorized'),
        fact('refresh', 'refresh-works', 39_000),
      ],
      [{ type: 'sessions' }, { type: 'attachment-links' }, backups, { type: 'manual-backups' }],
      'secret',
    ),
  ];
}

/** What is known of the cause, and where that leads. */
function cause(
  trouble: SimulatedServer,
): Pick<RecoveryFinding, 'cause' | 'causeCertainty' | 'evidence' | 'next' | 'also'> {
  if (trouble.settings === 'after-restore') {
    const evidence = [fact('ledger', 'restored-here', 3 * hour)];
    return { cause: 'after-restore', causeCertainty: 'proven', evidence, next: 'repair', also: [] };
  }
  if (trouble.settings === 'not-known') {
    const evidence = [fact('ledger', 'last-readable', 2 * day)];
    return {
      cause: 'not-known',
      causeCertainty: null,
      evidence,
      next: 'repair',
      also: ['secret'],
    };
  }
  if (trouble.signedInSince) {
    const evidence = [
      fact('access-token', 'signed-in-since', 9 * hour),
      fact('audit-log', 'no-restore-in-log'),
      fact('audit-log', 'run-failed-in-log', 13 * hour, notReadable),
    ];
    return {
      cause: 'secret-changed',
      causeCertainty: 'likely',
      evidence,
      next: 'secret',
      also: ['repair'],
    };
  }
  const evidence = [fact('access-token', 'token-refused-before-expiry', 40_000)];
  return { cause: 'secret-changed', causeCertainty: 'proven', evidence, next: 'secret', also: [] };
}

const byNext: Record<Playbook, Advice> = {
  secret: 'put-secret-back',
  repair: 'repair-settings',
  offline: 'settings-from-backup',
};

function needRepair(trouble: SimulatedServer): RecoveryFinding[] {
  if (trouble.settings === 'readable' || !trouble.works) return [];
  const { evidence, ...from } = cause(trouble);
  const all = [fact('settings', 'settings-not-readable', 30_000, notReadable), ...evidence];
  const finding = proven('settings-need-repair', all, [backups, { type: 'manual-backups' }], from.next);
  const next = trouble.opensHere ? from.next : 'offline';
  const advice = (from.also ?? []).length > 0 ? 'secret-or-repair' : byNext[next ?? 'repair'];
  return [{ ...finding, ...from, next, advice }];
}

function portablePart({ wraps, portable, settings, works }: SimulatedServer): RecoveryFinding[] {
  if (!works) return [];
  const unreadable = settings !== 'readable';
  const next = unreadable ? 'offline' : null;
  if (unreadable && portable === 'absent') {
    const evidence = [fact('portable-part', 'portable-absent', 30_000)];
    return [proven('portable-part-absent', evidence, [], next)];
  }
  if (unreadable && wraps === 'none') {
    const evidence = [fact('portable-part', 'portable-without-wraps', 30_000)];
    return [proven('portable-part-without-wraps', evidence, [], next)];
  }
  if (unreadable && wraps === 'others') {
    const evidence = [fact('portable-part', 'wrapped-for-others', 30_000, 'jonas@lindqvist.example')];
    return [proven('no-wrap-for-me', evidence, [], next)];
  }
  if (wraps !== 'one' && wraps !== 'none') return [];
  // While all is well only a backup tells, and that is no proof.
  const evidence = unreadable
    ? fact('portable-part', 'wrapped-for-administrator', 30_000, 'mira@lindqvist.example')
    : fact('ledger', 'told-by-backup', 13 * hour, 'nodewarden_backup_20261120_033014_9c41e.zip');
  return [
    {
      ...proven(wraps === 'one' ? 'one-can-repair' : 'none-can-repair', [evidence], [], null),
      certainty: unreadable ? 'proven' : 'likely',
    },
  ];
}

/** What was looked at. */
export function checked(trouble: SimulatedServer): Checked[] {
  const readable = trouble.settings === 'readable';
  const ask = (what: EvidenceKind, good: boolean, original: string | null = null): Checked => ({
    what,
    answer: good ? 'ok' : 'bad',
    original: good ? null : original,
    notLooked: null,
  });
  const not = (what: EvidenceKind, why: NotLooked | null, original: string | null = null): Checked => ({
    what,
    answer: why === 'not-needed' ? 'not-needed' : 'not-known',
    original,
    notLooked: why,
  });
  const nobody = (what: EvidenceKind) => not(what, 'nobody-signed-in');
  const inside: EvidenceKind[] = ['access-token', 'refresh', 'settings', 'repair-state', 'portable-part'];
  if (!trouble.reached) {
    const words = 'tcp connect error: Connection refused (os error 111)';
    return [
      not('web-bootstrap', null, words),
      ...inside.map((what) => not(what, 'no-answer')),
      not('audit-log', 'no-answer'),
      ask('ledger', true),
    ];
  }
  if (!trouble.works) {
    const words = `jwtUnsafeReason: ${trouble.secret === 'missing' ? 'missing' : 'too_short'}`;
    return [
      ask('web-bootstrap', false, words),
      ...inside.map((what) => not(what, 'secret-unsafe')),
      not('audit-log', 'secret-unsafe'),
      ask('ledger', true),
    ];
  }
  return [
    ask('web-bootstrap', true),
    trouble.signedInSince || !trouble.signedIn
      ? not('access-token', 'nothing-kept')
      : ask('access-token', trouble.secret === 'right', 'Unauthorized'),
    trouble.signedIn ? ask('refresh', true) : nobody('refresh'),
    trouble.signedIn ? ask('settings', readable, notReadable) : nobody('settings'),
    trouble.signedIn ? ask('repair-state', readable) : nobody('repair-state'),
    !trouble.signedIn
      ? nobody('portable-part')
      : readable
        ? not('portable-part', 'not-needed')
        : ask('portable-part', trouble.opensHere),
    trouble.signedIn ? ask('audit-log', readable) : nobody('audit-log'),
    ask('ledger', true),
  ];
}
