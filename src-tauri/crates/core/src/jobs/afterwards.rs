//! What is left to do after a restore: a list that checks itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RestoreResult;
use crate::Error;

/// A step after a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RestoreStep {
    /// Sign in again: the restore ended every session.
    SignedIn,
    /// The server can open its backup settings again.
    SettingsRepaired,
    /// The server holds what it said it restored.
    CountsCompared,
    /// A backup was made since, read back and verified.
    BackupVerified,
    /// The people who use the server know what happened.
    UsersInformed,
}

impl RestoreStep {
    /// Every step, in the order in which they are done.
    pub const ALL: [Self; 5] = [
        Self::SignedIn,
        Self::SettingsRepaired,
        Self::CountsCompared,
        Self::BackupVerified,
        Self::UsersInformed,
    ];
}

/// How a step stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ChecklistState {
    /// To be done.
    #[default]
    Open,
    /// Done, as was seen.
    Done,
    /// What was seen is not as it should be.
    Attention,
    /// It could not be checked.
    Unknown,
}

/// A step after a restore, and what was seen of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ChecklistItem {
    /// The step.
    pub step: RestoreStep,
    /// How it stands.
    pub state: ChecklistState,
    /// When it was last checked, RFC 3339.
    pub checked_at: Option<String>,
    /// What was counted, where something was.
    pub counts: Vec<ComparedCount>,
    /// The backup that was verified.
    pub backup: Option<String>,
    /// Why it could not be checked.
    pub error: Option<Error>,
}

impl ChecklistItem {
    /// A step that was not checked yet.
    pub const fn open(step: RestoreStep) -> Self {
        Self {
            step,
            state: ChecklistState::Open,
            checked_at: None,
            counts: Vec::new(),
            backup: None,
            error: None,
        }
    }
}

/// Rows on the server against those that the restore should have left there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ComparedCount {
    /// The table.
    pub table: String,
    /// How many the restore should have left.
    pub expected: u64,
    /// How many there are.
    pub found: u64,
}

/// The list after a restore.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Checklist {
    /// The restore.
    pub job_id: i64,
    /// Its steps, in their order.
    pub items: Vec<ChecklistItem>,
    /// A text for the people who use the server, in each language.
    pub notices: Vec<UsersNotice>,
}

impl Checklist {
    /// Nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.items.iter().all(|item| item.state == ChecklistState::Done)
    }
}

/// A text for the people who use the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct UsersNotice {
    /// "en" or "zh-CN".
    pub language: String,
    /// The text.
    pub text: String,
}

/// The texts for the people who use the server at `address`, restored from a backup of
/// `made_at`.
pub(crate) fn users_notices(address: &str, made_at: Option<&str>) -> Vec<UsersNotice> {
    let day = made_at.and_then(|at| at.get(..10)).unwrap_or_default();
    let (of_day, of_day_zh) = if day.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" of {day}"), format!("（{day}）"))
    };
    let english = format!(
        "The password server {address} was restored from a backup{of_day}.\n\
         - Sign in again in all your apps and browser extensions. Use the master password that you had when the backup was made.\n\
         - Changes made after the backup are lost. Check your recent logins and add them again.\n\
         - Sends were deleted. Create the ones that you still need again.\n\
         - If an attachment is missing, contact your administrator."
    );
    let chinese = format!(
        "密码服务器 {address} 已从备份{of_day_zh}恢复。\n\
         - 请在所有应用和浏览器扩展中重新登录，使用制作备份时的主密码。\n\
         - 备份之后的更改已丢失：请检查最近的登录信息并重新添加。\n\
         - Send 已全部删除，如仍需要请重新创建。\n\
         - 如果发现缺少附件，请联系管理员。"
    );
    let notice = |language: &str, text| UsersNotice { language: language.to_owned(), text };
    vec![notice("en", english), notice("zh-CN", chinese)]
}

/// Tables that are compared: repairing the settings and signing in change the others.
const COMPARED: [&str; 5] = ["users", "ciphers", "folders", "attachments", "webauthn_credentials"];

/// What the server holds, `rows` by table, against what the restore should have left.
pub(crate) fn compared(restored: &RestoreResult, rows: &BTreeMap<String, u64>) -> Vec<ComparedCount> {
    let counts = restored.counts.iter().filter(|count| COMPARED.contains(&count.table.as_str()));
    counts
        .map(|count| ComparedCount {
            table: count.table.clone(),
            expected: count.expected,
            found: rows.get(&count.table).copied().unwrap_or(0),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_names_the_server_and_the_day_of_the_backup() {
        let notices = users_notices("https://vault.example", Some("2026-11-20T03:30:14Z"));
        assert_eq!(notices.iter().map(|one| one.language.as_str()).collect::<Vec<_>>(), ["en", "zh-CN"]);
        for notice in notices {
            assert!(notice.text.contains("https://vault.example") && notice.text.contains("2026-11-20"));
        }
        assert!(
            users_notices("x", None)[0].text.starts_with("The password server x was restored from a backup.")
        );
    }
}
