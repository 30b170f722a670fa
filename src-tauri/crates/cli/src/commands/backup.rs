//! `nwdesk backup`

use desk_core::error::TargetDetail;
use desk_core::jobs::{BackupJob, BackupResult, JobResult};
use desk_core::text::{self, Noun};
use serde_json::{Value, json};

use super::{desk_target, ended};
use crate::connection::{Connected, MaybeConnection, Needs};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::words::{self, plain};

#[derive(clap::Args)]
pub struct Args {
    /// Target ID or name (default: the server's first target).
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Back up to all targets, one after another. If one fails, the others still run, and the exit
    /// code is that of the first problem.
    #[arg(long, conflicts_with = "target")]
    all_targets: bool,
    /// Desk target name: this computer makes the backup, with the profile of the desk target. Exits
    /// with 0 if the backup is complete, 5 if attachments are missing.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["target", "all_targets", "server", "profile"])]
    desk_target: Option<String>,
    #[command(flatten)]
    connection: MaybeConnection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    if let Some(name) = &args.desk_target {
        return desk_target::back_up(name, &args.connection, output).await;
    }
    let connected = args.connection.needed()?.connect(Needs::Confirming, output).await?;
    if args.all_targets {
        let made = all(&connected, output).await;
        connected.leave().await;
        return made;
    }
    let job = match &args.target {
        Some(target) => connected.run_on_target(Some(target), |id| BackupJob { target_id: Some(id) }).await,
        None => connected.run(BackupJob { target_id: None }).await,
    };
    connected.leave().await;
    match ended::result(job?)? {
        JobResult::Backup(made) => Ok(tell(&made, output)),
        _ => Err(ended::without_result()),
    }
}

/// Backs up to each target in turn: the server makes one backup at a time.
async fn all(connected: &Connected, output: Output) -> Ended {
    let targets = connected.targets().await?;
    if targets.is_empty() {
        return Err(TargetDetail::NoTarget.error().into());
    }
    let (mut results, mut lines, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for target in &targets {
        let work = BackupJob { target_id: Some(target.id.clone()) };
        let made = match connected.run(work).await.and_then(ended::result) {
            Ok(JobResult::Backup(made)) => Ok(made),
            Ok(_) => Err(ended::without_result()),
            Err(failure) => Err(failure),
        };
        match made {
            Ok(made) => {
                results.push(value(&made));
                lines.push(words_of(&made));
                ends.push(exit_of(&made));
            }
            Err(Failure::Told { error, exit }) => {
                results.push(json!({"target": {"id": target.id, "name": target.name}, "error": error}));
                lines.push(format!("failed on {}: {}", plain(&target.name), plain(&error.to_string())));
                ends.push(exit);
            }
            // Whoever stops one stops the rest.
            Err(Failure::Cancelled) => return Err(Failure::Cancelled),
        }
    }
    let good = ends.iter().filter(|exit| **exit == Exit::Good).count();
    lines.push(format!("{good} of {} backed up and verified", text::count(targets.len(), Noun::Target)));
    output.result(&json!({"result": results}), &lines.join("\n"));
    Ok(ends.into_iter().find(|exit| *exit != Exit::Good).unwrap_or(Exit::Good))
}

fn tell(made: &BackupResult, output: Output) -> Exit {
    output.result(&value(made), &words_of(made));
    exit_of(made)
}

fn exit_of(made: &BackupResult) -> Exit {
    made.check.as_ref().map_or(Exit::Failed, ended::exit_of)
}

fn words_of(made: &BackupResult) -> String {
    let read_back = match (&made.check, &made.check_error) {
        (Some(check), _) => words::check(check),
        (None, Some(error)) => format!("not read back: {}", plain(&error.to_string())),
        (None, None) => "not read back: stopped".to_owned(),
    };
    let size = words::bytes(made.file_size);
    format!("{} ({size}) on {}\n{read_back}", plain(&made.file_name), plain(&made.target_name))
}

fn value(made: &BackupResult) -> Value {
    json!({
        "result": made.answer,
        "target": {"id": made.target_id, "name": made.target_name},
        "check": made.check,
        "checkError": made.check_error,
    })
}
