import type { Affected, Checked, Diagnosis, Fact, RecoveryFinding } from '../bindings';
import type { Trouble } from './recovery-trouble';
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
export function diagnosis(trouble: Trouble, profileId: string): Diagnosis {
  const findings: RecoveryFinding[] = [];
  const backups: Affected = {
    type: 'scheduled-backups',
    since: before(2 * day),
    lastSuccessAt: before(2 * day + 3 * hour),
    targets: ['Attic NAS', 'R2 offsite'],
  };
  if (trouble.secret === 'missing' || trouble.secret === 'too-short') {
    findings.push({
      kind: trouble.secret === 'missing' ? 'jwt-secret-missing' : 'jwt-secret-too-short',
      certainty: 'proven',
      cause: null,
      causeCertainty: null,
      evidence: [
        fact(
          'web-bootstrap',
          trouble.secret === 'missing' ? 'secret-missing' : 'secret-too-short',
          5_000,
          refusal,
        ),
      ],
      affected: [{ type: 'sign-in' }, { type: 'sessions' }, { type: 'attachment-links' }, backups],
      next: 'wizard-secret',
    });
  }
  if (trouble.secret === 'changed') {
    findings.push({
      kind: 'jwt-secret-changed',
      certainty: 'proven',
      cause: null,
      causeCertainty: null,
      evidence: [
        fact('access-token', 'token-refused-before-expiry', 40_000, 'Unauthorized'),
        fact('refresh', 'refresh-works', 39_000),
        fact('settings', 'settings-not-readable', 38_000, notReadable),
      ],
      affected: [{ type: 'sessions' }, { type: 'attachment-links' }, backups, { type: 'manual-backups' }],
      next: 'wizard-secret',
    });
  }
  if (trouble.settings !== 'readable' && trouble.works) {
    const restored = trouble.settings === 'after-restore';
    findings.push({
      kind: 'settings-need-repair',
      certainty: 'proven',
      cause: trouble.settings,
      causeCertainty: restored ? 'proven' : 'likely',
      evidence: [
        fact('settings', 'settings-not-readable', 30_000, notReadable),
        ...(restored ? [fact('ledger', 'restored-here', 3 * hour)] : []),
      ],
      affected: [backups, { type: 'manual-backups' }],
      next: 'wizard-repair',
    });
  }
  const wrapping: Partial<Record<Trouble['wraps'], RecoveryFinding['kind']>> = {
    one: 'one-can-repair',
    none: 'none-can-repair',
    others: 'no-wrap-for-me',
  };
  const kind = wrapping[trouble.wraps];
  if (kind && trouble.works) {
    findings.push({
      kind,
      certainty: 'proven',
      cause: null,
      causeCertainty: null,
      evidence: [
        trouble.wraps === 'others'
          ? fact('portable-part', 'wrapped-for-others', 30_000)
          : fact('portable-part', 'wrapped-for-administrator', 30_000),
      ],
      affected: [],
      next: trouble.settings === 'readable' ? 'none' : 'wizard-offline',
    });
  }
  return {
    profileId,
    serverUrl: 'https://vault.lindqvist.example',
    at: sampleNow.toISOString(),
    findings,
    checked: checked(trouble),
  };
}

/** What was looked at. */
export function checked(trouble: Trouble): Checked[] {
  const down = !trouble.works;
  const ask = (what: Checked['what'], good: boolean, original: string | null = null): Checked => ({
    what,
    answer: good ? 'ok' : 'bad',
    original: good ? null : original,
  });
  const not = (what: Checked['what']): Checked => ({ what, answer: 'not-known', original: null });
  return [
    ask('web-bootstrap', !down, `jwtUnsafeReason: ${trouble.secret === 'missing' ? 'missing' : 'too_short'}`),
    down
      ? ask('access-token', false, refusal)
      : ask('access-token', trouble.secret === 'right', 'Unauthorized'),
    down ? not('refresh') : ask('refresh', true),
    down ? not('settings') : ask('settings', trouble.settings === 'readable', notReadable),
    down ? not('repair-state') : ask('repair-state', trouble.settings === 'readable'),
    down ? not('portable-part') : ask('portable-part', trouble.wraps === 'two' || trouble.wraps === 'one'),
    down ? not('audit-log') : ask('audit-log', true),
    ask('ledger', true),
  ];
}
