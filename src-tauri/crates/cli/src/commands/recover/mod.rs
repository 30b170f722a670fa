//! `nwdesk recover`

mod step_commands;

use clap::Subcommand;
use desk_core::Error;
use desk_core::app::Desk;
use desk_core::granted::AllGranted;
use desk_core::incidents::{CaseSubject, FindingStep, PlaybookPath, RecoveryCase, Step, StepKind, StepState};
use desk_core::jobs::{Outcome, Watch};
use desk_core::server::{Destination, Profile};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::places::CopyPlaces;
use crate::bars::Bar;
use crate::connection::{Connection, Looked};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::words;
use step_commands::StepCommands;

/// Recover from a problem that `nwdesk diagnose` found. A recovery has steps, and each step is done
/// when its proof exists: the commands that you run with the same profile are the proof. The app
/// shows the same recovery. You can leave at any time and continue later.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Start a recovery from a problem.
    Start(StartArgs),
    /// Show the steps, their proof, and the command of the next step.
    Show(ShowArgs),
    /// Confirm that a step is done, or continue without its proof.
    Confirm(ConfirmArgs),
    /// Look for copies of the missing attachments in the known ZIPs on this computer, and in more
    /// places.
    Copies(CopiesArgs),
    /// Turn off retention of the target, so that the next backup deletes no older one.
    KeepBackups(ShowArgs),
    /// End the recovery with a report. Exits with 0 if every step is done, 5 if not.
    Finish(FinishArgs),
    /// Cancel the recovery. What was done stays done.
    Cancel(ShowArgs),
}

#[derive(clap::Args)]
struct StartArgs {
    /// Recovery to start: have-old-secret, no-old-secret, repair-only, suspicious-backup,
    /// deleted-folder, skipped-attachments, target-stopped or subrequest-limit (default: the one
    /// for the first problem found).
    #[arg(value_parser = parsed::<PlaybookPath>)]
    recovery: Option<PlaybookPath>,
    /// Target ID or name, if several targets have the problem.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

#[derive(clap::Args)]
struct ShowArgs {
    #[command(flatten)]
    connection: Connection,
}

#[derive(clap::Args)]
struct FinishArgs {
    /// End it even if steps are not done.
    #[arg(long)]
    early: bool,
    #[command(flatten)]
    connection: Connection,
}

#[derive(clap::Args)]
struct ConfirmArgs {
    /// Name of the step, as shown by `show`.
    #[arg(value_parser = parsed::<StepKind>)]
    step: StepKind,
    #[command(flatten)]
    connection: Connection,
}

#[derive(clap::Args)]
struct CopiesArgs {
    #[command(flatten)]
    places: CopyPlaces,
    #[command(flatten)]
    connection: Connection,
}

/// A name as it is written in JSON.
fn parsed<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(json!(name))
        .map_err(|_| "unknown name; --help says which names there are".to_owned())
}

pub async fn run(args: Args, output: Output) -> Ended {
    match args.action {
        Action::Start(args) => start(args, output).await,
        Action::Show(args) => {
            let (looked, case) = open(&args.connection).await?;
            let case = refreshed(&looked, case.id).await?;
            Ok(shown(&looked.profile, &case, looked.refused.as_ref(), output))
        }
        Action::Confirm(args) => {
            let (looked, case) = open(&args.connection).await?;
            let confirming = looked.desk.recovery().confirm_step(case.id, args.step);
            let case = looked.stop.or(async { Ok(confirming.await?) }).await?;
            Ok(shown(&looked.profile, &case, looked.refused.as_ref(), output))
        }
        Action::Copies(args) => copies(args, output).await,
        Action::KeepBackups(args) => keep_backups(args, output).await,
        Action::Finish(args) => {
            let (looked, case) = open(&args.connection).await?;
            let case = refreshed(&looked, case.id).await?;
            if !args.early && case.steps.iter().any(|step| step.state != StepState::Done) {
                return Err(Failure::usage(
                    "Some steps are not done.",
                    "Continue with `nwdesk recover show`, or end the recovery as it is with --early.",
                )
                .with_exit(Exit::Skipped));
            }
            let closing = looked.desk.recovery().close_case(case.id);
            let report = looked.stop.or(async { Ok(closing.await?) }).await?;
            output.result(&json!({ "report": report }), &words::recovery_report(&report));
            Ok(if report.complete { Exit::Good } else { Exit::Skipped })
        }
        Action::Cancel(args) => {
            let (looked, case) = open(&args.connection).await?;
            looked.desk.recovery().abandon_case(case.id)?;
            output.result(
                &json!({ "cancelled": true }),
                "The recovery was cancelled. What was done stays done.",
            );
            Ok(Exit::Good)
        }
    }
}

async fn start(args: StartArgs, output: Output) -> Ended {
    let looked = of_profile(&args.connection).await?;
    let (desk, profile) = (&looked.desk, &looked.profile);
    if desk.recovery().recovery_case(&profile.id)?.is_some() {
        return Err(Failure::usage(
            "A recovery is already in progress for this profile.",
            "Continue it with `nwdesk recover show`, or cancel it with `nwdesk recover cancel`.",
        )
        .with_exit(Exit::Failed));
    }
    let found = looked.stop.or(async { Ok(desk.findings(Some(&profile.id)).await?) }).await?;
    let offered = found.findings.iter().flat_map(|finding| &finding.next).filter_map(|step| match step {
        FindingStep::Playbook { playbook, subject } => Some((*playbook, subject)),
        FindingStep::Overview | FindingStep::Backups { .. } => None,
    });
    let offered = offered
        .filter(|(playbook, _)| {
            args.recovery.map_or(!playbook.paths().is_empty(), |path| path.playbook() == *playbook)
        })
        .find(|(_, subject)| args.target.as_deref().is_none_or(|named| is_about(subject, named)));
    let Some((playbook, subject)) = offered else {
        // What could not be checked is no all-clear.
        if let Some(error) = looked.refused.clone().or_else(|| found.error.clone()) {
            return Err(error.into());
        }
        return Err(Failure::usage(
            "No problem was found that this recovery is for.",
            "Run `nwdesk diagnose` to see what was found.",
        )
        .with_exit(Exit::Failed));
    };
    let path = match (args.recovery, playbook.paths().as_slice()) {
        (Some(path), _) => path,
        (None, [path]) => *path,
        (None, _) => {
            return Err(Failure::usage(
                "There is more than one way to recover from this problem.",
                "Start have-old-secret if the previous JWT_SECRET may still be found, or no-old-secret if not.",
            ));
        }
    };
    let beginning = desk.recovery().begin_recovery(&profile.id, path, subject);
    let case = looked.stop.or(async { Ok(beginning.await?) }).await?;
    Ok(shown(profile, &case, looked.refused.as_ref(), output))
}

fn is_about(subject: &CaseSubject, named: &str) -> bool {
    match subject {
        CaseSubject::Target { target_id, target_name }
        | CaseSubject::Backup { target_id, target_name, .. } => target_id == named || target_name == named,
        CaseSubject::Server | CaseSubject::Restore { .. } => false,
    }
}

async fn copies(args: CopiesArgs, output: Output) -> Ended {
    let (looked, case) = open(&args.connection).await?;
    let places = args.places.opened(&looked.desk, &args.connection).await?;
    let watch = Watch { cancel: looked.stop.token(), ..Watch::silent() };
    let bar = Bar::for_output(output, "reading ZIPs on this computer");
    let searching = looked.desk.restores().find_case_copies(case.id, places, &AllGranted, &watch);
    let Outcome::Done(search) = bar.during(searching).await? else { return Err(Failure::Cancelled) };
    let case = refreshed(&looked, case.id).await?;
    let text = format!("{}\n{}", words::copy_search(&search).join("\n"), text(&looked.profile, &case));
    output.result(&json!({ "recovery": case, "search": search }), &text);
    Ok(Exit::Good)
}

async fn keep_backups(args: ShowArgs, output: Output) -> Ended {
    args.connection.saved_profile()?;
    let (connected, password) = args.connection.connect_with_password(output).await?;
    let (desk, profile) = (&connected.desk, &connected.signed.profile);
    let case = case_of(desk, profile)?;
    connected.confirm(&password).await?;
    let turning_off = async {
        let before = desk.settings().backup_settings().await?;
        let mut after = before.clone();
        let of_case = |one: &&mut Destination| Some(one.id.as_str()) == case.subject.target_id();
        if let Some(target) = after.destinations.iter_mut().find(of_case) {
            target.schedule.retention_count = None;
            desk.settings().save_backup_settings(&before, &after).await?;
        }
        let recovery = desk.recovery();
        let now = recovery.refresh_case(case.id).await?;
        let is_open = |step: &Step| step.kind == StepKind::KeepBackups && step.state != StepState::Done;
        Ok(if now.steps.iter().any(is_open) {
            recovery.confirm_step(case.id, StepKind::KeepBackups).await?
        } else {
            now
        })
    };
    let case = connected.stop.or(turning_off).await?;
    Ok(shown(profile, &case, None, output))
}

/// The profile that is named, with someone signed in if that is possible.
async fn of_profile(connection: &Connection) -> Ended<Looked> {
    Connection::look_at_profile(connection.saved_profile()?).await
}

/// The profile's recovery.
async fn open(connection: &Connection) -> Ended<(Looked, RecoveryCase)> {
    let looked = of_profile(connection).await?;
    let case = case_of(&looked.desk, &looked.profile)?;
    Ok((looked, case))
}

fn case_of(desk: &Desk, profile: &Profile) -> Ended<RecoveryCase> {
    desk.recovery().recovery_case(&profile.id)?.ok_or_else(|| {
        Failure::usage(
            "No recovery is in progress for this profile.",
            "Run `nwdesk diagnose` to find problems, and start a recovery with `nwdesk recover start`.",
        )
        .with_exit(Exit::Failed)
    })
}

async fn refreshed(looked: &Looked, id: i64) -> Ended<RecoveryCase> {
    looked.stop.or(async { Ok(looked.desk.recovery().refresh_case(id).await?) }).await
}

/// Shows the recovery; `refused` is why the server could not be signed in to.
fn shown(profile: &Profile, case: &RecoveryCase, refused: Option<&Error>, output: Output) -> Exit {
    let mut text = text(profile, case);
    if let Some(error) = refused {
        text.push_str(&words::not_checked(error));
    }
    output.result(&json!({ "recovery": case, "error": refused }), &text);
    Exit::Good
}

fn text(profile: &Profile, case: &RecoveryCase) -> String {
    let commands = StepCommands { profile, case };
    words::recovery(case, |step| commands.of(step), &commands.confirm())
}
