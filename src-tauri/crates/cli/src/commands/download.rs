//! `nwdesk download`

use std::path::PathBuf;

use desk_core::Code;
use desk_core::jobs::{DownloadJob, IfThere, JobResult};
use serde_json::json;

use super::ended;
use crate::connection::{Connection, Needs};
use crate::exit::{Ended, Failure};
use crate::output::Output;
use crate::words;

/// Download a backup and verify it in full. A damaged backup is still saved, because it may be the
/// only one, and the command exits with 3.
#[derive(clap::Args)]
pub struct Args {
    /// Path of the backup on the target, as shown by `list`.
    path: String,
    /// Folder to save it in.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Replace an existing file with this name. A damaged download replaces nothing.
    #[arg(long, conflicts_with = "keep_both")]
    overwrite: bool,
    /// If the name is taken, save under the same name with a number.
    #[arg(long)]
    keep_both: bool,
    /// Target ID or name (default: the server's first target).
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let connected = args.connection.connect(Needs::Confirming, output).await?;
    let Args { path, to: folder, target, .. } = args;
    let if_there = match (args.overwrite, args.keep_both) {
        (true, _) => IfThere::Overwrite,
        (_, true) => IfThere::KeepBoth,
        _ => IfThere::Refuse,
    };
    let work = |target_id| DownloadJob::into_folder(target_id, path, folder, if_there);
    let job = connected.run_on_target(target.as_deref(), work).await;
    connected.leave().await;
    let JobResult::Download(download) = ended::result(job?).map_err(named)? else {
        return Err(ended::without_result());
    };
    let saved = words::plain(&download.saved_to);
    let there = if download.already_here { " already exists with the same content" } else { "" };
    let text = format!("{saved}{there}\n{}", words::check(&download.check));
    output.result(&json!({"result": download}), &text);
    Ok(ended::exit_of(&download.check))
}

/// A taken name, with the options of this command that decide about it.
fn named(failure: Failure) -> Failure {
    match failure {
        Failure::Told { error, exit } if error.code() == Code::FileExists => {
            let hint = "Add --overwrite or --keep-both, or choose another folder.";
            Failure::Told { error: error.hint(hint), exit }
        }
        other => other,
    }
}
