//! A server with something wrong, as the app can look at it, and what can happen to it.

use jiff::{SignedDuration, ToSpan as _};
use serde_json::{Value, json};

use super::super::super::detect;
use super::*;
use crate::error::ConnectionDetail;
use crate::health::TargetHealth;
use crate::jobs::{JobKind, JobRecord, JobState};
use crate::server::{Target, error_from_target};
use crate::view::{Overview, TargetCard};

/// The time in the sample world, and when its cases began.
const NOW: &str = "2026-11-20T15:30:00Z";
const BEGAN: &str = "2026-11-20T15:18:00Z";
const URL: &str = "https://vault.lindqvist.example";
const MIRA: (&str, &str) = ("user-home", "mira@lindqvist.example");
const JONAS: (&str, &str) = ("user-jonas", "jonas@lindqvist.example");
const REFUSAL: &str = "Backup settings need administrator reactivation after restore";
const NEW_BACKUP: &str = "nodewarden_backup_20261120_152911_4be07.zip";

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Secret {
    /// The one that it always was.
    Right,
    Missing,
    TooShort,
    /// Another one, put in by somebody.
    Changed,
    /// The new one, put in during the case.
    New,
}

impl Secret {
    pub fn name(self) -> &'static str {
        match self {
            Self::Right | Self::New => "right",
            Self::Missing => "missing",
            Self::TooShort => "too-short",
            Self::Changed => "changed",
        }
    }

    fn is_safe(self) -> bool {
        !matches!(self, Self::Missing | Self::TooShort)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Settings {
    Readable,
    AfterRestore,
    SecretChanged,
    NotKnown,
}

/// The administrators whose keys open the settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wraps {
    Two,
    One,
    None,
    Others,
}

/// A server, and the case that leads out of it.
#[derive(Debug, Clone)]
pub struct Sample {
    pub secret: Secret,
    pub settings: Settings,
    pub wraps: Wraps,
    pub portable: bool,
    pub signed_in: bool,
    /// The app signed in after the settings could last be read: its token proves nothing.
    pub signed_in_since: bool,
    pub reached: bool,
    pub case: Option<Case>,
}

#[derive(Debug, Clone)]
pub struct Case {
    pub path: PlaybookPath,
    pub first: Diagnosis,
    pub steps: Vec<Step>,
    done: Vec<CompletedStep>,
    jobs: Vec<JobRecord>,
}

impl Case {
    pub fn progress(&self, signed_in: bool) -> CaseProgress {
        let shown = self.steps.iter().map(|step| step.kind).collect();
        CaseProgress { jobs: self.jobs.clone(), signed_in, shown, ..CaseProgress::default() }
    }
}

/// What can happen while somebody is led through a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Happening {
    Begin(PlaybookPath),
    Confirm(StepKind),
    /// A candidate was proven right.
    Found,
    /// Somebody typed the command outside the app.
    Outside,
    SignIn,
    Opened,
    Repaired {
        tested: bool,
        partly: bool,
    },
    BackedUp(&'static str),
    Abandon,
}

impl Happening {
    pub fn name(self) -> String {
        let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
        match self {
            Self::Begin(path) => format!("begin:{}", word(json!(path))),
            Self::Confirm(step) => format!("confirm:{}", word(json!(step))),
            Self::Found => "found".into(),
            Self::Outside => "outside".into(),
            Self::SignIn => "sign-in".into(),
            Self::Opened => "opened".into(),
            Self::Repaired { tested: false, .. } => "repaired-untested".into(),
            Self::Repaired { partly: true, .. } => "repaired-partly".into(),
            Self::Repaired { .. } => "repaired".into(),
            Self::BackedUp(target) => format!("backed-up:{target}"),
            Self::Abandon => "abandon".into(),
        }
    }
}

fn at(time: &str) -> Timestamp {
    time.parse().expect("a time")
}

fn ago(seconds: i64) -> Timestamp {
    at(NOW).checked_sub(SignedDuration::from_secs(seconds)).expect("a time")
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

impl Sample {
    pub fn healthy() -> Self {
        Self {
            secret: Secret::Right,
            settings: Settings::Readable,
            wraps: Wraps::Two,
            portable: true,
            signed_in: true,
            signed_in_since: false,
            reached: true,
            case: None,
        }
    }

    pub fn unreachable() -> Self {
        Self { reached: false, signed_in: false, ..Self::healthy() }
    }

    pub fn secret_missing() -> Self {
        let settings = Settings::SecretChanged;
        Self { secret: Secret::Missing, settings, signed_in: false, ..Self::healthy() }
    }

    pub fn secret_too_short() -> Self {
        Self { secret: Secret::TooShort, ..Self::secret_missing() }
    }

    pub fn secret_changed() -> Self {
        Self { secret: Secret::Changed, settings: Settings::SecretChanged, ..Self::healthy() }
    }

    pub fn after_restore() -> Self {
        Self { settings: Settings::AfterRestore, ..Self::healthy() }
    }

    pub fn cause_not_known() -> Self {
        Self { settings: Settings::NotKnown, ..Self::healthy() }
    }

    /// The server can open its settings.
    pub fn is_readable(&self) -> bool {
        self.settings == Settings::Readable
    }

    fn wrapped(&self) -> Vec<(&'static str, &'static str)> {
        match self.wraps {
            Wraps::Two => vec![MIRA, JONAS],
            Wraps::One => vec![MIRA],
            Wraps::None => vec![],
            Wraps::Others => vec![JONAS],
        }
    }

    fn portable(&self) -> PortableSeen {
        if !self.portable {
            return PortableSeen::Absent;
        }
        PortableSeen::WrappedFor(self.wrapped().into_iter().map(|(id, _)| id.to_owned()).collect())
    }

    fn backup(&self) -> BackupTells {
        BackupTells {
            name: "nodewarden_backup_20261120_033014_9c41e.zip".into(),
            exported_at: Some(ago(13 * HOUR).to_string()),
            repairable_by: self.wrapped().into_iter().map(|(_, email)| email.to_owned()).collect(),
        }
    }

    pub fn repairers(&self) -> Repairers {
        let users = [MIRA, JONAS].map(administrator);
        Repairers::new(&users, MIRA.1, None, Some(&self.backup()), TestValue::Offered)
    }

    /// Why one's own key opens nothing, if it is so.
    pub fn no_wrap(&self) -> Option<Error> {
        let sample =
            Self { secret: Secret::Right, settings: Settings::AfterRestore, case: None, ..self.clone() };
        let sample = Self { signed_in: true, ..sample }.after(Happening::Begin(PlaybookPath::RepairOnly));
        let opened = self.case.as_ref().is_some_and(|case| {
            case.done.iter().any(|step| step.kind == StepKind::OpenPortable) || !case.jobs.is_empty()
        });
        let steps = sample.case.map(|case| case.steps).unwrap_or_default();
        steps.into_iter().find(|step| step.state == StepState::Cannot)?.error.filter(|_| !opened)
    }

    /// What the app can look at now.
    pub fn evidence(&self) -> Evidence {
        let done = self.case.as_ref().map_or(0, |case| case.done.len());
        let now = match &self.case {
            Some(_) => at(BEGAN).checked_add(i64::try_from(done + 1).unwrap_or(1).minutes()).expect("a time"),
            None => at(NOW),
        };
        let mut seen = Evidence::new("home", URL, now);
        seen.my_user_id = Some(MIRA.0.into());
        seen.remembered =
            ["Attic NAS", "R2 offsite"].map(|name| (target(name), ago(HOUR).to_string())).into();
        seen.backup = Some(self.backup());
        seen.last_readable_at = Some(ago(if self.is_readable() { 60 } else { 2 * DAY }).to_string());
        if !self.reached {
            let error = ConnectionDetail::HostUnreachable { host: "vault.lindqvist.example".into() }.error();
            seen.bootstrap =
                Seen::Failed(error.original("tcp connect error: Connection refused (os error 111)"));
            seen.not_looked_further(NotLooked::NoAnswer);
            return seen;
        }
        seen.bootstrap = Seen::As(match self.secret {
            Secret::Missing => Some(JwtUnsafe::Missing),
            Secret::TooShort => Some(JwtUnsafe::TooShort),
            Secret::Right | Secret::Changed | Secret::New => None,
        });
        if !self.secret.is_safe() {
            seen.not_looked_further(NotLooked::SecretUnsafe);
            return seen;
        }
        if self.settings == Settings::AfterRestore {
            let name = "nodewarden_backup_20261119_033009_1ab4c.zip".into();
            seen.restored_here = Some(RestoredHere { at: ago(3 * HOUR).to_string(), name, is_certain: true });
        }
        match self.secret {
            _ if self.signed_in_since => seen.token = Seen::As(TokenSeen::GivenSince),
            Secret::Changed => seen.token = Seen::As(TokenSeen::RefusedEarly(ago(40))),
            Secret::New if self.signed_in => seen.token = Seen::As(TokenSeen::GivenSince),
            Secret::Right if self.case.is_some() => seen.token = Seen::As(TokenSeen::Accepted),
            _ => {}
        }
        if !self.signed_in {
            return seen;
        }
        if self.secret == Secret::Changed && !self.signed_in_since {
            seen.refresh = Seen::As(true);
        }
        self.look_inside(&mut seen);
        seen
    }

    /// What only someone signed in can see.
    fn look_inside(&self, seen: &mut Evidence) {
        seen.not_looked_inside(NotLooked::NotNeeded);
        seen.needs_repair = Seen::As(!self.is_readable());
        seen.settings = Seen::As(match self.settings {
            Settings::Readable => SettingsSeen::Readable,
            _ => SettingsSeen::NeedRepair(Some(REFUSAL.into())),
        });
        if !self.is_readable() {
            seen.portable = Seen::As(self.portable());
        }
        seen.users = Seen::As([MIRA, JONAS].map(administrator).into());
        let failed = AuditEvent { at: ago(13 * HOUR).to_string(), ..event(AuditKind::Run, "run", true) };
        seen.audit = Seen::As(match self.settings {
            Settings::SecretChanged => vec![failed],
            _ => vec![],
        });
        seen.audit_is_whole = self.settings != Settings::NotKnown;
        seen.conclude_session();
    }

    /// What can happen now.
    pub fn happenings(&self, paths: &[PlaybookPath]) -> Vec<Happening> {
        let Some(case) = &self.case else {
            let is_wrong = !self.is_readable() || !self.secret.is_safe();
            return paths.iter().filter(|_| is_wrong).map(|path| Happening::Begin(*path)).collect();
        };
        let mut all = vec![Happening::Abandon];
        let stands = |kind: StepKind| case.steps.iter().find(|step| step.kind == kind).map(|step| step.state);
        let open = case.steps.iter().filter(|step| step.confirmable && step.state == StepState::NeedsYou);
        all.extend(open.map(|step| Happening::Confirm(step.kind)));
        if stands(StepKind::FindSecret) == Some(StepState::NeedsYou) {
            all.push(Happening::Found);
        }
        if case.steps.iter().any(|step| step.state == StepState::Waiting) {
            all.push(Happening::Outside);
        }
        if !self.signed_in && self.secret.is_safe() {
            all.push(Happening::SignIn);
        }
        if !self.signed_in || !self.secret.is_safe() {
            return all;
        }
        if stands(StepKind::OpenPortable).is_some_and(|state| state != StepState::Done) {
            all.push(Happening::Opened);
        }
        if stands(StepKind::RepairSettings).is_some_and(|state| state != StepState::Done) {
            for (tested, partly) in [(true, false), (true, true), (false, false)] {
                all.push(Happening::Repaired { tested, partly });
            }
        }
        if stands(StepKind::VerifyBackup) == Some(StepState::NeedsYou) {
            all.extend([Happening::BackedUp("nas"), Happening::BackedUp("r2")]);
        }
        all
    }

    /// The sample after something has happened.
    #[must_use]
    pub fn after(&self, happening: Happening) -> Self {
        let mut sample = self.clone();
        let now = self.evidence().at.to_string();
        let mark =
            |kind, fact: Fact| CompletedStep { kind, at: now.clone(), proof: vec![fact.at(now.clone())] };
        if let Happening::Begin(path) = happening {
            let first = diagnose(&self.evidence());
            sample.case = Some(Case { path, first, steps: Vec::new(), done: Vec::new(), jobs: Vec::new() });
        }
        if happening == Happening::Abandon {
            sample.case = None;
        }
        let Some(case) = &mut sample.case else { return sample };
        match happening {
            Happening::Begin(_) | Happening::Abandon => {}
            Happening::Confirm(kind) => {
                let fact = Fact::new(EvidenceKind::Ledger, FactDetail::ConfirmedByPerson);
                case.done.push(mark(kind, fact));
            }
            Happening::Found => {
                let fact = Fact::new(EvidenceKind::AccessToken, FactDetail::CandidateRight);
                case.done.push(mark(StepKind::FindSecret, fact.words("2".to_owned())));
            }
            Happening::Outside if case.path == PlaybookPath::HaveOldSecret => {
                (sample.secret, sample.settings) = (Secret::Right, Settings::Readable);
            }
            Happening::Outside => sample.secret = Secret::New,
            Happening::SignIn => sample.signed_in = true,
            Happening::Opened => {
                let fact = Fact::new(EvidenceKind::PortablePart, FactDetail::PortableOpened);
                case.done.push(mark(StepKind::OpenPortable, fact));
            }
            Happening::Repaired { tested, partly } => {
                case.jobs = vec![repair_job(&now, tested, partly)];
                sample.settings = Settings::Readable;
                // The new secret is the one that counts from here on.
                sample.secret = if sample.secret == Secret::Right { Secret::Right } else { Secret::New };
            }
            Happening::BackedUp(target) => {
                let result = merged(json!({ "kind": "backup" }), backup(&now, name_of(target)));
                case.jobs.retain(|job| job.subject != name_of(target));
                case.jobs
                    .insert(0, record(&now, JobKind::Backup, JobState::Succeeded, name_of(target), result));
            }
        }
        sample.lead();
        sample
    }

    /// Checks the steps again.
    fn lead(&mut self) {
        let (seen, signed_in) = (self.evidence(), self.signed_in);
        let Some(case) = &mut self.case else { return };
        let progress = case.progress(signed_in);
        case.steps = steps(case.path, &CaseSubject::Server, &case.first, &seen, &progress, &mut case.done);
    }

    /// The steps while a repair runs.
    pub fn steps_at_work(&self, case: &Case) -> Vec<Step> {
        let mut progress = case.progress(self.signed_in);
        progress.jobs.insert(0, record(BEGAN, JobKind::Repair, JobState::Running, "", Value::Null));
        steps(
            case.path,
            &CaseSubject::Server,
            &case.first,
            &self.evidence(),
            &progress,
            &mut case.done.clone(),
        )
    }
}

fn administrator((id, email): (&str, &str)) -> ServerUser {
    let (role, status) = ("admin".into(), "active".into());
    ServerUser { id: id.into(), email: email.into(), role, status }
}

fn name_of(target: &str) -> &'static str {
    if target == "nas" { "Attic NAS" } else { "R2 offsite" }
}

fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, _) => one,
    }
}

#[allow(clippy::needless_pass_by_value, reason = "a fact made for one call")]
fn record(at: &str, kind: JobKind, state: JobState, subject: &str, result: Value) -> JobRecord {
    let record = json!({
        "id": 1, "kind": kind, "state": state, "profileId": "home", "subject": subject,
        "startedAt": at, "endedAt": at, "error": null, "result": result,
    });
    serde_json::from_value(record).expect("a job record")
}

fn backup(at: &str, target: &str) -> Value {
    let check = json!({
        "fileName": NEW_BACKUP, "level": "verified", "checkedAt": at, "server": null, "here": null,
    });
    json!({
        "targetId": target, "targetName": target, "provider": "webdav", "fileName": NEW_BACKUP,
        "fileSize": 2_814_223, "remotePath": NEW_BACKUP, "check": check, "checkError": null,
    })
}

fn repair_job(at: &str, tested: bool, partly: bool) -> JobRecord {
    let failed = error_from_target("S3 upload failed: 403 AccessDenied");
    let target = |id: &str, kind: &str, fails: bool| {
        json!({
            "id": id, "name": name_of(id), "kind": kind, "host": "example.org", "tested": tested,
            "backup": if tested && !fails { backup(at, name_of(id)) } else { Value::Null },
            "error": if tested && fails { json!(failed) } else { Value::Null },
        })
    };
    let targets = [target("nas", "webdav", false), target("r2", "s3", partly)];
    let result = json!({ "kind": "repair", "targets": targets, "readableAgain": true });
    record(at, JobKind::Repair, JobState::Succeeded, "Attic NAS, R2 offsite", result)
}

fn target(name: &str) -> Target {
    let target = json!({
        "id": name, "name": name, "provider": "webdav", "location": "https://nas.example.org/backups",
        "includesAttachments": true,
        "schedule": {
            "enabled": true, "intervalHours": 24, "startTime": "03:00", "timezone": "UTC",
            "retentionCount": null,
        },
        "runtime": {
            "lastAttemptAt": null, "lastSuccessAt": ago(2 * DAY + 9 * HOUR).to_string(), "lastErrorAt": null,
            "lastErrorMessage": null, "lastUploadedFileName": null, "lastUploadedSizeBytes": null,
        },
    });
    serde_json::from_value(target).expect("a target")
}

/// The finding about a target in each health; the window's samples put their targets in.
pub fn target_findings() -> Vec<Value> {
    use TargetHealth::*;
    let all = [
        Never,
        Unverified,
        AttachmentsMissing,
        AttachmentsNotChecked,
        Failed,
        Late,
        AllGone,
        NewestBackupBad,
    ];
    let diagnosis = diagnose(&Sample::healthy().evidence());
    let found = all.map(|health| {
        let card = TargetCard {
            no_storage: false,
            target: target("target"),
            health,
            last_backup: None,
            retention_deletes: None,
            last_error: (health == Failed).then(|| error_from_target("WebDAV upload failed: 507")),
            last_verified_at: None,
            last_verified_file_name: None,
            trend: Vec::new(),
        };
        let overview = Overview { settings_need_repair: false, targets: vec![card] };
        let found = detect(&diagnosis, Some(&overview), None);
        let [finding] = &found[..] else { panic!("one finding for {health:?}: {found:?}") };
        json!({ "health": health, "severity": finding.severity, "next": finding.next })
    });
    let overview = Overview { settings_need_repair: true, targets: Vec::new() };
    let refusal = detect(&diagnosis, Some(&overview), None);
    found.into_iter().chain([json!({ "refusal": refusal[0] })]).collect()
}
