//! Job records as a case finds them.

use serde_json::{Value, json};

use super::*;
use crate::jobs::{JobKind, JobRecord, JobState};

/// A job that ended like this.
#[allow(clippy::needless_pass_by_value, reason = "a fact made for one call")]
pub(super) fn job(kind: JobKind, state: JobState, result: Value, error: Option<Error>) -> JobRecord {
    let record = json!({
        "id": 1, "kind": kind, "state": state, "profileId": "profile", "subject": "NAS",
        "startedAt": NOW, "endedAt": NOW, "error": error, "result": result,
    });
    serde_json::from_value(record).expect("a job record")
}

/// A backup to a target, made and verified.
pub(super) fn verified_backup(target: &str) -> JobRecord {
    let check = json!({
        "fileName": "b.zip", "level": "verified", "checkedAt": NOW, "server": null, "here": null,
    });
    let backup = json!({
        "kind": "backup", "targetId": target, "targetName": target, "provider": "webdav", "fileName": "b.zip",
        "fileSize": 1, "remotePath": "b.zip", "check": check, "checkError": null,
    });
    job(JobKind::Backup, JobState::Succeeded, backup, None)
}

/// A repair that ended, or runs.
pub(super) fn repair(state: JobState) -> JobRecord {
    let result = json!({ "kind": "repair", "targets": [], "readableAgain": true });
    job(JobKind::Repair, state, if state == JobState::Running { Value::Null } else { result }, None)
}
