//! `nwdesk diff`

use std::path::PathBuf;

use desk_core::archive::{self, Change, ChangeKind, Changes, Diff, SettingsChange};
use serde_json::json;

use super::ended;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::stop::Stop;
use crate::words::plain;

/// Compare two backup ZIPs: what was added, removed or changed. Values are compared but never
/// shown. Exits with 3 if one of them is damaged; apparent changes may then only be unreadable
/// data.
#[derive(clap::Args)]
pub struct Args {
    /// Earlier backup.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// Later backup.
    #[arg(value_name = "B")]
    after: PathBuf,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let cancel = Stop::listen().token();
    let comparing = tokio::task::spawn_blocking(move || archive::diff(&args.before, &args.after, &cancel));
    let diff = ended::read("reading both backups", comparing).await?;
    output.result(&json!(diff), &describe(&diff));
    Ok(if diff.is_doubtful() { Exit::Damaged } else { Exit::Good })
}

fn describe(diff: &Diff) -> String {
    let mut text = format!("{} → {}\n", plain(&diff.before.name), plain(&diff.after.name));
    for side in [&diff.before, &diff.after] {
        if side.is_partial {
            text.push_str(&format!(
                "  ! {} is damaged: only the rows before the damage are compared.\n",
                plain(&side.name)
            ));
        } else if side.damage > 0 {
            text.push_str(&format!(
                "  ! {} is damaged: apparent changes may only be unreadable data.\n",
                plain(&side.name)
            ));
        }
    }
    for (what, changes) in [
        ("accounts", &diff.users),
        ("administrators", &diff.administrators),
        ("vault items", &diff.ciphers),
        ("folders", &diff.folders),
        ("attachments", &diff.attachments),
    ] {
        text.push_str(&counts(what, changes));
    }
    text.push_str(&settings(&diff.settings));
    text
}

fn counts(what: &str, changes: &Changes) -> String {
    let Changes { added, removed, changed, unchanged, items } = changes;
    let mut text =
        format!("  {what}: {added} added, {removed} removed, {changed} changed, {unchanged} unchanged\n");
    // Accounts are few and matter by name; of the rest the numbers do.
    if matches!(what, "accounts" | "administrators") {
        items.iter().for_each(|item| text.push_str(&line(item)));
    }
    text
}

fn line(change: &Change) -> String {
    let sign = match change.what {
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::Changed => '~',
    };
    let columns = if change.columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", plain(&change.columns.join(", ")))
    };
    format!("    {sign} {}{columns}\n", plain(change.email.as_deref().unwrap_or(&change.id)))
}

fn settings(change: &SettingsChange) -> String {
    let mut text = String::new();
    if change.saved_anew {
        text.push_str("  backup settings: saved again\n");
    }
    for (what, ids) in [
        ("targets added", &change.targets_added),
        ("targets removed", &change.targets_removed),
        ("can repair the settings now", &change.repairers_added),
        ("can no longer repair the settings", &change.repairers_removed),
    ] {
        if !ids.is_empty() {
            text.push_str(&format!("  {what}: {}\n", plain(&ids.join(", "))));
        }
    }
    text
}
