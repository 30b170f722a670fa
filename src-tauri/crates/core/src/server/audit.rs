//! The server's audit log, as far as it concerns backups: the only place where
//! failed scheduled runs are listed (PROTOCOL section 2).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::backups::is_unknown_call;
use super::bounded::List;
use super::call::Call;
use super::session::Session;
use crate::error::ServerDetail;
use crate::places::Provider;
use crate::progress::Silent;
use crate::{Error, Result};
use desk_base::redact::redact;

/// A page of the log, the newest entries first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// The entries.
    pub events: Vec<AuditEvent>,
    /// How many the server has in all.
    pub total: u32,
    /// There are older ones.
    pub has_more: bool,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// Its id.
    pub id: String,
    /// When, RFC 3339.
    pub at: String,
    /// What was done.
    pub kind: AuditKind,
    /// The server's own name of it.
    pub action: String,
    /// It failed.
    pub failed: bool,
    /// The server did it automatically.
    pub scheduled: bool,
    /// Who did it; `None` for the server itself, or when they are gone.
    pub actor_email: Option<String>,
    /// The target, when it is named.
    pub target_id: Option<String>,
    /// The target's name, when it is named.
    pub target_name: Option<String>,
    /// The target's kind, when it is named.
    pub provider: Option<Provider>,
    /// The file, when it is named.
    pub file_name: Option<String>,
    /// Its size in bytes, when it is named.
    pub bytes: Option<u64>,
    /// Attachments that were left out, when it was a restore.
    pub skipped_attachments: Option<u64>,
    /// What it failed with, in plain language.
    pub error: Option<Error>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AuditKind {
    /// A backup to a target.
    Run,
    /// A restore, from a file or from a target.
    Restore,
    /// An export to a computer.
    Export,
    /// The backup settings were saved.
    SettingsSaved,
    /// The backup settings were repaired.
    SettingsRepaired,
    /// A backup was deleted from a target.
    Deleted,
    /// Something else about backups.
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    data: List<Entry, 1000>,
    #[serde(default)]
    total: Option<u32>,
    #[serde(default)]
    has_more: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    action: String,
    #[serde(default)]
    level: Option<String>,
    #[serde(default)]
    actor_email: Option<String>,
    #[serde(default)]
    target_id: Option<String>,
    /// A JSON text; some servers may send an object.
    #[serde(default)]
    metadata: Value,
    created_at: String,
}

/// A server from before there was a log does not know the call: the value `reason`
/// is `no-log` then.
fn no_log(error: Error) -> Error {
    if !is_unknown_call(&error) {
        return error;
    }
    ServerDetail::NoLog.error()
}

impl Session {
    /// Backup events of the audit log, the newest first.
    ///
    /// # Errors
    /// What every call may fail with; with the value `reason` = `no-log` where the
    /// server has none.
    pub async fn audit(&self, limit: u32, offset: u32) -> Result<AuditPage> {
        let call = Call::get("/api/admin/logs")
            .query("limit", limit.clamp(1, 200).to_string())
            .query("offset", offset.to_string())
            .query("category", "data")
            .query("q", "backup");
        let raw = self.read(&call, &Silent).await.map_err(no_log)?;
        let log: Log = self.understand(&raw)?;
        let asked = u32::try_from(log.data.0.len()).unwrap_or(u32::MAX);
        let events: Vec<AuditEvent> = log.data.0.into_iter().filter_map(event).collect();
        Ok(AuditPage {
            total: log.total.unwrap_or(offset.saturating_add(asked)),
            has_more: log.has_more,
            events,
        })
    }
}

fn event(entry: Entry) -> Option<AuditEvent> {
    let verb = entry.action.strip_prefix("admin.backup.")?;
    let mut facts: Value = match &entry.metadata {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => other.clone(),
    };
    redact(&mut facts);
    let text = |names: &[&str]| names.iter().find_map(|name| facts.get(name)?.as_str()).map(str::to_owned);
    let number = |names: &[&str]| names.iter().find_map(|name| facts.get(name)?.as_u64());
    let failed = verb.ends_with(".failed") || entry.level.as_deref() == Some("error");
    let trigger = text(&["trigger"]).unwrap_or_default();
    let words = text(&["error", "message", "reason"]);
    Some(AuditEvent {
        kind: kind(verb.trim_end_matches(".failed"), &trigger),
        scheduled: verb.contains("scheduled") || trigger == "scheduled",
        error: failed.then(|| crate::server::error_from_target(words.as_deref().unwrap_or_default())),
        target_id: text(&["destinationId"]).or(entry.target_id),
        target_name: text(&["destinationName"]),
        provider: facts.get("provider").and_then(|provider| Provider::deserialize(provider).ok()),
        file_name: text(&["fileName", "path"]).filter(|name| !name.starts_with("/api/")),
        bytes: number(&["bytes", "fileSize", "sizeBytes"]),
        skipped_attachments: number(&["skippedAttachments"]),
        id: entry.id,
        at: entry.created_at,
        action: entry.action,
        actor_email: entry.actor_email,
        failed,
    })
}

fn kind(verb: &str, trigger: &str) -> AuditKind {
    match verb {
        "remote.manual" | "remote.scheduled" | "run" => AuditKind::Run,
        "import" | "remote.restore" | "restore" => AuditKind::Restore,
        "export" => AuditKind::Export,
        "settings.update" => AuditKind::SettingsSaved,
        "settings.repair" => AuditKind::SettingsRepaired,
        "remote.delete" => AuditKind::Deleted,
        _ if trigger == "scheduled" => AuditKind::Run,
        _ => AuditKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use serde_json::json;

    fn read(action: &str, level: &str, metadata: &Value) -> AuditEvent {
        let entry = json!({"id": "1", "action": action, "level": level, "actorEmail": null,
            "metadata": metadata.to_string(), "createdAt": "2026-11-22T19:35:03.960Z"});
        event(serde_json::from_value(entry).expect("an entry")).expect("about backups")
    }

    #[test]
    fn a_failed_scheduled_run_is_described_in_plain_language() {
        let facts = json!({"destinationId": "t", "destinationName": "NAS", "error": "WebDAV upload failed: 507", "trigger": "scheduled"});
        let event = read("admin.backup.remote.scheduled.failed", "error", &facts);
        assert_eq!((event.kind, event.failed, event.scheduled), (AuditKind::Run, true, true));
        let error = event.error.expect("it failed");
        assert_eq!(
            (error.code(), error.body().original.as_deref()),
            (Code::TargetFailed, Some("WebDAV upload failed: 507"))
        );
        assert_eq!(event.target_name.as_deref(), Some("NAS"));
    }

    #[test]
    fn facts_are_read_without_their_secrets() {
        let facts =
            json!({"fileName": "x.zip", "bytes": 7, "path": "/api/admin/backup/run", "password": "hush"});
        let event = read("admin.backup.remote.manual", "info", &facts);
        assert_eq!(
            (event.file_name.as_deref(), event.bytes, event.scheduled),
            (Some("x.zip"), Some(7), false)
        );
        assert!(!format!("{event:?}").contains("hush"));
    }

    #[test]
    fn every_documented_action_is_known() {
        for (action, expected) in [
            ("admin.backup.import", AuditKind::Restore),
            ("admin.backup.export", AuditKind::Export),
            ("admin.backup.settings.update", AuditKind::SettingsSaved),
            ("admin.backup.settings.repair", AuditKind::SettingsRepaired),
            ("admin.backup.remote.delete", AuditKind::Deleted),
            ("admin.backup.remote.manual.failed", AuditKind::Run),
            ("admin.backup.something.new", AuditKind::Other),
        ] {
            assert_eq!(read(action, "info", &Value::Null).kind, expected, "{action}");
        }
    }
}
