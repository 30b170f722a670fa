//! `nwdesk repair`

use desk_core::checks::IntegrityLevel;
use desk_core::error::EnvelopeDetail;
use desk_core::jobs::{JobResult, RepairJob, RepairResult, RepairedTarget};
use desk_core::server::Destination;
use secrecy::SecretString;

use super::ended;
use crate::connection::{Connected, Connection};
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::words::{self, plain};

/// Repair the server's backup settings from their portable part with the administrator's own key.
/// Then back up to each target that has a schedule and verify the backup. The master password is
/// required; the key never leaves this computer.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let (connected, password) = args.connection.connect_with_password(output).await?;
    let repaired = repair(&connected, &password, output).await;
    connected.leave().await;
    match repaired? {
        Some(repair) => Ok(tell(&repair, output)),
        None => {
            let value = serde_json::json!({"needed": false, "targets": [], "readableAgain": true});
            output.result(&value, "The server can open its backup settings. Nothing needs to be repaired.");
            Ok(Exit::Good)
        }
    }
}

/// The repair, or nothing when nothing needs it.
async fn repair(
    connected: &Connected,
    password: &SecretString,
    output: Output,
) -> Ended<Option<RepairResult>> {
    let desk = &connected.desk;
    let opened = match desk.opened().open_portable(password).await {
        Ok(opened) => opened,
        Err(error) if error.is(EnvelopeDetail::RepairNotNeeded) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let shared = desk.settings().shared_places(&opened.settings.destinations, &[])?;
    if !shared.is_empty() {
        output.remark(&words::shared(&shared));
    }
    let enabled = |destination: &&Destination| destination.schedule.enabled;
    let all = &opened.settings.destinations;
    let mut test: Vec<String> = all.iter().filter(enabled).map(|one| one.id.clone()).collect();
    if test.is_empty() {
        // Where nothing is scheduled, the first target proves the repair.
        test.extend(all.first().map(|one| one.id.clone()));
    }
    let handle = Some(opened.handle.clone());
    let job = connected.run(RepairJob { handle, after: opened.settings, test }).await;
    desk.opened().close_opened_settings(&opened.handle);
    match ended::result(job?)? {
        JobResult::Repair(repair) => Ok(Some(repair)),
        _ => Err(ended::without_result()),
    }
}

fn tell(repair: &RepairResult, output: Output) -> Exit {
    let mut text = String::from(match repair.readable_again {
        Some(true) => "The server can open its backup settings again.\n",
        Some(false) => "The settings were sent, but the server still cannot open them.\n",
        None => "The settings were sent, but the server could not be asked whether it can open them.\n",
    });
    for target in &repair.targets {
        text.push_str(&format!(
            "{} ({}): {}\n",
            plain(&target.name),
            plain(&target.host),
            plain(&standing(target))
        ));
    }
    let value = serde_json::json!({
        "needed": true,
        "readableAgain": repair.readable_again,
        "targets": repair.targets,
    });
    output.result(&value, &text);
    match (repair.readable_again, repair.targets.iter().all(is_proven)) {
        (Some(false), _) => Exit::NeedsRepair,
        (Some(true), true) => Exit::Good,
        // What is not known is not done.
        (Some(true), false) | (None, _) => Exit::Skipped,
    }
}

fn standing(target: &RepairedTarget) -> String {
    match (&target.backup, &target.error) {
        (Some(backup), _) if is_proven(target) => format!("{} made and verified", backup.file_name),
        (Some(backup), _) => format!("{} made, but not verified", backup.file_name),
        (None, Some(error)) => format!("the backup failed: {error}"),
        (None, None) if target.tested => "the backup was stopped".to_owned(),
        (None, None) => "restored; not tested because it has no schedule".to_owned(),
    }
}

fn is_proven(target: &RepairedTarget) -> bool {
    let check = target.backup.as_ref().and_then(|backup| backup.check.as_ref());
    !target.tested || check.is_some_and(|check| check.level == IntegrityLevel::Verified)
}
