//! `nwdesk backup`

use desk_core::desk::Work;
use desk_core::jobs::{BackupResult, JobResult};
use serde_json::json;

use super::ended;
use crate::connection::{Connection, Needs};
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::words::{self, plain};

#[derive(clap::Args)]
pub struct Args {
    /// The target's id or name; the server's first one when not given.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let connected = args.connection.connect(Needs::Confirming, output).await?;
    let job = match &args.target {
        Some(target) => {
            connected.run_on_target(Some(target), |id| Work::Backup { target_id: Some(id) }).await
        }
        None => connected.run(Work::Backup { target_id: None }).await,
    };
    connected.leave().await;
    match ended::result(job?)? {
        JobResult::Backup(made) => Ok(tell(&made, output)),
        _ => Err(ended::without_result()),
    }
}

fn tell(made: &BackupResult, output: Output) -> Exit {
    let read_back = match (&made.check, &made.check_error) {
        (Some(check), _) => words::check(check),
        (None, Some(error)) => format!("not read back: {}", plain(&error.to_string())),
        (None, None) => "not read back: it was stopped".to_owned(),
    };
    let size = words::bytes(made.file_size);
    let text = format!("{} ({size}) on {}\n{read_back}", plain(&made.file_name), plain(&made.target_name));
    let value = json!({
        "result": made.answer,
        "target": {"id": made.target_id, "name": made.target_name},
        "check": made.check,
        "checkError": made.check_error,
    });
    output.result(&value, &text);
    made.check.as_ref().map_or(Exit::Failed, ended::exit_of)
}
