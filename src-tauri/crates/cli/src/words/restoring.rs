//! The words for a planned restore and for safety copies.

use desk_core::app::KeptSafetyCopy;
use desk_core::jobs::{ActingAfter, RestorePlan, RestoreStep, SafetyCopyChoice, ServerContents};
use desk_core::text::{self, Noun, count, verb};

use super::bytes;

/// What a restore would change on `server`, a line each.
pub fn plan(plan: &RestorePlan, server: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(now) = &plan.replaces {
        lines.push(format!("On {server} now: {}.", contents(now)));
        lines.push(format!("After the restore: {}.", contents(&plan.becomes)));
    }
    if !plan.lost_accounts.is_empty() {
        let lost = plan.lost_accounts.len() as u64;
        let emails = plan.lost_accounts.join(", ");
        lines.push(format!(
            "{} on the server {} not in this backup and will be deleted: {}.",
            count(lost, Noun::Account),
            verb(lost, "is", "are"),
            text::line(&emails)
        ));
    }
    lines.push("Also lost: all Sends, sessions and remembered devices.".to_owned());
    lines.extend(acting(plan).map(str::to_owned));
    lines
}

fn contents(contents: &ServerContents) -> String {
    let known = [
        (Some(contents.accounts.len() as u64), Noun::Account),
        (Some(contents.administrators.len() as u64), Noun::Administrator),
        (contents.ciphers, Noun::VaultItem),
        (contents.folders, Noun::Folder),
        (contents.attachments, Noun::Attachment),
    ];
    let known = known.into_iter().filter_map(|(found, noun)| found.map(|found| count(found, noun)));
    known.collect::<Vec<_>>().join(", ")
}

/// What becomes of the account that restores.
fn acting(plan: &RestorePlan) -> Option<&'static str> {
    match plan.acting.after {
        ActingAfter::CanRepair if plan.acting.same_keys == Some(false) => Some(
            "Your account has different keys in the backup. Sign in with its master password from that time.",
        ),
        ActingAfter::CanRepair => Some("You can sign in and repair the backup settings afterwards."),
        ActingAfter::CanSignIn => {
            Some("You can sign in afterwards, but you cannot open the backup settings in this backup.")
        }
        ActingAfter::NotAdministrator => {
            Some("You can sign in afterwards, but you will not be an administrator.")
        }
        ActingAfter::Inactive => {
            Some("Your account is not active in this backup. You will not be able to sign in with it.")
        }
        ActingAfter::DamagedKeys => Some(
            "The keys of your account are damaged in this backup. You will not be able to sign in with it.",
        ),
        ActingAfter::Missing => {
            Some("Your account is not in this backup. You will not be able to sign in with it.")
        }
        ActingAfter::Unknown => None,
    }
}

/// A safety copy in a line.
pub fn safety_copy(copy: &KeptSafetyCopy) -> String {
    let holds = match copy.choice {
        Some(SafetyCopyChoice::Complete) => "complete",
        Some(SafetyCopyChoice::IndexOnly) => "without attachment contents",
        Some(SafetyCopyChoice::None) | None => "contents unknown",
    };
    let made = copy.made_at.as_deref().unwrap_or("date unknown");
    let verified = if copy.is_verified { ", verified" } else { "" };
    format!("{}  {}  {made}  {holds}{verified}", super::plain(&copy.name), bytes(copy.bytes))
}

/// A step after a restore.
pub fn restore_step(step: RestoreStep) -> &'static str {
    match step {
        RestoreStep::SignedIn => "signed in again",
        RestoreStep::SettingsRepaired => "backup settings repaired",
        RestoreStep::CountsCompared => "rows on the server compared",
        RestoreStep::BackupVerified => "new backup made and verified",
        RestoreStep::UsersInformed => "users notified",
    }
}
