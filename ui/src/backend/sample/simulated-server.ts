import type {
  CaseReport,
  Checked,
  Diagnosis,
  Error,
  FindingStep,
  HealthFinding,
  HealthSeverity,
  Playbook,
  PlaybookPath,
  RecoveryCase,
  Repairers,
  Step,
  StepKind,
  TargetHealth,
  TestValue,
  VerifiedBackup,
} from '../bindings';
import data from './data/recovery.json';
import { before, coreError, sampleNow } from './world';

/** What the app knows of a server at one moment; the numbers are places in the lists of the file. */
type Node = {
  diagnosis: number;
  findings: number[];
  repairers: number;
  secret: 'right' | 'missing' | 'too-short' | 'changed';
  signedIn: boolean;
  readable: boolean;
  noWrap: Error | null;
  case: {
    path: PlaybookPath;
    playbook: Playbook;
    first: number;
    steps: number[];
    /** The steps while a repair or a backup runs. */
    working: number[];
    checked: number[];
    after: number;
    open: StepKind[];
    backups: number;
  } | null;
  /** What can happen, and the node that follows. */
  on: Record<string, number>;
};

/** Written by a test of the core: what is wrong, and every step, is decided there. */
const recorded = data as unknown as {
  starts: Record<keyof typeof data.starts, number>;
  diagnoses: Diagnosis[];
  findings: HealthFinding[];
  steps: Step[];
  checked: Checked[];
  repairers: Repairers[];
  backups: VerifiedBackup[][];
  nodes: Node[];
  targets: {
    health?: TargetHealth;
    severity: HealthSeverity;
    next: FindingStep[];
    refusal?: HealthFinding;
  }[];
};

/** The servers that were recorded. */
export type Recorded = keyof typeof data.starts;

/** What the core finds of a target in this health. */
export function ofTargetHealth(health: TargetHealth) {
  return recorded.targets.find((target) => target.health === health);
}

/** What the core finds where a server only says that its settings need repair. */
export const refusal = recorded.targets.find((target) => target.refusal)!.refusal!;

/** A server with something wrong, and the case that leads out of it, as the core recorded them. */
export class SimulatedServer {
  #node: Node;
  testValue: TestValue = 'offered';
  /** Checks the server until the person outside has done their part; `null` never. */
  looksUntilDone: number | null = 2;
  /** The second target's test backup fails. */
  failing = false;
  /** A repair or a backup runs. */
  atWork = () => false;
  /** The app was locked, or too much time went by: nothing opened stays. */
  forget = () => {};
  #looks = 0;
  /** The number of the candidate that was right. */
  #right: number | null = null;

  constructor(name: Recorded = 'healthy') {
    this.#node = recorded.nodes[recorded.starts[name]]!;
  }

  /** From now on it is that server. */
  become(name: Recorded): void {
    this.#node = recorded.nodes[recorded.starts[name]]!;
  }

  /** Something happens; false when it makes no difference. */
  happens(what: string): boolean {
    const next = this.#node.on[what];
    if (next !== undefined) this.#node = recorded.nodes[next]!;
    return next !== undefined;
  }

  get secret() {
    return this.#node.secret;
  }

  get signedIn() {
    return this.#node.signedIn;
  }

  /** The server can open its settings. */
  get readable() {
    return this.#node.readable;
  }

  /** Why one's own key opens nothing. */
  get noWrap() {
    return this.#node.noWrap;
  }

  get findings(): HealthFinding[] {
    return structuredClone(this.#node.findings.map((place) => recorded.findings[place]!));
  }

  diagnosis(profileId: string): Diagnosis {
    return { ...structuredClone(recorded.diagnoses[this.#node.diagnosis]!), profileId };
  }

  repairers(): Repairers {
    return { ...structuredClone(recorded.repairers[this.#node.repairers]!), testValue: this.testValue };
  }

  /** The case as it stands now, if one is open. */
  case(): RecoveryCase | null {
    const known = this.#node.case;
    if (!known) return null;
    const steps = (this.atWork() ? known.working : known.steps).map((place) => recorded.steps[place]!);
    return structuredClone({
      id: 1,
      profileId: 'home',
      branch: known.path,
      playbook: known.playbook,
      beganAt: before(12 * 60_000),
      endedAt: null,
      abandoned: false,
      steps: steps.map((step) => this.#numbered(step)),
      diagnosis: recorded.diagnoses[known.first]!,
      checked: known.checked.map((place) => recorded.checked[place]!),
    });
  }

  /** A candidate was proven right: which one it was is not recorded. */
  found(number: number): void {
    if (this.happens('found')) this.#right = number;
  }

  #numbered(step: Step): Step {
    if (this.#right === null) return step;
    const original = String(this.#right);
    const proof = step.proof.map((fact) =>
      fact.detail === 'candidate-right' ? { ...fact, original } : fact,
    );
    return { ...step, proof };
  }

  /** Checks the server again; every now and then someone has done their part outside. */
  look(): RecoveryCase {
    const seen = this.case();
    if (!seen) throw coreError('recovery-not-found');
    const waits = seen.steps.some((step) => step.state === 'waiting') && !this.atWork();
    if (!waits || this.looksUntilDone === null || ++this.#looks < this.looksUntilDone) return seen;
    this.#looks = 0;
    this.happens('outside');
    return this.case() ?? seen;
  }

  begin(path: PlaybookPath): RecoveryCase {
    this.happens('abandon');
    this.happens(`begin:${path}`);
    return this.look();
  }

  close(): CaseReport {
    const ended = { ...this.look(), endedAt: sampleNow.toISOString() };
    const { open, backups, after } = this.#node.case!;
    this.happens('abandon');
    return structuredClone({
      case: ended,
      before: ended.diagnosis,
      after: recorded.diagnoses[after]!,
      complete: open.length === 0,
      open,
      backups: recorded.backups[backups]!,
    });
  }
}
