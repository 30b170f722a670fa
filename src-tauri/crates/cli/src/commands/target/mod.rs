//! `nwdesk target`

mod place;
mod wording;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use desk_core::app::HealFrom;
use desk_core::jobs::{BackupJob, Depth, HealAction, JobRecord, JobState, Outcome, Watch};
use serde_json::json;

use crate::bars::Bar;
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::words::plain;
use place::{CopyPlace, Place, Reached};

/// Work on a target's folder directly: check it, put back what is missing, copy it.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    work: Work,
}

#[derive(Subcommand)]
enum Work {
    /// List the backups in the folder.
    List(ListArgs),
    /// Read every backup in full, and see that every attachment is there and unchanged. Ends with 0
    /// when all is good, 3 when something is damaged or changed, 5 when attachments are missing.
    Verify(VerifyArgs),
    /// Compare backups, attachment index and attachments, and say what restoring each backup today
    /// would lose. Ends with 0 when all is good, 3 when something is damaged, 5 when something is missing.
    Doctor(DoctorArgs),
    /// Put back missing attachments and correct the attachment index, after a confirmation. Nothing is
    /// deleted. Ends with 0 when all is good afterwards, 5 when attachments are still missing.
    Heal(HealArgs),
    /// Copy what a second place lacks. Nothing there is replaced.
    Copy(CopyArgs),
}

#[derive(clap::Args)]
struct ListArgs {
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct DoctorArgs {
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct VerifyArgs {
    /// Read every attachment in full.
    #[arg(long)]
    deep: bool,
    /// Read so many attachments that a check each day reads all of them in DAYS days.
    #[arg(long, value_name = "DAYS", conflicts_with = "deep", value_parser = clap::value_parser!(u32).range(1..=366))]
    rotate: Option<u32>,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct HealArgs {
    /// Take missing attachments from the server.
    #[arg(long)]
    from_server: bool,
    /// Take missing attachments from a complete backup.
    #[arg(long, value_name = "FILE.zip")]
    from_zip: Vec<PathBuf>,
    /// Take missing attachments from a folder: a copy of a target, or an unpacked backup.
    #[arg(long, value_name = "DIR")]
    from_folder: Vec<PathBuf>,
    /// Let the server back up to this target afterwards, and verify that backup.
    #[arg(long)]
    backup: bool,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct CopyArgs {
    #[command(flatten)]
    to: CopyPlace,
    #[command(flatten)]
    place: Place,
}

pub async fn run(args: Args, output: Output) -> Ended {
    match args.work {
        Work::List(args) => list(args, output).await,
        Work::Verify(args) => verify(args, output).await,
        Work::Doctor(args) => doctor(args, output).await,
        Work::Heal(args) => heal(args, output).await,
        Work::Copy(args) => copy(args, output).await,
    }
}

/// Runs work that reports to a bar, and ends what signing in began.
async fn during<T>(
    reached: &Reached,
    output: Output,
    work: impl AsyncFnOnce(Watch) -> desk_core::Result<Outcome<T>>,
) -> Ended<T> {
    let bar = Arc::new(Bar::for_output(output, "the target"));
    let progress = Arc::clone(&bar);
    let watch = Watch { progress, cancel: reached.stop.token(), ..Watch::silent() };
    match bar.during(work(watch)).await? {
        Outcome::Done(value) => Ok(value),
        Outcome::Stopped | Outcome::Unknown(_) => Err(Failure::Cancelled),
    }
}

async fn list(args: ListArgs, output: Output) -> Ended {
    let reached = args.place.reach(false, output).await?;
    let folder = reached.desk.target_access().target_folder(&reached.target);
    let listed = match folder {
        Ok(folder) => reached.stop.or(async { Ok(folder.list("").await?) }).await,
        Err(error) => Err(error.into()),
    };
    reached.leave().await;
    let mut items = listed?;
    items.retain(|item| !item.is_directory && desk_core::targets::is_backup_name(&item.name));
    items.sort_by(|one, other| other.name.cmp(&one.name));
    output.result(&json!({"backups": items}), &wording::list(&items));
    Ok(Exit::Good)
}

async fn doctor(args: DoctorArgs, output: Output) -> Ended {
    let reached = args.place.reach(false, output).await?;
    let work =
        async |watch: Watch| reached.desk.target_access().examine_target(&reached.target, &watch).await;
    let found = during(&reached, output, work).await;
    reached.leave().await;
    let found = found?;
    output.result(&found, &wording::doctor(&found));
    Ok(if found.is_damaged() {
        Exit::Damaged
    } else if found.is_missing_something() {
        Exit::Skipped
    } else if found.is_good() {
        Exit::Good
    } else {
        Exit::Failed
    })
}

async fn verify(args: VerifyArgs, output: Output) -> Ended {
    let depth = match (args.deep, args.rotate) {
        (true, _) => Depth::Everything,
        (false, Some(days)) => Depth::Rotating { days },
        (false, None) => Depth::Listing,
    };
    let reached = args.place.reach(false, output).await?;
    let work =
        async |watch: Watch| reached.desk.target_access().verify_target(&reached.target, depth, &watch).await;
    let found = during(&reached, output, work).await;
    reached.leave().await;
    let found = found?;
    output.result(&found, &wording::verify(&found));
    Ok(if found.is_damaged() {
        Exit::Damaged
    } else if found.is_missing_something() {
        Exit::Skipped
    } else if found.is_unsure() {
        Exit::Failed
    } else {
        Exit::Good
    })
}

async fn heal(args: HealArgs, output: Output) -> Ended {
    let reached = args.place.reach(args.from_server || args.backup, output).await?;
    let healed = heal_at(&args, &reached, output).await;
    reached.leave().await;
    healed
}

async fn heal_at(args: &HealArgs, reached: &Reached, output: Output) -> Ended {
    let mut sources: Vec<HealFrom> = args.from_zip.iter().cloned().map(HealFrom::Zip).collect();
    sources.extend(args.from_folder.iter().cloned().map(HealFrom::Folder));
    if args.from_server {
        sources.push(HealFrom::Server);
    }
    let planning =
        async |watch: Watch| reached.desk.target_access().plan_heal(&reached.target, &sources, &watch).await;
    let plan = during(reached, output, planning).await?;
    let is_empty = plan.is_empty();
    if is_empty && !args.backup {
        let missing = plan.bodies.len();
        let value = json!({"uploaded": [], "stillMissing": plan.bodies, "indexWritten": false, "plan": plan});
        output.result(&value, &wording::nothing_to_heal(&plan));
        return Ok(if missing == 0 { Exit::Good } else { Exit::Skipped });
    }
    if !args.yes {
        output.remark(&wording::plan(&plan));
        if output.is_json() {
            return Err(Failure::usage(
                "Healing changes the target and was not confirmed.",
                "Look at nwdesk target doctor first, then give --yes.",
            ));
        }
        let question = "Do this? (yes/no)".to_owned();
        let answer = crate::password::ask(question, &reached.stop).await?;
        if answer.as_deref() != Some("yes") {
            return Err(Failure::usage(
                "Nothing was changed: it was not confirmed.",
                "Answer yes, or give --yes.",
            ));
        }
    }
    let mut value = json!({"uploaded": [], "stillMissing": [], "indexWritten": false});
    let mut text = String::new();
    let mut exit = Exit::Good;
    if !is_empty || plan.index == HealAction::Write {
        let healing = async |watch: Watch| {
            reached.desk.target_access().heal_target(&reached.target, &sources, &watch).await
        };
        let healed = during(reached, output, healing).await?;
        exit = match (&healed.error, healed.still_missing.is_empty()) {
            (Some(_), _) => Exit::Failed,
            (None, false) => Exit::Skipped,
            (None, true) => Exit::Good,
        };
        text.push_str(&wording::healed(&healed));
        value = json!(healed);
    }
    if args.backup && exit != Exit::Failed {
        let job = backup(reached).await?;
        if job.state != JobState::Succeeded {
            exit = Exit::Failed;
        }
        let name = plain(&job.subject);
        text.push_str(&if job.state == JobState::Succeeded {
            format!("Backed up to {name} and verified.\n")
        } else {
            format!("The backup to {name} did not succeed; see its record.\n")
        });
        value["backup"] = json!(job.result);
        value["backupError"] = json!(job.error);
    }
    output.result(&value, &text);
    Ok(exit)
}

async fn backup(reached: &Reached) -> Ended<JobRecord> {
    let Some(target_id) = reached.target_id() else {
        return Err(Failure::usage(
            "A backup needs the server that backs up to this target.",
            "Give --profile and --target, or --server, --email and --target.",
        ));
    };
    let work = BackupJob { target_id: Some(target_id) };
    Ok(reached.desk.jobs().run(work, reached.stop.token()).await?)
}

async fn copy(args: CopyArgs, output: Output) -> Ended {
    let reached = args.place.reach(false, output).await?;
    let copied = async {
        let to = args.to.choice(&reached)?;
        let work =
            async |watch: Watch| reached.desk.target_access().copy_target(&reached.target, &to, &watch).await;
        during(&reached, output, work).await
    };
    let copied = copied.await;
    reached.leave().await;
    let copied = copied?;
    output.result(&copied, &wording::copied(&copied));
    Ok(if copied.error.is_some() || !copied.failed.is_empty() {
        Exit::Failed
    } else if copied.conflicts.is_empty() {
        Exit::Good
    } else {
        Exit::Damaged
    })
}
