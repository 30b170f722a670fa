//! `nwdesk target`

pub mod place;
mod wording;

use std::path::PathBuf;

use clap::Subcommand;
use desk_core::jobs::{
    BackupJob, CopyTargetJob, Depth, ExamineTargetJob, HealAction, HealFrom, HealTargetJob, JobRecord,
    JobRequest, JobResult, JobState, LookAtTargetJob, VerifyTargetJob,
};
use serde_json::json;

use super::ended;
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::words::plain;
use place::{CopyPlace, Place, Reached};

/// Check, repair or copy a target's folder directly.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    work: Work,
}

#[derive(Subcommand)]
enum Work {
    /// List the backups in the folder.
    List(ListArgs),
    /// Check from where a target of the server can be reached, and why it does not work. Exits with
    /// 0 if it works, 1 if it does not.
    Look(LookArgs),
    /// Read every backup in full, and check that every attachment is there and unchanged. Exits
    /// with 0 if everything is good, 3 if something is damaged or has changed, 5 if attachments are
    /// missing or there is no backup.
    Verify(VerifyArgs),
    /// Compare backups, attachment index and attachments, and show what a restore of each backup
    /// would lose today. Exits with 0 if everything is good, 3 if something is damaged, 5 if
    /// something is missing or there is no backup.
    Doctor(DoctorArgs),
    /// Upload missing attachments and correct the attachment index, after confirmation. Nothing is
    /// deleted. Exits with 0 if everything is good afterwards, 5 if attachments are still missing.
    Heal(HealArgs),
    /// Copy what is missing in a second location. Nothing there is replaced.
    Copy(CopyArgs),
}

#[derive(clap::Args)]
struct ListArgs {
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct LookArgs {
    /// Check only from the server.
    #[arg(long)]
    server_only: bool,
    /// Count the attachments that the server's next run has to upload.
    #[arg(long, conflicts_with = "server_only")]
    bodies: bool,
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
    /// Read as many attachments as needed for a daily check to read all of them in DAYS days.
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
    /// Also upload what the server's next run would upload, so that the run needs only a few
    /// subrequests.
    #[arg(long, requires = "from_server")]
    new: bool,
    /// Take missing attachments from a complete backup.
    #[arg(long, value_name = "FILE.zip")]
    from_zip: Vec<PathBuf>,
    /// Take missing attachments from a folder: a copy of a target or an unpacked backup.
    #[arg(long, value_name = "DIR")]
    from_folder: Vec<PathBuf>,
    /// Have the server back up to this target afterwards, and verify that backup.
    #[arg(long)]
    backup: bool,
    /// Do not ask for confirmation.
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
        Work::Look(args) => look(args, output).await,
        Work::Verify(args) => verify(args, output).await,
        Work::Doctor(args) => doctor(args, output).await,
        Work::Heal(args) => heal(args, output).await,
        Work::Copy(args) => copy(args, output).await,
    }
}

async fn list(args: ListArgs, output: Output) -> Ended {
    let reached = args.place.reach(false, output).await?;
    let folder = reached.desk.jobs().target_folder(reached.target.clone());
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

/// Runs a job to its end, and ends what signing in began.
async fn result_of(reached: &Reached, work: impl Into<JobRequest>) -> Ended<JobResult> {
    let job = reached.run(work).await;
    reached.leave().await;
    ended::result(job?)
}

async fn doctor(args: DoctorArgs, output: Output) -> Ended {
    let reached = args.place.reach(false, output).await?;
    let work = ExamineTargetJob { target: reached.target.clone() };
    let JobResult::ExamineTarget(found) = result_of(&reached, work).await? else {
        return Err(ended::without_result());
    };
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

async fn look(args: LookArgs, output: Output) -> Ended {
    let reached = args.place.reach(true, output).await?;
    let Some(target_id) = reached.target_id() else {
        reached.leave().await;
        return Err(Failure::usage(
            "Only a server's target can be checked from both sides.",
            "Add --target.",
        ));
    };
    let here = (!args.server_only).then(|| reached.target.clone());
    let work = LookAtTargetJob { target_id, here, bodies: args.bodies };
    let JobResult::LookAtTarget(found) = result_of(&reached, work).await? else {
        return Err(ended::without_result());
    };
    output.result(&found, &wording::look(&found));
    Ok(if found.cause.is_none() { Exit::Good } else { Exit::Failed })
}

async fn verify(args: VerifyArgs, output: Output) -> Ended {
    let depth = match (args.deep, args.rotate) {
        (true, _) => Depth::Everything,
        (false, Some(days)) => Depth::Rotating { days },
        (false, None) => Depth::Listing,
    };
    let reached = args.place.reach(false, output).await?;
    let work = VerifyTargetJob { target: reached.target.clone(), depth };
    let JobResult::VerifyTarget(found) = result_of(&reached, work).await? else {
        return Err(ended::without_result());
    };
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
    let zips = args.from_zip.iter().map(|zip| HealFrom::Zip { zip: zip.into() });
    let folders = args.from_folder.iter().map(|folder| HealFrom::Folder { folder: folder.into() });
    let mut sources: Vec<HealFrom> = zips.chain(folders).collect();
    if args.from_server {
        sources.push(HealFrom::Server { new_bodies: args.new });
    }
    let plan = reached.plan(&sources, output).await?;
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
                "The repair changes the target and was not confirmed.",
                "Run nwdesk target doctor first, then use --yes.",
            ));
        }
        let question = "Continue? (yes/no)".to_owned();
        let answer = crate::password::ask(question, &reached.stop).await?;
        if answer.as_deref() != Some("yes") {
            return Err(Failure::usage(
                "Nothing was changed, because you did not confirm.",
                "Type yes, or use --yes.",
            ));
        }
    }
    let mut value = json!({"uploaded": [], "stillMissing": [], "indexWritten": false});
    let mut text = String::new();
    let mut exit = Exit::Good;
    if !is_empty || plan.index == HealAction::Write {
        let work = HealTargetJob { target: reached.target.clone(), sources, plan: plan.fingerprint };
        let job = reached.run(work).await?;
        let was_stopped = job.state == JobState::Cancelled;
        // What was done is shown however it ended.
        let healed = match (job.result, job.error) {
            (Some(JobResult::HealTarget(healed)), _) => healed,
            (_, Some(error)) => return Err(error.into()),
            _ if was_stopped => return Err(Failure::Cancelled),
            _ => return Err(ended::without_result()),
        };
        exit = match (&healed.error, healed.still_missing.is_empty()) {
            _ if was_stopped => Exit::Cancelled,
            (Some(_), _) => Exit::Failed,
            (None, false) => Exit::Skipped,
            (None, true) => Exit::Good,
        };
        text.push_str(&wording::healed(&healed));
        value = json!(healed);
    }
    if args.backup && !matches!(exit, Exit::Failed | Exit::Cancelled) {
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
            "Use --profile and --target, or --server, --email and --target.",
        ));
    };
    let work = BackupJob { target_id: Some(target_id) };
    reached.run(work).await
}

async fn copy(args: CopyArgs, output: Output) -> Ended {
    let reached = args.place.reach(false, output).await?;
    let job = match args.to.choice(&reached).await {
        Ok(to) => reached.run(CopyTargetJob { from: reached.target.clone(), to }).await,
        Err(failure) => Err(failure),
    };
    reached.leave().await;
    let job = job?;
    let was_stopped = job.state == JobState::Cancelled;
    let copied = match (job.result, job.error) {
        (Some(JobResult::CopyTarget(copied)), _) => copied,
        (_, Some(error)) => return Err(error.into()),
        _ if was_stopped => return Err(Failure::Cancelled),
        _ => return Err(ended::without_result()),
    };
    output.result(&copied, &wording::copied(&copied));
    Ok(if was_stopped {
        Exit::Cancelled
    } else if copied.error.is_some() || !copied.failed.is_empty() {
        Exit::Failed
    } else if copied.conflicts.is_empty() {
        Exit::Good
    } else {
        Exit::Damaged
    })
}
