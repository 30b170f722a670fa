//! Every diagnosis from the evidence that leads to it, and every step of a recovery.

mod diagnoses;
mod findings;
mod jobs;
mod samples;
mod secrets;
mod steps;
mod tokens;

use jiff::Timestamp;

use super::*;
use crate::Error;
use crate::error::AccountDetail;
use crate::server::{AuditEvent, AuditKind, JwtUnsafe, ServerUser};

const NOW: &str = "2026-11-26T12:00:00Z";
const READABLE: &str = "2026-11-20T08:00:00Z";
const ME: &str = "user-me";

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// A server whose secret is safe, asked by someone signed in; settings were readable once.
fn evidence() -> Evidence {
    let mut seen = Evidence::new("profile", "https://vault.example.org", time(NOW));
    seen.bootstrap = Seen::As(None);
    seen.my_user_id = Some(ME.to_owned());
    seen.last_readable_at = Some(READABLE.to_owned());
    seen
}

fn healthy() -> Evidence {
    let mut seen = evidence();
    seen.token = Seen::As(TokenSeen::Accepted);
    seen.settings = Seen::As(SettingsSeen::Readable);
    seen.needs_repair = Seen::As(false);
    (seen.audit, seen.audit_is_whole) = (Seen::As(Vec::new()), true);
    seen
}

/// The server cannot open its settings, and hands out a portable part that opens for me.
fn unreadable() -> Evidence {
    let mut seen = evidence();
    seen.settings = Seen::As(SettingsSeen::NeedRepair(Some("needs reactivation".into())));
    seen.needs_repair = Seen::As(true);
    seen.portable = Seen::As(PortableSeen::WrappedFor(vec![ME.into(), "user-other".into()]));
    seen.users = Seen::As(vec![user(ME), user("user-other")]);
    seen
}

fn user(id: &str) -> ServerUser {
    let (role, status) = ("admin".into(), "active".into());
    ServerUser { id: id.into(), email: format!("{id}@example.org"), role, status }
}

fn event(kind: AuditKind, at: &str, failed: bool) -> AuditEvent {
    let words = "Backup settings need administrator reactivation after restore";
    AuditEvent {
        id: at.into(),
        at: at.into(),
        kind,
        action: String::new(),
        failed,
        scheduled: true,
        actor_email: None,
        target_id: None,
        target_name: None,
        provider: None,
        file_name: None,
        bytes: None,
        skipped_attachments: None,
        error: failed.then(|| crate::server::error_from_target(words)),
    }
}

fn session_over() -> Error {
    AccountDetail::SessionEnded.error()
}
