//! `nwdesk integrity`

use desk_core::jobs::{IntegrityJob, JobResult};
use serde_json::json;

use super::ended;
use crate::connection::{Connection, Needs};
use crate::exit::Ended;
use crate::output::Output;
use crate::words;

/// Verify a backup on its target. Without --deep, the server compares the hash in the file name; a
/// name without a hash cannot be verified this way, and the command exits with 1. With --deep, the
/// backup is read in full, and the command exits with 5 if listed attachments are missing on the
/// target.
#[derive(clap::Args)]
pub struct Args {
    /// Path of the backup on the target, as shown by `list`.
    path: String,
    /// Also read the backup in full on this computer.
    #[arg(long)]
    deep: bool,
    /// Target ID or name (default: the server's first target).
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let connected = args.connection.connect(Needs::Confirming, output).await?;
    let Args { path, deep, target, .. } = args;
    let work = |target_id| IntegrityJob { target_id, path, deep };
    let job = connected.run_on_target(target.as_deref(), work).await;
    connected.leave().await;
    let JobResult::Integrity(check) = ended::result(job?)? else { return Err(ended::without_result()) };
    let value = json!({
        "result": check.answer,
        "level": check.level,
        "state": check.state,
        "changed": check.changed,
        "attachments": check.attachments,
        "checkedAt": check.checked_at,
        "here": check.here,
    });
    output.result(&value, &format!("{}\n{}", check.file_name, words::check(&check)));
    Ok(ended::exit_of(&check))
}
