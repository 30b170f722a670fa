/* The recovery commands until the core's bindings carry them; the names are theirs. */
import type { BackupResult, BackupSettings, Error, Password } from './bindings';

export type EvidenceKind =
  | 'web-bootstrap'
  | 'access-token'
  | 'refresh'
  | 'settings'
  | 'repair-state'
  | 'portable-part'
  | 'audit-log'
  | 'ledger';
export type FactDetail =
  | 'secret-missing'
  | 'secret-too-short'
  | 'secret-accepted'
  | 'token-refused-before-expiry'
  | 'token-accepted'
  | 'refresh-works'
  | 'refresh-refused'
  | 'settings-not-readable'
  | 'settings-readable'
  | 'repair-needed'
  | 'portable-absent'
  | 'portable-without-wraps'
  | 'wrapped-for-others'
  | 'wrapped-for-administrator'
  | 'restored-here'
  | 'restore-in-log'
  | 'run-failed-in-log'
  | 'last-readable'
  | 'told-by-backup'
  | 'candidate-right'
  | 'backup-verified'
  | 'portable-opened'
  | 'confirmed-by-person'
  | 'signed-in';
export type Fact = { kind: EvidenceKind; detail: FactDetail; at: string | null; original: string | null };
export type Checked = { what: EvidenceKind; answer: 'ok' | 'bad' | 'not-known'; original: string | null };
export type FindingKind =
  | 'jwt-secret-missing'
  | 'jwt-secret-too-short'
  | 'jwt-secret-changed'
  | 'settings-need-repair'
  | 'portable-part-absent'
  | 'portable-part-without-wraps'
  | 'no-wrap-for-me'
  | 'one-can-repair'
  | 'none-can-repair';
export type Certainty = 'proven' | 'likely';
export type Cause = 'after-restore' | 'secret-changed' | 'not-known';
export type Affected =
  | { type: 'sessions' }
  | { type: 'attachment-links' }
  | { type: 'scheduled-backups'; since: string | null; lastSuccessAt: string | null; targets: string[] }
  | { type: 'manual-backups' }
  | { type: 'sign-in' };
export type NextStep = 'wizard-secret' | 'wizard-repair' | 'wizard-offline' | 'none';
export type IncidentFinding = {
  kind: FindingKind;
  certainty: Certainty;
  cause: Cause | null;
  causeCertainty: Certainty | null;
  evidence: Fact[];
  affected: Affected[];
  next: NextStep;
};
export type Diagnosis = {
  profileId: string;
  serverUrl: string;
  at: string;
  findings: IncidentFinding[];
  checked: Checked[];
};

export type Repairer = {
  userId: string;
  email: string;
  isMe: boolean;
  active: boolean;
  hasWrap: boolean | null;
};
export type KnownFrom = { type: 'server' } | { type: 'backup'; name: string; exportedAt: string | null };
export type TestValue = 'kept' | 'offered' | 'not-possible';
export type Repairers = {
  administrators: Repairer[];
  wrapped: number | null;
  knownFrom: KnownFrom | null;
  testValue: TestValue;
};

export type Branch = 'have-old-secret' | 'no-old-secret' | 'repair-only';
export type StepKind =
  | 'find-secret'
  | 'put-back'
  | 'server-proves-itself'
  | 'make-secret'
  | 'put-secret'
  | 'sign-in-again'
  | 'open-portable'
  | 'repair-settings'
  | 'verify-backup'
  | 'tell-users'
  | 'store-secret';
export type StepState = 'done' | 'needs-you' | 'waiting' | 'cannot' | 'later';
export type Step = {
  kind: StepKind;
  state: StepState;
  at: string | null;
  proof: Fact[];
  error: Error | null;
};
export type RecoveryCase = {
  id: number;
  profileId: string;
  branch: Branch;
  beganAt: string;
  endedAt: string | null;
  abandoned: boolean;
  steps: Step[];
  diagnosis: Diagnosis;
};
export type VerifiedBackup = { targetName: string; fileName: string; verifiedAt: string };
export type CaseReport = {
  case: RecoveryCase;
  before: Diagnosis;
  after: Diagnosis;
  complete: boolean;
  open: StepKind[];
  backups: VerifiedBackup[];
};

export type SecretEvidence =
  | { type: 'kept-token'; profileId: string }
  | { type: 'pasted'; text: Password }
  | { type: 'file'; path: string };
export type KnownEvidence = {
  type: 'kept-token';
  profileId: string;
  issuedAt: string | null;
  expiresAt: string | null;
};
export type Verdict = 'right' | 'wrong' | 'unknown';
export type CandidateReason =
  | 'signed-this-token'
  | 'did-not-sign-this-token'
  | 'opens-these-settings'
  | 'does-not-open-these-settings'
  | 'no-signed-token'
  | 'no-runtime-part'
  | 'settings-in-the-clear';
export type CandidateAnswer = { verdict: Verdict; reason: CandidateReason; tooShort: boolean };

export type BackupAccount = {
  email: string;
  isAdministrator: boolean;
  isActive: boolean;
  hasWrap: boolean;
};
export type OpenedSource = { type: 'server'; serverUrl: string } | { type: 'backup'; path: string };
export type OpenedSettings = {
  handle: string;
  settings: BackupSettings;
  source: OpenedSource;
  account: string;
  openedAt: string;
};
export type KnownSource = { type: 'profile'; profileId: string } | { type: 'backup'; path: string };

export type RepairedTarget = {
  id: string;
  name: string;
  kind: 'webdav' | 's3';
  host: string;
  tested: boolean;
  backup: BackupResult | null;
  error: Error | null;
};
export type RepairResult = { targets: RepairedTarget[]; readableAgain: boolean };

export type RemoteItem = {
  path: string;
  name: string;
  isDirectory: boolean;
  size: number | null;
  modifiedAt: string | null;
};

export type RecoveryCommands = {
  diagnose(profileId: string | null): Promise<Diagnosis>;
  repairers(): Promise<Repairers>;
  keepTestValue(keep: boolean): Promise<TestValue>;
  recoveryHistory(profileId: string): Promise<RecoveryCase[]>;
  recoveryCase(profileId: string): Promise<RecoveryCase | null>;
  beginRecovery(profileId: string, branch: Branch): Promise<RecoveryCase>;
  refreshCase(caseId: number): Promise<RecoveryCase>;
  confirmStep(caseId: number, step: StepKind): Promise<RecoveryCase>;
  closeCase(caseId: number): Promise<CaseReport>;
  abandonCase(caseId: number): Promise<null>;
  checkSecrets(
    against: SecretEvidence,
    candidates: Password[],
    caseId: number | null,
  ): Promise<CandidateAnswer[]>;
  secretEvidence(profileId: string): Promise<KnownEvidence[]>;
  makeSecret(): Promise<string>;
  openPortable(password: Password): Promise<OpenedSettings>;
  backupAccounts(path: string): Promise<BackupAccount[]>;
  openBackupSettings(path: string, email: string, password: Password): Promise<OpenedSettings>;
  knownTargets(source: KnownSource): Promise<BackupSettings>;
  revealSecret(handle: string, destinationId: string): Promise<string>;
  saveOpenedSettings(handle: string, path: string, passphrase: Password): Promise<string>;
  closeOpenedSettings(handle: string): Promise<void>;
  startRepair(handle: string | null, after: BackupSettings, test: string[]): Promise<number>;
  listDirectly(handle: string, destinationId: string, path: string): Promise<RemoteItem[]>;
  startDirectDownload(handle: string, destinationId: string, path: string, folder: string): Promise<number>;
};
