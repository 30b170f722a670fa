//! From what was seen of a server to its alerts.

use jiff::{SignedDuration, Timestamp};

use super::{Alert, AlertKind, ServerSeen, TargetSeen};
use crate::health::VERIFICATION_HOLDS;

/// A ZIP without entries: an end record and nothing else.
const SMALLEST_ZIP: u64 = 22;
/// How many backups the usual size is taken from.
const USUAL_OF: usize = 5;
/// How long before its end a certificate is worth an alert.
const CERTIFICATE_NOTICE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Everything that a person should know of at `now`, the worst first.
pub fn alerts(seen: &ServerSeen, now: Timestamp) -> Vec<Alert> {
    let mut found = Vec::new();
    let mut server = |kind| {
        found.push(Alert { id: id(kind, None), kind, target_id: None, target_name: None, cause: None });
    };
    if seen.secret_unsafe {
        server(AlertKind::SecretUnsafe);
    }
    if seen.needs_repair {
        server(AlertKind::SettingsNeedRepair);
    }
    if seen.signed_out {
        server(AlertKind::SignInNeeded);
    }
    if seen.repairers == Some(0) {
        server(AlertKind::NobodyCanRepair);
    }
    if let (Some(version), Some(before)) = (&seen.version, &seen.version_before)
        && version != before
    {
        server(AlertKind::ServerUpdated);
    }
    for target in &seen.targets {
        found.extend(of_target(target, now).into_iter().map(|kind| Alert {
            id: id(kind, Some(&target.id)),
            kind,
            target_id: Some(target.id.clone()),
            target_name: Some(target.name.clone()),
            cause: target.failure.clone().filter(|_| kind == AlertKind::BackupFailed),
        }));
    }
    found.sort_by_key(|alert| alert.kind);
    found
}

fn of_target(target: &TargetSeen, now: Timestamp) -> Vec<AlertKind> {
    let mut kinds = Vec::new();
    if target.all_gone {
        kinds.push(AlertKind::BackupsGone);
    }
    if target.last_failure.is_some_and(|failed| target.last_success.is_none_or(|made| failed > made)) {
        // A failed run explains why the next backup is missing.
        kinds.push(AlertKind::BackupFailed);
    } else if target.schedule.enabled && is_overdue(target, now) {
        kinds.push(AlertKind::BackupOverdue);
    }
    match target.sizes.as_slice() {
        [.., newest] if *newest < SMALLEST_ZIP => kinds.push(AlertKind::BackupEmpty),
        _ if target.newest_is_short => kinds.push(AlertKind::BackupTruncated),
        _ if target.newest_is_bad => kinds.push(AlertKind::BackupBad),
        [before @ .., newest] if usual(before).is_some_and(|usual| *newest < usual / 2) => {
            kinds.push(AlertKind::BackupShrank);
        }
        _ => {}
    }
    // A target without backups has nothing to verify.
    let since = target.last_success.map(|_| target.last_verified.unwrap_or(target.first_seen));
    if since.is_some_and(|at| now.duration_since(at) > VERIFICATION_HOLDS) {
        kinds.push(AlertKind::NotVerified);
    }
    if target.certificate.is_some_and(|seen| seen.ends.duration_since(now) < CERTIFICATE_NOTICE) {
        kinds.push(AlertKind::CertificateEnds);
    }
    kinds
}

/// No backup for 1.25 times the interval.
fn is_overdue(target: &TargetSeen, now: Timestamp) -> bool {
    let allowed = SignedDuration::from_mins(i64::from(target.schedule.interval_hours) * 75);
    now.duration_since(target.last_success.unwrap_or(target.first_seen)) > allowed
}

/// The median of the last sizes; none when there are too few to know what is usual.
fn usual(sizes: &[u64]) -> Option<u64> {
    let mut last = sizes[sizes.len().saturating_sub(USUAL_OF)..].to_vec();
    last.sort_unstable();
    (last.len() >= 3).then(|| last[last.len() / 2])
}

fn id(kind: AlertKind, target: Option<&str>) -> String {
    let name = match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        // A unit variant serialises to a string.
        _ => String::new(),
    };
    target.map_or_else(|| name.clone(), |target| format!("{name}:{target}"))
}
