//! `nwdesk unstage`

use std::path::PathBuf;
use std::sync::Arc;

use desk_core::jobs::{KeptReason, Outcome, RemovalPlan, Watch};
use desk_core::progress::Progress;
use desk_core::text::{Noun, count};
use serde_json::json;

use super::opened_target;
use crate::bars::Bar;
use crate::connection::{self, Connection};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::{password, words};

/// Remove files from a target that `restore --through-target` uploaded. Only files uploaded from
/// this computer are removed; files that newer backups need are kept. The target is accessed with
/// the settings in the ZIP, opened with --email and that administrator's master password.
#[derive(clap::Args)]
#[command(mut_group("whom", |group| group.required(false)))]
pub struct Args {
    /// Complete ZIP that was restored.
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
    /// Target ID or name.
    #[arg(long, value_name = "ID")]
    target: String,
    /// Accept plain http to it. This exposes its login to the network.
    #[arg(long)]
    target_over_http: bool,
    /// Remove without confirmation.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Files that a terminal lists; `--json` has them all.
const MOST_LINES: usize = 20;

pub async fn run(args: Args, output: Output) -> Ended {
    let connected = connection::without_server(output)?;
    let (email, password) = args.connection.account()?;
    let opened = opened_target::open(&connected.desk, &args.file, &email, &password).await?;
    let target = opened_target::named(&opened, &args.target)?;
    let (place, name) = (target.location.place(), args.file.file_name().unwrap_or_default());
    let staged = connected.desk.target_access().staged_zip(&place, &name.to_string_lossy())?;
    let bar = Arc::new(Bar::for_output(output, "the target"));
    let watch = Watch {
        progress: Arc::clone(&bar) as Arc<dyn Progress>,
        cancel: connected.stop.token(),
        ..Watch::silent()
    };
    let (desk, http) = (&connected.desk, args.target_over_http);
    let planning =
        desk.target_access().plan_staged_removal(&staged.id, &opened.handle, &target.id, http, &watch);
    let plan = done(bar.during(planning).await?)?;
    if !args.yes {
        if !output.is_json() {
            output.remark(&shown(&plan));
        }
        let asked = !output.is_json() && !plan.remove.is_empty();
        let typed = if asked {
            password::ask("Type remove to confirm".to_owned(), &connected.stop).await?
        } else {
            None
        };
        if typed.as_deref().map(str::trim) != Some("remove") {
            output.result(&json!({"removed": false, "plan": plan}), "Nothing was removed.");
            return Ok(Exit::Good);
        }
    }
    let removing = desk.target_access().remove_staged(&plan, &opened.handle, &target.id, http, &watch);
    let removed = done(bar.during(removing).await?)?;
    let text = format!(
        "{} removed from {} ({}).",
        count(removed.remove.len(), Noun::File),
        words::plain(&removed.target_name),
        words::bytes(removed.bytes)
    );
    output.result(&json!({"removed": true, "plan": removed}), &text);
    Ok(Exit::Good)
}

fn done(outcome: Outcome<RemovalPlan>) -> Ended<RemovalPlan> {
    match outcome {
        Outcome::Done(plan) => Ok(plan),
        Outcome::Stopped | Outcome::Unknown(_) => Err(Failure::Cancelled),
    }
}

fn shown(plan: &RemovalPlan) -> String {
    let mut text = format!(
        "This removes {} ({}) from {}:",
        count(plan.remove.len(), Noun::File),
        words::bytes(plan.bytes),
        words::plain(&plan.target_name)
    );
    for file in plan.remove.iter().take(MOST_LINES) {
        text.push_str(&format!("\n  {} ({})", words::plain(&file.path), words::bytes(file.bytes)));
    }
    if plan.remove.len() > MOST_LINES {
        text.push_str(&format!("\n  and {} more", plan.remove.len() - MOST_LINES));
    }
    let used = plan.keep.iter().filter(|kept| kept.reason == KeptReason::UsedByBackups).count();
    if used > 0 {
        text.push_str(&format!("\n{} kept because newer backups need them.", count(used, Noun::File)));
    }
    let changed = plan.keep.len() - used;
    if changed > 0 {
        text.push_str(&format!("\n{} kept because of changes since.", count(changed, Noun::File)));
    }
    text
}
