//! `nwdesk download`

use std::path::PathBuf;

use desk_core::desk::Work;
use desk_core::jobs::JobResult;
use serde_json::json;

use super::ended;
use crate::connection::{Connection, Needs};
use crate::exit::Ended;
use crate::output::Output;
use crate::words;

/// Download a backup and check it in full. A damaged one is kept all the same,
/// as it may be the only one, and the command ends with 3.
#[derive(clap::Args)]
pub struct Args {
    /// The backup's path below the target's root, as `list` shows it.
    path: String,
    /// The folder to put it into.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// The target's id or name; the server's first one when not given.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let connected = args.connection.connect(Needs::Confirming, output).await?;
    let Args { path, to: folder, target, .. } = args;
    let work = |target_id| Work::Download { target_id, path, folder };
    let job = connected.run_on_target(target.as_deref(), work).await;
    connected.leave().await;
    let JobResult::Download(download) = ended::result(job?)? else { return Err(ended::without_result()) };
    let text = format!("{}\n{}", words::plain(&download.saved_to), words::check(&download.check));
    output.result(&json!({"result": download}), &text);
    Ok(ended::exit_of(&download.check))
}
