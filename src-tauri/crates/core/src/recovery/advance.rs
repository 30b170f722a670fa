//! The steps of a recovery as they stand now: a function of the branch, of what
//! was wrong at first, of what has shown itself done, and of what is seen now.

use super::case::{CompletedStep, PlaybookPath, Step, StepKind, StepState, VerifiedBackup, confirmable};
use super::diagnose::can_open;
use super::{
    Cause, Diagnosis, Evidence, EvidenceKind, Fact, FactDetail, FindingKind, PortableSeen, Seen, TokenSeen,
};
use crate::error::EnvelopeDetail;
use crate::{Code, Error};

/// What happened here since a recovery began.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseProgress {
    /// A backup or a repair runs now.
    pub at_work: bool,
    /// A repair was started.
    pub repair_tried: bool,
    /// The latest backup that was made and verified.
    pub verified: Option<VerifiedBackup>,
    /// What the latest repair failed with, if it did.
    pub repair_failed: Option<Error>,
    /// The latest backup to some target came to nothing, or could not be verified.
    pub is_backup_missing: bool,
    /// What that backup failed with, when it is known.
    pub backup_failed: Option<Error>,
    /// Somebody is signed in to the server in this app; the session may be over.
    pub signed_in: bool,
    /// The steps that the recovery showed before: none disappears.
    pub shown: Vec<StepKind>,
}

/// The steps as they stand. Steps that show themselves done are added to `marks`;
/// what a person has confirmed or what has been proven once stays done.
pub fn steps(
    branch: PlaybookPath,
    first: &Diagnosis,
    seen: &Evidence,
    meanwhile: &CaseProgress,
    marks: &mut Vec<CompletedStep>,
) -> Vec<Step> {
    let kinds = kinds(branch, first, seen, meanwhile, marks);
    // Being signed in does not stay done: what is left may need it again.
    let needs_session = [StepKind::OpenPortable, StepKind::RepairSettings, StepKind::VerifyBackup];
    let is_left = kinds.iter().any(|kind| needs_session.contains(kind) && !is_marked(marks, *kind));
    if seen.is_session_over() && is_left {
        marks.retain(|mark| mark.kind != StepKind::SignInAgain);
    }
    for kind in &kinds {
        if is_marked(marks, *kind) {
            continue;
        }
        // A later step does not run ahead of what it builds on.
        let before = kinds.iter().take_while(|other| *other != kind);
        let ready = before.filter(|other| !confirmable(**other)).all(|other| is_marked(marks, *other));
        if let Some(proof) = shown(*kind, branch, seen, meanwhile).filter(|_| ready || stands_alone(*kind)) {
            marks.push(CompletedStep { kind: *kind, at: seen.at.to_string(), proof });
        }
    }
    let mut reached = true;
    kinds
        .into_iter()
        .map(|kind| {
            if let Some(mark) = marks.iter().find(|mark| mark.kind == kind) {
                let (at, proof) = (Some(mark.at.clone()), mark.proof.clone());
                return Step { kind, state: StepState::Done, at, proof, error: None };
            }
            let its_turn = reached
                || match kind {
                    // What waits for the server may wait for nothing but this.
                    StepKind::SignInAgain => seen.is_session_over() && is_put(branch, marks),
                    StepKind::MakeSecret | StepKind::TellUsers | StepKind::StoreSecret => {
                        is_marked(marks, StepKind::ServerProvesItself)
                    }
                    _ => false,
                };
            if !matches!(kind, StepKind::TellUsers | StepKind::StoreSecret) {
                reached = false;
            }
            let (state, error) =
                if its_turn { turn(kind, seen, meanwhile, marks) } else { (StepState::Later, None) };
            Step { kind, state, at: None, proof: partly(kind, seen), error }
        })
        .collect()
}

fn kinds(
    branch: PlaybookPath,
    first: &Diagnosis,
    seen: &Evidence,
    meanwhile: &CaseProgress,
    marks: &[CompletedStep],
) -> Vec<StepKind> {
    use StepKind::{
        FindSecret, MakeSecret, OpenPortable, PutBack, PutSecret, RepairSettings, ServerProvesItself,
        SignInAgain, StoreSecret, TellUsers, VerifyBackup,
    };
    let is_known = |kind| is_marked(marks, kind) || meanwhile.shown.contains(&kind);
    let sign_in = (seen.is_session_over() || is_known(SignInAgain)).then_some(SignInAgain);
    match branch {
        PlaybookPath::HaveOldSecret => {
            let mut kinds = vec![FindSecret, PutBack];
            kinds.extend(sign_in);
            kinds.push(ServerProvesItself);
            // A restore leaves settings to be repaired under the right secret too.
            let after_restore = first
                .finding(FindingKind::SettingsNeedRepair)
                .is_some_and(|finding| finding.cause == Some(Cause::AfterRestore));
            let still = is_marked(marks, ServerProvesItself) && seen.is_unreadable();
            if after_restore || still || is_known(RepairSettings) {
                kinds.push(RepairSettings);
            }
            kinds.push(VerifyBackup);
            kinds
        }
        PlaybookPath::NoOldSecret => {
            let bad = [FindingKind::JwtSecretMissing, FindingKind::JwtSecretTooShort];
            let mut kinds = Vec::new();
            if bad.iter().any(|kind| first.finding(*kind).is_some()) {
                kinds.push(MakeSecret);
            }
            kinds.extend([
                PutSecret,
                ServerProvesItself,
                SignInAgain,
                RepairSettings,
                VerifyBackup,
                TellUsers,
                StoreSecret,
            ]);
            kinds
        }
        PlaybookPath::RepairOnly => {
            sign_in.into_iter().chain([OpenPortable, RepairSettings, VerifyBackup]).collect()
        }
    }
}

/// The proof that a step is done, if what is seen now proves it.
fn shown(
    kind: StepKind,
    branch: PlaybookPath,
    seen: &Evidence,
    meanwhile: &CaseProgress,
) -> Option<Vec<Fact>> {
    let now = || seen.at.to_string();
    let readable = || {
        seen.is_readable().then(|| Fact::new(EvidenceKind::Settings, FactDetail::SettingsReadable).at(now()))
    };
    let accepted = || {
        matches!(seen.token, Seen::As(TokenSeen::Accepted))
            .then(|| Fact::new(EvidenceKind::AccessToken, FactDetail::TokenAccepted).at(now()))
    };
    let safe = || {
        seen.is_secret_safe()
            .then(|| Fact::new(EvidenceKind::WebBootstrap, FactDetail::SecretAccepted).at(now()))
    };
    match kind {
        StepKind::MakeSecret | StepKind::TellUsers | StepKind::StoreSecret => None,
        // Only the secret of before signs the token of before and opens the settings
        // of before. That it was found is noted earlier when a candidate is tested.
        StepKind::FindSecret | StepKind::PutBack => readable().or_else(accepted).map(|fact| vec![fact]),
        StepKind::PutSecret => safe().map(|fact| vec![fact]),
        StepKind::ServerProvesItself if branch == PlaybookPath::HaveOldSecret => {
            let proof: Vec<Fact> = [safe(), accepted(), readable()].into_iter().flatten().collect();
            (seen.is_secret_safe() && proof.len() > 1).then_some(proof)
        }
        // A server whose secret is missing or short answers nobody; this one does, were
        // it only that the session is over.
        StepKind::ServerProvesItself => {
            let refused = matches!(&seen.settings, Seen::Failed(error) if error.code() == Code::SessionEnded);
            let answers = seen.is_session_working()
                || refused
                || seen.refresh.value().is_some()
                || seen.token.value().is_some();
            safe().filter(|_| answers || !meanwhile.signed_in).map(|fact| vec![fact])
        }
        StepKind::SignInAgain => (meanwhile.signed_in && seen.is_session_working())
            .then(|| vec![Fact::new(EvidenceKind::Refresh, FactDetail::SignedIn).at(now())]),
        StepKind::OpenPortable => readable().map(|fact| vec![fact]),
        StepKind::RepairSettings => readable().map(|fact| vec![fact]),
        StepKind::VerifyBackup => {
            meanwhile.verified.as_ref().filter(|_| !meanwhile.is_backup_missing).map(|backup| {
                let fact = Fact::new(EvidenceKind::Ledger, FactDetail::BackupVerified);
                vec![fact.at(backup.verified_at.clone()).words(backup.file_name.clone())]
            })
        }
    }
}

/// Steps whose proof needs nothing before them.
fn stands_alone(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::FindSecret
            | StepKind::PutBack
            | StepKind::PutSecret
            | StepKind::SignInAgain
            | StepKind::ServerProvesItself
            | StepKind::OpenPortable
    )
}

/// How a step stands whose turn it is.
fn turn(
    kind: StepKind,
    seen: &Evidence,
    meanwhile: &CaseProgress,
    marks: &[CompletedStep],
) -> (StepState, Option<Error>) {
    match kind {
        StepKind::PutBack | StepKind::PutSecret | StepKind::ServerProvesItself => {
            let unreached = match &seen.bootstrap {
                Seen::Failed(error) => Some(error.clone()),
                Seen::NotLooked(_) | Seen::As(_) => None,
            };
            (StepState::Waiting, unreached)
        }
        StepKind::RepairSettings if meanwhile.at_work => (StepState::Waiting, None),
        StepKind::OpenPortable | StepKind::RepairSettings
            if can_open(seen) == Some(false) && !is_opened(marks, meanwhile) =>
        {
            (StepState::Cannot, Some(cannot_open(seen)))
        }
        StepKind::RepairSettings => (StepState::NeedsYou, meanwhile.repair_failed.clone()),
        StepKind::VerifyBackup if meanwhile.at_work => (StepState::Waiting, None),
        StepKind::VerifyBackup => (StepState::NeedsYou, meanwhile.backup_failed.clone()),
        StepKind::FindSecret
        | StepKind::MakeSecret
        | StepKind::SignInAgain
        | StepKind::OpenPortable
        | StepKind::TellUsers
        | StepKind::StoreSecret => (StepState::NeedsYou, None),
    }
}

/// What speaks for a step that is not done yet.
fn partly(kind: StepKind, seen: &Evidence) -> Vec<Fact> {
    if kind != StepKind::ServerProvesItself || !seen.is_secret_safe() {
        return Vec::new();
    }
    vec![Fact::new(EvidenceKind::WebBootstrap, FactDetail::SecretAccepted).at(seen.at.to_string())]
}

/// The secret is put in, or need not be: signing in is what is left.
fn is_put(branch: PlaybookPath, marks: &[CompletedStep]) -> bool {
    match branch {
        PlaybookPath::HaveOldSecret => is_marked(marks, StepKind::FindSecret),
        PlaybookPath::NoOldSecret => is_marked(marks, StepKind::PutSecret),
        PlaybookPath::RepairOnly => true,
    }
}

/// There are settings to send, whatever one's own key opens: out of a backup, or typed.
fn is_opened(marks: &[CompletedStep], meanwhile: &CaseProgress) -> bool {
    is_marked(marks, StepKind::OpenPortable) || meanwhile.repair_tried
}

fn is_marked(marks: &[CompletedStep], kind: StepKind) -> bool {
    marks.iter().any(|mark| mark.kind == kind)
}

/// Why one's own key cannot open the portable part.
fn cannot_open(seen: &Evidence) -> Error {
    let detail = match seen.portable.value() {
        Some(PortableSeen::WrappedFor(users)) if users.is_empty() => EnvelopeDetail::PortableNobody,
        Some(PortableSeen::WrappedFor(_)) => EnvelopeDetail::PortableOthers,
        Some(PortableSeen::Absent) | None => EnvelopeDetail::PortableAbsent,
    };
    detail.error()
}
