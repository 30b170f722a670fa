//! `nwdesk integrity`

use desk_core::jobs::{IntegrityJob, JobResult};
use serde_json::json;

use super::ended;
use crate::connection::{Connection, Needs};
use crate::exit::Ended;
use crate::output::Output;
use crate::words;

/// Check a backup on its target. Without --deep the server compares the hash in
/// the file's name; a name without a hash cannot be verified that way, which ends
/// with 1. With --deep, attachments that the backup lists and the target does not
/// have end with 5.
#[derive(clap::Args)]
pub struct Args {
    /// The backup's path below the target's root, as `list` shows it.
    path: String,
    /// Read the backup in full here as well.
    #[arg(long)]
    deep: bool,
    /// The target's id or name; the server's first one when not given.
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
