import type {
  PlaybookPath,
  CaseReport,
  Diagnosis,
  Error,
  RecoveryCase,
  Repairers,
  StepKind,
  TestValue,
} from '../bindings';
import { checked, diagnosis } from './recovery-findings';
import { steps } from './recovery-steps';
import { newBackup } from './recovery-targets';
import { before, coreError, sampleNow } from './world';

const hour = 3600_000;

/** A server in trouble, and what was done about it so far. */
export class SimulatedServer {
  secret: 'right' | 'missing' | 'too-short' | 'changed' = 'right';
  settings: 'readable' | 'after-restore' | 'secret-changed' | 'not-known' = 'readable';
  /** The app signed in after the settings could last be read: its token proves nothing. */
  signedInSince = false;
  /** The administrators with a wrap. */
  wraps: 'two' | 'one' | 'none' | 'others' = 'two';
  /** The settings have lost their portable part. */
  portable: 'there' | 'absent' = 'there';
  testValue: TestValue = 'offered';
  signedIn = true;
  /** The server cannot be reached. */
  reached = true;
  /** Which candidate was right. */
  right: string | null = null;
  verified = false;
  /** What a target's latest backup failed with. */
  backupFailed: Error | null = null;
  confirmed = new Set<StepKind>();
  /** Steps that depend on how things stand, and were shown. */
  shown = new Set<StepKind>();
  case: RecoveryCase | null = null;
  /** What was wrong when the case began. */
  first: Diagnosis | null = null;
  /** The settings were opened for this case, from wherever. */
  opened = false;
  /** Looks at the server until the person outside has done their part; `null` never. */
  looksUntilDone: number | null = 2;
  /** The second target's test backup fails. */
  failing = false;
  /** A repair or a backup runs. */
  atWork = () => false;
  /** The app was locked, or too much time went by: nothing opened stays. */
  forget = () => {};
  #looks = 0;

  constructor(parts: Partial<SimulatedServer> = {}) {
    Object.assign(this, parts);
  }

  /** The server takes its JWT_SECRET. */
  get works(): boolean {
    return this.secret === 'right' || this.secret === 'changed';
  }

  /** One's own key opens the portable part, or something else was opened instead. */
  get opensHere(): boolean {
    return this.opened || (this.portable === 'there' && (this.wraps === 'two' || this.wraps === 'one'));
  }

  /** Why one's own key opens nothing. */
  noWrap(): Error {
    const wrapped =
      this.portable === 'absent' ? 'absent' : this.wraps === 'none' ? 'nobody' : ('others' as const);
    return coreError(`portable-${wrapped}`);
  }

  diagnosis(profileId: string): Diagnosis {
    return diagnosis(this, profileId);
  }

  look(): RecoveryCase {
    if (!this.case) throw coreError('recovery-not-found');
    const waits = this.case.steps.some((step) => step.state === 'waiting') && !this.atWork();
    if (waits && this.looksUntilDone !== null && ++this.#looks >= this.looksUntilDone) {
      this.#looks = 0;
      // Someone typed the command outside: the old secret heals everything, a new one only the server.
      if (this.case.branch === 'have-old-secret') this.settings = 'readable';
      this.secret = 'right';
    }
    this.case = { ...this.case, steps: steps(this, this.case.branch), checked: checked(this) };
    return structuredClone(this.case);
  }

  begin(profileId: string, branch: PlaybookPath): RecoveryCase {
    this.first = this.diagnosis(profileId);
    this.case = {
      id: 1,
      profileId,
      branch,
      beganAt: before(12 * 60_000),
      endedAt: null,
      abandoned: false,
      steps: steps(this, branch),
      diagnosis: this.first,
      checked: checked(this),
    };
    return this.look();
  }

  close(): CaseReport {
    const ended = { ...this.look(), endedAt: sampleNow.toISOString() };
    const after = this.diagnosis(ended.profileId);
    this.case = null;
    const open = ended.steps.filter((step) => step.state !== 'done').map((step) => step.kind);
    return {
      case: ended,
      before: ended.diagnosis,
      after,
      complete: open.length === 0,
      open,
      backups: this.verified
        ? [{ targetName: 'Attic NAS', fileName: newBackup, verifiedAt: before(60_000) }]
        : [],
    };
  }

  /** A backup was made by hand, and verified. */
  backedUp(): void {
    this.verified = true;
    this.backupFailed = null;
  }

  repairers(): Repairers {
    const mira = { userId: 'user-home', email: 'mira@lindqvist.example', isMe: true, active: true };
    const jonas = { userId: 'user-jonas', email: 'jonas@lindqvist.example', isMe: false, active: true };
    const by: Record<SimulatedServer['wraps'], (typeof mira)[]> = {
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
