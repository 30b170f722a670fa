//! What settings came to need repair from, and since when.

use super::{Affected, Cause, Certainty, Evidence, EvidenceKind, Fact, FactDetail, Seen, TokenSeen};
use crate::server::{AuditEvent, AuditKind};
use crate::{Code, Error};

/// What settings came to need repair from.
pub(super) struct Origin {
    pub kind: Cause,
    pub certainty: Option<Certainty>,
    pub shown_by: Vec<Fact>,
    pub since: Since,
}

/// Since when backups have stopped.
#[derive(Default)]
pub(super) struct Since {
    at: Option<String>,
    /// It may have been earlier.
    at_least: bool,
}

/// A restore explains it even where JWT_SECRET was changed as well; only where none is
/// known does the previous token decide, and where there is none, the server's log.
pub(super) fn cause(seen: &Evidence) -> Origin {
    let token = token(seen);
    let first = failures(seen).last().map(|event| event.at.clone());
    let since = Since { at_least: first.is_some() && !seen.audit_is_whole, at: first };
    if let Some((restore, certainty)) = restore(seen) {
        let since = restore.at.clone().map_or(since, |at| Since { at: Some(at), at_least: false });
        let shown_by = [Some(restore), token].into_iter().flatten().collect();
        return Origin { kind: Cause::AfterRestore, certainty: Some(certainty), shown_by, since };
    }
    let no_restore = Fact::new(EvidenceKind::AuditLog, FactDetail::NoRestoreInLog).at(seen.at.to_string());
    let (kind, certainty, also_shown) = match &seen.token {
        _ if seen.is_secret_changed() => (Cause::SecretChanged, Some(Certainty::Proven), None),
        // The previous token itself is taken: the secret is the same, so what is left is
        // a restore that no one wrote down.
        Seen::As(TokenSeen::Accepted) => (Cause::AfterRestore, Some(Certainty::Likely), None),
        _ if is_without_restore(seen) => (Cause::SecretChanged, Some(Certainty::Likely), Some(no_restore)),
        _ => (Cause::NotKnown, None, None),
    };
    Origin { kind, certainty, shown_by: token.into_iter().chain(also_shown).collect(), since }
}

fn token(seen: &Evidence) -> Option<Fact> {
    let (at, detail) = match &seen.token {
        Seen::As(TokenSeen::RefusedEarly(at)) if seen.is_secret_changed() => {
            (*at, FactDetail::TokenRefusedBeforeExpiry)
        }
        Seen::As(TokenSeen::Accepted) => (seen.at, FactDetail::TokenAccepted),
        Seen::As(TokenSeen::EndedOtherwise) => (seen.at, FactDetail::EndedOtherwise),
        Seen::As(TokenSeen::GivenSince) => (seen.at, FactDetail::SignedInSince),
        Seen::As(TokenSeen::RefusedEarly(_)) | Seen::NotLooked(_) | Seen::Failed(_) => return None,
    };
    Some(Fact::new(EvidenceKind::AccessToken, detail).at(at.to_string()))
}

/// The latest restore, if nothing has made the settings readable since; one whose
/// outcome no one knows is only likely to be it.
fn restore(seen: &Evidence) -> Option<(Fact, Certainty)> {
    let readable = seen.last_readable_at.as_deref();
    let in_log = since_readable(seen)
        .filter(|event| event.kind == AuditKind::Restore && !event.failed && is_after(&event.at, readable))
        .max_by(|a, b| a.at.cmp(&b.at));
    if let Some(event) = in_log {
        let fact = Fact::new(EvidenceKind::AuditLog, FactDetail::RestoreInLog);
        return Some((fact.at(event.at.clone()).words(event.file_name.clone()), Certainty::Proven));
    }
    let made_readable =
        seen.audit.value().and_then(|events| events.iter().find(|event| made_readable(event)));
    let here = seen.restored_here.as_ref().filter(|here| {
        is_after(&here.at, readable) && is_after(&here.at, made_readable.map(|event| event.at.as_str()))
    })?;
    let fact = Fact::new(EvidenceKind::Ledger, FactDetail::RestoredHere);
    let certainty = if here.is_certain { Certainty::Proven } else { Certainty::Likely };
    Some((fact.at(here.at.clone()).words(here.name.clone()), certainty))
}

/// The server's log was read as far as it matters, and shows no restore, not even of
/// one that failed half-way.
fn is_without_restore(seen: &Evidence) -> bool {
    let is_read = seen.audit.value().is_some() && seen.audit_is_whole;
    is_read && !since_readable(seen).any(|event| event.kind == AuditKind::Restore)
}

/// What the log shows since the settings could last be opened, the newest first.
fn since_readable(seen: &Evidence) -> impl Iterator<Item = &AuditEvent> {
    seen.audit.value().into_iter().flatten().take_while(|event| !made_readable(event))
}

/// The server could open its settings when this happened.
pub fn made_readable(event: &AuditEvent) -> bool {
    !event.failed
        && matches!(event.kind, AuditKind::SettingsRepaired | AuditKind::SettingsSaved | AuditKind::Run)
}

/// Runs that failed because the settings could not be opened, since they last
/// could; the newest first.
pub(super) fn failures(seen: &Evidence) -> Vec<&AuditEvent> {
    since_readable(seen)
        .filter(|event| {
            let code = event.error.as_ref().map(Error::code);
            event.kind == AuditKind::Run && event.failed && code == Some(Code::SettingsNeedRepair)
        })
        .collect()
}

pub(super) fn scheduled(seen: &Evidence, since: Since) -> Affected {
    let logged = seen.audit.value().into_iter().flatten();
    let logged =
        logged.filter(|event| event.kind == AuditKind::Run && !event.failed).map(|event| event.at.clone());
    let remembered = seen.remembered.iter().filter_map(|(target, _)| target.runtime.last_success_at.clone());
    let by_schedule = seen.remembered.iter().filter(|(target, _)| target.schedule.enabled);
    Affected::ScheduledBackups {
        since: since.at,
        since_at_least: since.at_least,
        last_success_at: logged.chain(remembered).max(),
        targets: by_schedule.map(|(target, _)| target.name.clone()).collect(),
    }
}

/// Whether this happened after that, if that ever did.
fn is_after(at: &str, before: Option<&str>) -> bool {
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    before.is_none_or(|before| time(at) > time(before))
}
