//! JWT_SECRET is missing, too short, or another one than before.

use super::super::cause::{Since, scheduled};
use super::super::definition::{CaseContext, PathDefinition, PlaybookDefinition, StepDefinition};
use super::super::{
    Affected, Cause, Evidence, EvidenceKind, Fact, FactDetail, RecoveryFinding, Seen, TokenSeen,
};
use super::shared::{REPAIR_SETTINGS, SIGN_IN, SIGN_IN_IF_OVER, VERIFY_BACKUP, accepted, readable, safe};
use super::{Advice, FindingKind, Playbook, PlaybookPath, StepKind};
use crate::server::JwtUnsafe;
use crate::{Code, Error};

pub(super) const PLAYBOOK: PlaybookDefinition = PlaybookDefinition {
    playbook: Playbook::Secret,
    detect: |seen| unsafe_secret(seen).into_iter().chain(changed_secret(seen)).collect(),
    of_target: |_| None,
    paths: &[
        PathDefinition {
            path: PlaybookPath::HaveOldSecret,
            freezes: false,
            steps: &[
                FIND_SECRET,
                PUT_BACK,
                StepDefinition {
                    early: |case| case.seen.is_session_over() && case.is_done(StepKind::FindSecret),
                    ..SIGN_IN_IF_OVER
                },
                OLD_SECRET_PROVES_ITSELF,
                StepDefinition { only_if: needs_repair_too, ..REPAIR_SETTINGS },
                VERIFY_BACKUP,
            ],
        },
        PathDefinition {
            path: PlaybookPath::NoOldSecret,
            freezes: false,
            steps: &[
                MAKE_SECRET,
                PUT_SECRET,
                NEW_SECRET_PROVES_ITSELF,
                StepDefinition {
                    early: |case| case.seen.is_session_over() && case.is_done(StepKind::PutSecret),
                    ..SIGN_IN
                },
                REPAIR_SETTINGS,
                VERIFY_BACKUP,
                TELL_USERS,
                STORE_SECRET,
            ],
        },
    ],
};

fn unsafe_secret(seen: &Evidence) -> Option<RecoveryFinding> {
    let (kind, detail) = match seen.bootstrap.value().copied().flatten()? {
        JwtUnsafe::Missing => (FindingKind::JwtSecretMissing, FactDetail::SecretMissing),
        JwtUnsafe::TooShort => (FindingKind::JwtSecretTooShort, FactDetail::SecretTooShort),
    };
    Some(RecoveryFinding {
        evidence: vec![Fact::new(EvidenceKind::WebBootstrap, detail).at(seen.at.to_string())],
        affected: vec![
            Affected::SignIn,
            Affected::Sessions,
            Affected::AttachmentLinks,
            scheduled(seen, Since::default()),
            Affected::ManualBackups,
        ],
        next: Some(Playbook::Secret),
        ..RecoveryFinding::danger(kind, Advice::RecoverSecret)
    })
}

/// The old token is refused before its time while the session itself continues:
/// nothing but another signing secret does that. Where the session is over too,
/// a restore or a sign-out explains it as well, so nothing is said.
fn changed_secret(seen: &Evidence) -> Option<RecoveryFinding> {
    let Seen::As(TokenSeen::RefusedEarly(at)) = &seen.token else { return None };
    if !seen.is_secret_changed() {
        return None;
    }
    let mut affected = vec![Affected::Sessions, Affected::AttachmentLinks];
    if seen.is_unreadable() {
        affected.extend([scheduled(seen, Since::default()), Affected::ManualBackups]);
    }
    Some(RecoveryFinding {
        evidence: vec![
            Fact::new(EvidenceKind::AccessToken, FactDetail::TokenRefusedBeforeExpiry).at(at.to_string()),
            Fact::new(EvidenceKind::Refresh, FactDetail::RefreshWorks).at(seen.at.to_string()),
        ],
        affected,
        next: seen.is_unreadable().then_some(Playbook::Secret),
        ..RecoveryFinding::danger(FindingKind::JwtSecretChanged, Advice::PutSecretBack)
    })
}

/// Only the old secret signs an earlier token and opens the settings. That it was found is
/// noted already when a candidate is tested.
const FIND_SECRET: StepDefinition = StepDefinition {
    watched: true,
    stands_alone: true,
    ..StepDefinition::new(StepKind::FindSecret).proven_by(is_back).confirmed()
};

const PUT_BACK: StepDefinition = StepDefinition {
    outside: true,
    watched: true,
    stands_alone: true,
    error: unreached,
    ..StepDefinition::new(StepKind::PutBack).proven_by(is_back)
};

const OLD_SECRET_PROVES_ITSELF: StepDefinition = StepDefinition {
    outside: true,
    watched: true,
    stands_alone: true,
    error: unreached,
    partly,
    ..StepDefinition::new(StepKind::ServerProvesItself).proven_by(|case| {
        let proof: Vec<Fact> = [safe(case), accepted(case), readable(case)].into_iter().flatten().collect();
        (case.seen.is_secret_safe() && proof.len() > 1).then_some(proof)
    })
};

const MAKE_SECRET: StepDefinition = StepDefinition {
    only_if: |case| {
        let bad = [FindingKind::JwtSecretMissing, FindingKind::JwtSecretTooShort];
        bad.iter().any(|kind| case.first.finding(*kind).is_some())
    },
    watched: true,
    early: has_proven_itself,
    ..StepDefinition::new(StepKind::MakeSecret).confirmed()
};

const PUT_SECRET: StepDefinition = StepDefinition {
    outside: true,
    watched: true,
    stands_alone: true,
    error: unreached,
    ..StepDefinition::new(StepKind::PutSecret).proven_by(|case| safe(case).map(|fact| vec![fact]))
};

/// A server whose secret is missing or short serves no one; this one does, if only that
/// the session is over.
const NEW_SECRET_PROVES_ITSELF: StepDefinition = StepDefinition {
    outside: true,
    watched: true,
    stands_alone: true,
    error: unreached,
    partly,
    ..StepDefinition::new(StepKind::ServerProvesItself).proven_by(|case| {
        let seen = case.seen;
        let refused = matches!(&seen.settings, Seen::Failed(error) if error.code() == Code::SessionEnded);
        let answers = seen.is_session_working()
            || refused
            || seen.refresh.value().is_some()
            || seen.token.value().is_some();
        safe(case).filter(|_| answers || !case.progress.signed_in).map(|fact| vec![fact])
    })
};

const TELL_USERS: StepDefinition = StepDefinition {
    early: has_proven_itself,
    aside: true,
    ..StepDefinition::new(StepKind::TellUsers).confirmed()
};

const STORE_SECRET: StepDefinition = StepDefinition {
    early: has_proven_itself,
    aside: true,
    ..StepDefinition::new(StepKind::StoreSecret).confirmed()
};

fn is_back(case: &CaseContext<'_>) -> Option<Vec<Fact>> {
    readable(case).or_else(|| accepted(case)).map(|fact| vec![fact])
}

fn has_proven_itself(case: &CaseContext<'_>) -> bool {
    case.is_done(StepKind::ServerProvesItself)
}

/// What supports the server before it is confirmed.
fn partly(case: &CaseContext<'_>) -> Vec<Fact> {
    safe(case).into_iter().collect()
}

/// Why the server could not be checked.
fn unreached(case: &CaseContext<'_>) -> Option<Error> {
    match &case.seen.bootstrap {
        Seen::Failed(error) => Some(error.clone()),
        Seen::NotLooked(_) | Seen::As(_) => None,
    }
}

/// A restore leaves settings that need repair under the right secret too.
fn needs_repair_too(case: &CaseContext<'_>) -> bool {
    let after_restore = case
        .first
        .finding(FindingKind::SettingsNeedRepair)
        .is_some_and(|finding| finding.cause == Some(Cause::AfterRestore));
    let still = has_proven_itself(case) && case.seen.is_unreadable();
    after_restore || still || case.is_known(StepKind::RepairSettings)
}
