import type {
  Affected,
  Branch,
  CandidateAnswer,
  Checked,
  Diagnosis,
  Fact,
  RecoveryFinding,
  OpenedSettings,
  RecoveryCase,
  Repairers,
  Step,
  StepKind,
  StepState,
  TestValue,
} from '../bindings';
import type { BackupSettings, Destination, JobResult } from '../bindings';
import type { Backend } from '../types';
import type { JobStage } from './stage';
import { before, coreError, rows, sampleNow } from './world';

const hour = 3600_000;
const day = 24 * hour;
const refusal = 'Server configuration error: JWT_SECRET is not set or too weak';
const notReadable = 'Backup settings need administrator reactivation after restore';
/** The secret that is right in this world. */
const oldSecret = 'correct-horse-battery-staple-0123456789';
const newBackup = 'nodewarden_backup_20261120_163014_4be20.zip';
const newSecret = 'Tz3nK8wq_Vb2LrYc7JdXh5Me-Gs9FpQa1NuRo4CiZk6Wt0BvEyHj3SxUl8DmPf2Ag';

const steps: Record<Branch, StepKind[]> = {
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

/** What comes back from the portable part. */
const targets: Destination[] = [
  {
    id: 'nas',
    name: 'Attic NAS',
    includesAttachments: true,
    location: {
      type: 'webdav',
      baseUrl: 'https://dav.lindqvist.example/backup',
      username: 'nodewarden',
      password: { type: 'kept' },
      remotePath: 'nodewarden',
    },
    schedule: {
      enabled: true,
      intervalHours: 24,
      startTime: '03:30',
      timezone: 'Europe/Stockholm',
      retentionCount: 30,
    },
  },
  {
    id: 'r2',
    name: 'R2 offsite',
    includesAttachments: false,
    location: {
      type: 's3',
      endpoint: 'https://3f9c.r2.cloudflarestorage.example',
      bucket: 'offsite',
      addressingStyle: 'path-style',
      region: 'auto',
      accessKeyId: '7d1f0a93c2',
      secretAccessKey: { type: 'kept' },
      rootPath: 'nodewarden',
    },
    schedule: { enabled: true, intervalHours: 12, startTime: '00:00', timezone: 'UTC', retentionCount: null },
  },
];
const opened: BackupSettings = { destinations: targets };

/** The same without their secrets: what is known without any key. */
function known(): BackupSettings {
  const all = structuredClone(opened);
  for (const { location } of all.destinations) {
    if (location.type === 'webdav') location.password = { type: 'unset' };
    else location.secretAccessKey = { type: 'unset' };
  }
  return all;
}

function fact(
  kind: Fact['kind'],
  detail: Fact['detail'],
  age = 60_000,
  original: string | null = null,
): Fact {
  return { kind, detail, at: before(age), original };
}

/** A server in trouble, and what was done about it so far. */
export class Trouble {
  secret: 'right' | 'missing' | 'too-short' | 'changed' = 'right';
  settings: 'readable' | 'after-restore' | 'secret-changed' = 'readable';
  /** The administrators with a wrap. */
  wraps: 'two' | 'one' | 'none' | 'others' = 'two';
  testValue: TestValue = 'offered';
  signedIn = true;
  verified = false;
  confirmed = new Set<StepKind>();
  case: RecoveryCase | null = null;
  /** What was wrong when the case began. */
  first: Diagnosis | null = null;
  opened = false;
  /** Looks at the server until the person outside has done their part; `null` never. */
  looksUntilDone: number | null = 2;
  #looks = 0;
  #made = false;

  constructor(parts: Partial<Trouble> = {}) {
    Object.assign(this, parts);
  }

  #works(): boolean {
    return this.secret === 'right' || this.secret === 'changed';
  }

  diagnosis(profileId: string): Diagnosis {
    const findings: RecoveryFinding[] = [];
    const backups: Affected = {
      type: 'scheduled-backups',
      since: before(2 * day),
      lastSuccessAt: before(2 * day + 3 * hour),
      targets: ['Attic NAS', 'R2 offsite'],
    };
    if (this.secret === 'missing' || this.secret === 'too-short') {
      findings.push({
        kind: this.secret === 'missing' ? 'jwt-secret-missing' : 'jwt-secret-too-short',
        certainty: 'proven',
        cause: null,
        causeCertainty: null,
        evidence: [
          fact(
            'web-bootstrap',
            this.secret === 'missing' ? 'secret-missing' : 'secret-too-short',
            5_000,
            refusal,
          ),
        ],
        affected: [{ type: 'sign-in' }, { type: 'sessions' }, { type: 'attachment-links' }, backups],
        next: 'wizard-secret',
      });
    }
    if (this.secret === 'changed') {
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
    if (this.settings !== 'readable' && this.#works()) {
      const restored = this.settings === 'after-restore';
      findings.push({
        kind: 'settings-need-repair',
        certainty: 'proven',
        cause: this.settings,
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
    const kind = wrapping[this.wraps];
    if (kind && this.#works()) {
      findings.push({
        kind,
        certainty: 'proven',
        cause: null,
        causeCertainty: null,
        evidence: [
          this.wraps === 'others'
            ? fact('portable-part', 'wrapped-for-others', 30_000)
            : fact('portable-part', 'wrapped-for-administrator', 30_000),
        ],
        affected: [],
        next: this.settings === 'readable' ? 'none' : 'wizard-offline',
      });
    }
    return {
      profileId,
      serverUrl: 'https://vault.lindqvist.example',
      at: sampleNow.toISOString(),
      findings,
      checked: this.#checked(),
    };
  }

  #checked(): Checked[] {
    const down = !this.#works();
    const ask = (what: Checked['what'], good: boolean, original: string | null = null): Checked => ({
      what,
      answer: good ? 'ok' : 'bad',
      original: good ? null : original,
    });
    const not = (what: Checked['what']): Checked => ({ what, answer: 'not-known', original: null });
    return [
      ask('web-bootstrap', !down, `jwtUnsafeReason: ${this.secret === 'missing' ? 'missing' : 'too_short'}`),
      down
        ? ask('access-token', false, refusal)
        : ask('access-token', this.secret === 'right', 'Unauthorized'),
      down ? not('refresh') : ask('refresh', true),
      down ? not('settings') : ask('settings', this.settings === 'readable', notReadable),
      down ? not('repair-state') : ask('repair-state', this.settings === 'readable'),
      down ? not('portable-part') : ask('portable-part', this.wraps === 'two' || this.wraps === 'one'),
      down ? not('audit-log') : ask('audit-log', true),
      ask('ledger', true),
    ];
  }

  look(): RecoveryCase {
    if (!this.case) throw coreError('invalid-request');
    const waits = this.case.steps.some((step) => step.state === 'waiting');
    if (waits && this.looksUntilDone !== null && ++this.#looks >= this.looksUntilDone) {
      this.#looks = 0;
      // Someone typed the command outside: the old secret heals everything, a new one only the server.
      if (this.case.branch === 'have-old-secret') this.settings = 'readable';
      this.secret = 'right';
    }
    this.case = { ...this.case, steps: this.#steps(this.case.branch) };
    this.case.diagnosis = this.diagnosis(this.case.profileId);
    return structuredClone(this.case);
  }

  begin(profileId: string, branch: Branch): RecoveryCase {
    this.first = this.diagnosis(profileId);
    this.case = {
      id: 1,
      profileId,
      branch,
      beganAt: before(12 * 60_000),
      endedAt: null,
      abandoned: false,
      steps: this.#steps(branch),
      diagnosis: this.diagnosis(profileId),
    };
    return this.look();
  }

  #steps(branch: Branch): Step[] {
    let open = true;
    return steps[branch]
      .filter((kind) => kind !== 'make-secret' || !this.#works() || this.#made || this.secret === 'right')
      .map((kind) => {
        const done = this.#done(kind);
        const state: StepState = done ? 'done' : !open ? 'later' : this.#state(kind);
        // Putting a secret and watching for it go on together.
        if (!done && kind !== 'put-secret' && kind !== 'put-back') open = false;
        return {
          kind,
          state,
          at: done ? before(4 * 60_000) : null,
          proof: done ? this.#proof(kind) : [],
          error: state === 'cannot' ? coreError('no-wrap-for-account') : null,
        };
      });
  }

  #state(kind: StepKind): StepState {
    if (kind === 'server-proves-itself' || kind === 'put-back' || kind === 'put-secret') return 'waiting';
    if ((kind === 'repair-settings' || kind === 'open-portable') && this.wraps === 'others') return 'cannot';
    return 'needs-you';
  }

  #done(kind: StepKind): boolean {
    switch (kind) {
      case 'make-secret':
        return this.#made || this.confirmed.has(kind) || this.#works();
      case 'put-back':
      case 'put-secret':
        return this.#works();
      case 'server-proves-itself':
        return this.secret === 'right';
      case 'sign-in-again':
        return this.signedIn && this.secret === 'right';
      case 'open-portable':
        return this.opened || this.settings === 'readable';
      case 'repair-settings':
        return this.settings === 'readable';
      case 'verify-backup':
        return this.verified;
      case 'find-secret':
        return this.confirmed.has(kind) || this.secret === 'right';
      default:
        return this.confirmed.has(kind);
    }
  }

  #proof(kind: StepKind): Fact[] {
    switch (kind) {
      case 'put-back':
      case 'put-secret':
        return [fact('web-bootstrap', 'secret-accepted', 5 * 60_000)];
      case 'server-proves-itself':
        return this.case?.branch === 'have-old-secret'
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

  repairers(): Repairers {
    const mira = { userId: 'user-home', email: 'mira@lindqvist.example', isMe: true, active: true };
    const jonas = { userId: 'user-jonas', email: 'jonas@lindqvist.example', isMe: false, active: true };
    const by: Record<Trouble['wraps'], (typeof mira)[]> = {
      two: [mira, jonas],
      one: [mira],
      none: [],
      others: [jonas],
    };
    const able = by[this.wraps];
    return {
      administrators: [mira, jonas].map((one) => ({ ...one, hasWrap: able.includes(one) })),
      wrapped: able.length,
      knownFrom: {
        type: 'backup',
        name: 'nodewarden_backup_20261120_033014_9c41e.zip',
        exportedAt: before(13 * hour),
      },
      testValue: this.testValue,
    };
  }
}

function answer(candidate: string, readable: boolean): CandidateAnswer {
  const tooShort = candidate.length < 32;
  if (!readable) return { verdict: 'unknown', reason: 'no-signed-token', tooShort };
  return candidate === oldSecret
    ? { verdict: 'right', reason: 'signed-this-token', tooShort }
    : { verdict: 'wrong', reason: 'did-not-sign-this-token', tooShort };
}

function repaired(after: BackupSettings, test: string[], trouble: Trouble, failing: boolean): JobResult {
  trouble.settings = 'readable';
  trouble.verified = test.length > 0;
  const result: JobResult = {
    kind: 'repair',
    readableAgain: true,
    targets: after.destinations.map((target, index) => ({
      tested: test.includes(target.id),
      id: target.id,
      name: target.name,
      kind: target.location.type,
      host: new URL(target.location.type === 's3' ? target.location.endpoint : target.location.baseUrl).host,
      error:
        failing && index === 1 && test.includes(target.id)
          ? coreError('target-failed', {
              original: 'S3 upload failed: 403',
              values: { targetStatus: '403' },
            })
          : null,
      backup:
        (failing && index === 1) || !test.includes(target.id)
          ? null
          : {
              targetId: target.id,
              targetName: target.name,
              provider: target.location.type,
              fileName: newBackup,
              fileSize: 2_816_004,
              remotePath: `nodewarden/${newBackup}`,
              check: {
                fileName: newBackup,
                level: 'verified' as const,
                checkedAt: sampleNow.toISOString(),
                server: null,
                here: null,
              },
              checkError: null,
            },
    })),
  };
  return result;
}

type RecoveryCommands = Pick<
  Backend,
  | 'diagnose'
  | 'repairers'
  | 'keepTestValue'
  | 'recoveryHistory'
  | 'recoveryCase'
  | 'beginRecovery'
  | 'refreshCase'
  | 'confirmStep'
  | 'closeCase'
  | 'abandonCase'
  | 'checkSecrets'
  | 'secretEvidence'
  | 'makeSecret'
  | 'openPortable'
  | 'backupAccounts'
  | 'openBackupSettings'
  | 'knownTargets'
  | 'revealSecret'
  | 'saveOpenedSettings'
  | 'closeOpenedSettings'
  | 'listDirectly'
  | 'startDirectDownload'
  | 'startRepair'
>;

/** The recovery commands, told by one server's trouble. */
export function recoveryCommands(trouble: Trouble, stage: JobStage, failing = false): RecoveryCommands {
  const handles = new Map<string, BackupSettings>();
  const done = async <T>(value: T): Promise<T> => structuredClone(value);
  const open = (source: OpenedSettings['source'], account: string): OpenedSettings => {
    const handle = `opened-${handles.size + 1}`;
    handles.set(handle, structuredClone(opened));
    return { handle, settings: structuredClone(opened), source, account, openedAt: sampleNow.toISOString() };
  };
  return {
    diagnose: async (profileId) => trouble.diagnosis(profileId ?? 'home'),
    repairers: async () => trouble.repairers(),
    async keepTestValue(keep) {
      trouble.testValue = keep ? 'kept' : 'offered';
      return trouble.testValue;
    },
    recoveryHistory: async () => [],
    recoveryCase: async () => (trouble.case ? trouble.look() : null),
    beginRecovery: async (profileId, branch) => trouble.begin(profileId, branch),
    refreshCase: async () => trouble.look(),
    async confirmStep(_caseId, step) {
      trouble.confirmed.add(step);
      return trouble.look();
    },
    async closeCase() {
      const ended = { ...trouble.look(), endedAt: sampleNow.toISOString() };
      const after = trouble.diagnosis(ended.profileId);
      trouble.case = null;
      const open = ended.steps.filter((step) => step.state !== 'done').map((step) => step.kind);
      return {
        case: ended,
        before: trouble.first ?? after,
        after,
        complete: open.length === 0,
        open,
        backups: trouble.verified
          ? [{ targetName: 'Attic NAS', fileName: newBackup, verifiedAt: before(60_000) }]
          : [],
      };
    },
    async abandonCase() {
      trouble.case = null;
      return null;
    },
    async checkSecrets(against, candidates, caseId) {
      const readable = against.type !== 'pasted' || against.text.length > 20;
      const answers = candidates.map((candidate) => answer(candidate, readable));
      if (caseId !== null && answers.some((one) => one.verdict === 'right'))
        trouble.confirmed.add('find-secret');
      return answers;
    },
    secretEvidence: async (profileId) =>
      trouble.testValue === 'kept' || trouble.secret === 'changed'
        ? [
            {
              type: 'kept-token',
              profileId,
              issuedAt: before(2 * day),
              expiresAt: before(2 * day - 2 * hour),
            },
          ]
        : [],
    makeSecret: async () => newSecret,
    async openPortable(password) {
      if (!password.startsWith('correct')) throw coreError('wrong-password');
      if (trouble.wraps === 'others' || trouble.wraps === 'none') throw coreError('no-wrap-for-account');
      trouble.opened = true;
      return open({ type: 'server', serverUrl: 'https://vault.lindqvist.example' }, 'mira@lindqvist.example');
    },
    backupAccounts: (path) =>
      done(
        path.includes('no-wrap')
          ? [
              { email: 'mira@lindqvist.example', isAdministrator: true, isActive: true, hasWrap: false },
              { email: 'jonas@lindqvist.example', isAdministrator: false, isActive: true, hasWrap: false },
            ]
          : [
              { email: 'mira@lindqvist.example', isAdministrator: true, isActive: true, hasWrap: true },
              { email: 'anna@lindqvist.example', isAdministrator: true, isActive: true, hasWrap: false },
              {
                email: 'old-admin@lindqvist.example',
                isAdministrator: true,
                isActive: false,
                hasWrap: false,
              },
              { email: 'jonas@lindqvist.example', isAdministrator: false, isActive: true, hasWrap: false },
            ],
      ),
    async openBackupSettings(path, email, password) {
      if (!password.startsWith('correct')) throw coreError('wrong-password');
      return open({ type: 'backup', path }, email);
    },
    knownTargets: async () => known(),
    async revealSecret(handle, destinationId) {
      if (!handles.has(handle)) throw coreError('password-needed');
      return `app-password-of-${destinationId}`;
    },
    saveOpenedSettings: async (_handle, path) => path,
    async closeOpenedSettings(handle) {
      handles.delete(handle);
    },
    listDirectly: async () =>
      rows.map(({ path, name, isDirectory, size, madeAt }) => ({
        path,
        name,
        isDirectory,
        size,
        modifiedAt: madeAt,
      })),
    startDirectDownload: async (_handle, _destinationId, path) => stage.start('download', path, () => null),
    startRepair: async (_handle, after, test) =>
      stage.start('repair', after.destinations.map((target) => target.name).join(', '), () =>
        repaired(after, test, trouble, failing),
      ),
  };
}
