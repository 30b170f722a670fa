//! `nwdesk drill`

use std::path::PathBuf;

use desk_core::jobs::{DrillRequest, DrillResult, JobResult};
use desk_core::text::{Noun, count, verb};
use serde_json::json;

use super::inspect::StorageKind;
use super::{ended, exporting};
use crate::connection;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::words;

/// Restore a backup ZIP into a temporary server on this computer and report the result. No account,
/// password or network is needed. A drill proves that the file can be restored, not that your
/// Cloudflare account works. Exits with 0 if everything was restored, 5 if attachments were
/// skipped, 4 if the server refused the backup, 3 if the file is damaged.
#[derive(clap::Args)]
pub struct Args {
    /// Backup ZIP on this computer, or an encrypted export.
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
    /// Attachment storage of the temporary server.
    #[arg(long, value_enum, default_value = "r2")]
    storage: StorageKind,
    /// Target folder that contains the attachments, for a backup that only lists them. Nothing in
    /// it is changed.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// File with the passphrase of an encrypted export on its first line.
    #[arg(long, value_name = "F")]
    passphrase_file: Option<PathBuf>,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let request = DrillRequest {
        file: args.file.into(),
        storage: args.storage.into(),
        folder: args.folder.map(Into::into),
        passphrase: args.passphrase_file.as_deref().map(exporting::passphrase_in).transpose()?,
    };
    let here = connection::on_this_computer(output)?;
    let job = here.run(request).await?;
    let JobResult::Drill(drill) = ended::result(job)? else { return Err(ended::without_result()) };
    output.result(&json!(drill), &text(&drill));
    Ok(exit_of(&drill))
}

fn exit_of(drill: &DrillResult) -> Exit {
    if !drill.intact {
        Exit::Damaged
    } else if !drill.accepted {
        Exit::Refused
    } else if !drill.missing.is_empty() {
        Exit::Failed
    } else if drill.skipped_count() > 0 {
        Exit::Skipped
    } else {
        Exit::Good
    }
}

/// Attachments that a terminal lists; `--json` has them all.
const MOST_LINES: usize = 50;

fn text(drill: &DrillResult) -> String {
    let verdict = match exit_of(drill) {
        Exit::Good => "PASSED: everything in the backup was restored.".to_owned(),
        Exit::Skipped => {
            format!("PASSED IN PART: {} skipped.", were(drill.skipped_count()))
        }
        Exit::Refused => "REFUSED: the server refused this backup.".to_owned(),
        Exit::Damaged if drill.accepted => {
            "DAMAGED: the server restored the backup, but the file is damaged.".to_owned()
        }
        Exit::Damaged => "DAMAGED: the file is damaged, and the server refused it.".to_owned(),
        _ => "FAILED: the server did not restore everything.".to_owned(),
    };
    let mut text = format!("{verdict}\n  {}\n", words::plain(&drill.file_name));
    if let Some(error) = &drill.error {
        text.push_str(&format!("  server's message: {}\n", words::plain(error)));
    }
    if drill.needs_folder {
        text.push_str(
            "  The backup only lists its attachments. Specify the target's folder with --folder.\n",
        );
    }
    if let Some(imported) = &drill.imported {
        for (number, noun) in [
            (imported.users, Noun::Account),
            (imported.ciphers, Noun::VaultItem),
            (imported.folders, Noun::Folder),
            (imported.attachments, Noun::Attachment),
        ] {
            text.push_str(&format!("  {}\n", count(number, noun)));
        }
    }
    for rows in &drill.missing {
        let (table, expected, imported) = (&rows.table, rows.expected, rows.imported);
        text.push_str(&format!(
            "  MISSING: {table}: the archive has {expected}, the server restored {imported}\n"
        ));
    }
    if let Some(reason) = &drill.skipped.reason {
        text.push_str(&format!("  skipped: {}\n", words::plain(reason)));
    }
    for item in drill.skipped.items.iter().take(MOST_LINES) {
        let line = format!("{} ({})", item.path, words::bytes(item.size_bytes));
        text.push_str(&format!("  ! {}\n", words::plain(&line)));
    }
    let more = drill.skipped.items.len().saturating_sub(MOST_LINES);
    if more > 0 {
        text.push_str(&format!("  and {more} more; use --json for the full list\n"));
    }
    text.push_str(&format!("  {:.1} s\n", drill.seconds));
    text.push_str(
        "This drill ran on a server built into this app. It proves that the file can be restored, not that your Cloudflare account works.\n",
    );
    text
}

fn were(attachments: u64) -> String {
    format!("{} {}", count(attachments, Noun::Attachment), verb(attachments, "was", "were"))
}
