//! `nwdesk restore`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use desk_core::Error;
use desk_core::error::JobDetail;
use desk_core::jobs::{
    AnotherServer, JobResult, Outcome, RestorePlan, RestoreResult, RestoreSource, SafetyCopyChoice,
    StagingJob, StagingResult, Watch,
};
use desk_core::progress::Progress;
use desk_core::text::{Noun, count, verb};
use serde_json::json;

use super::{decrypt, ended, opened_target};
use crate::bars::Bar;
use crate::connection::{Connected, Connection, Needs};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::{password, words};

/// Restore a backup from a file or a target. The file is inspected first, and nothing is sent if
/// the server would refuse it. Afterwards, all sessions have ended, and the server's backup
/// settings need repair.
#[derive(clap::Args)]
#[group(id = "what", required = true, multiple = false, args = ["file", "remote"])]
pub struct Args {
    /// Backup ZIP on this computer.
    #[arg(value_name = "FILE.zip")]
    file: Option<PathBuf>,
    /// Path of a backup on a target, as shown by `list`.
    #[arg(long, value_name = "PATH")]
    remote: Option<String>,
    /// Target ID or name (default: the server's first target).
    #[arg(long, value_name = "TARGET", requires = "remote")]
    target: Option<String>,
    /// Upload a complete ZIP that exceeds the server's limits to this target (ID or name) first,
    /// and restore it from there. The target is accessed from this computer with the settings in
    /// the ZIP.
    #[arg(long, value_name = "ID", requires = "file", conflicts_with = "passphrase_file")]
    through_target: Option<String>,
    /// Accept plain http to that target. This exposes its login and the backup to the network.
    #[arg(long, requires = "through_target")]
    target_over_http: bool,
    /// Only show what the restore would do. Nothing is changed or recorded in the server's log.
    /// Exits with 4 if the server would refuse the backup, 3 if it is damaged.
    #[arg(long, conflicts_with_all = ["through_target", "replace", "yes"])]
    plan: bool,
    /// Replace the data on the server.
    #[arg(long)]
    replace: bool,
    /// Restore even if the archive is damaged or does not match its name.
    #[arg(long)]
    accept_mismatch: bool,
    /// Make no safety copy of the server's data. The record notes this.
    #[arg(long, requires = "replace", conflicts_with = "complete_safety_copy")]
    no_safety_copy: bool,
    /// Make a complete safety copy of the server's data, including attachments. Otherwise the copy
    /// does not include attachment contents.
    #[arg(long, requires = "replace")]
    complete_safety_copy: bool,
    /// For experts: restore even if no one could manage the server afterwards. PHRASE is shown in
    /// the refusal.
    #[arg(long, value_name = "PHRASE")]
    override_lockout: Option<String>,
    /// File with the passphrase of an encrypted export on its first line.
    #[arg(long, value_name = "F")]
    passphrase_file: Option<PathBuf>,
    /// Do not ask for confirmation, even on a terminal.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let file = args.file.as_deref().map(full_path).transpose()?;
    if let (Some(target), Some(file)) = (&args.through_target, &file) {
        return through_target(&args, target, Path::new(file), output).await;
    }
    let connected = args.connection.connect(Needs::Confirming, output).await?;
    let exit = async {
        let (file, _decrypted) = match file {
            Some(file) => {
                let passphrase = args.passphrase_file.as_deref();
                let (file, folder) = decrypt::readable(file.into(), passphrase, &connected.stop).await?;
                (Some(file.to_string_lossy().into_owned()), folder)
            }
            None => (None, None),
        };
        let source = match (file, &args.remote) {
            (Some(path), _) => RestoreSource::Local { path },
            (None, Some(path)) => {
                let target_id = connected.target_id(args.target.as_deref()).await?;
                RestoreSource::Remote { target_id, path: path.clone() }
            }
            (None, None) => return Err(Failure::usage("Nothing to restore.", "Specify a file or --remote.")),
        };
        if args.plan {
            return plan_only(&args, &source, &connected, output).await;
        }
        let restored = restore(&args, source, &connected, output).await?;
        tell(&restored, None, output);
        Ok(exit_of(&restored))
    };
    let exit = exit.await;
    connected.leave().await;
    exit
}

/// Plans the restore and shows the plan.
async fn plan_only(args: &Args, source: &RestoreSource, connected: &Connected, output: Output) -> Ended {
    let plan = planned(source, connected, output).await?;
    refuse(&plan, args)?;
    let server = plan.confirm_with.clone().unwrap_or_else(|| connected.signed.profile.name.clone());
    output.result(&json!({ "plan": plan }), &words::plan(&plan, &server).join("\n"));
    Ok(Exit::Good)
}

async fn planned(source: &RestoreSource, connected: &Connected, output: Output) -> Ended<RestorePlan> {
    let bar = Arc::new(Bar::for_output(output, "the server"));
    done(bar.during(connected.desk.restores().plan_restore(source, &watch(&bar, connected))).await?)
}

fn watch(bar: &Arc<Bar>, connected: &Connected) -> Watch {
    let progress = Arc::clone(bar) as Arc<dyn Progress>;
    Watch { progress, cancel: connected.stop.token(), ..Watch::silent() }
}

fn exit_of(restored: &RestoreResult) -> Exit {
    match (restored.missing.is_empty(), restored.skipped_count) {
        (false, _) => Exit::Failed,
        (true, 0) => Exit::Good,
        (true, _) => Exit::Skipped,
    }
}

/// Puts the ZIP on the target, then restores it from there.
async fn through_target(args: &Args, target: &str, file: &Path, output: Output) -> Ended {
    let (connected, password) = args.connection.connect_with_password(output).await?;
    let restored = async {
        connected.confirm(&password).await?;
        let email = connected.signed.profile.email.clone();
        let opened = opened_target::open(&connected.desk, file, &email, &password).await?;
        let job = StagingJob {
            file: file.into(),
            destination_id: opened_target::named(&opened, target)?.id.clone(),
            handle: opened.handle,
            http_accepted: args.target_over_http,
        };
        let JobResult::Staging(staged) = ended::result(connected.run(job).await?)? else {
            return Err(ended::without_result());
        };
        let (target_id, path) = (staged.target_id.clone(), staged.path.clone());
        let restored = restore(args, RestoreSource::Remote { target_id, path }, &connected, output).await?;
        Ok((restored, staged))
    };
    let restored = restored.await;
    connected.leave().await;
    let (restored, staged) = restored?;
    tell(&restored, Some(&staged), output);
    Ok(exit_of(&restored))
}

async fn restore(
    args: &Args,
    source: RestoreSource,
    connected: &Connected,
    output: Output,
) -> Ended<RestoreResult> {
    let plan = planned(&source, connected, output).await?;
    refuse(&plan, args)?;
    let bar = Arc::new(Bar::for_output(output, "the server"));
    let watch = watch(&bar, connected);
    // The command continues: what the server holds is read from an export, which is kept as the
    // safety copy.
    let mut plan = done(bar.during(connected.desk.restores().complete_restore_plan(&plan, &watch)).await?)?;
    refuse(&plan, args)?;
    confirm(&mut plan, args, connected, output).await?;
    let job = connected.run(plan).await?;
    match ended::result(job)? {
        JobResult::Restore(restored) => Ok(restored),
        _ => Err(ended::without_result()),
    }
}

fn done(outcome: Outcome<RestorePlan>) -> Ended<RestorePlan> {
    match outcome {
        Outcome::Done(plan) => Ok(plan),
        Outcome::Stopped | Outcome::Unknown(_) => Err(Failure::Cancelled),
    }
}

/// What the plan forbids, before anything is asked or sent.
fn refuse(plan: &RestorePlan, args: &Args) -> Ended<()> {
    // The core compares the phrase.
    let overridden = plan.lockout.is_some() && args.override_lockout.is_some();
    if let Some(error) = plan.blocked.as_ref().filter(|_| !overridden) {
        if let Some(phrase) = &plan.override_phrase {
            let hint = format!(
                "Choose another backup. An expert who can edit the server's database manually can continue with --override-lockout \"{phrase}\"."
            );
            return Err(Failure::from(error.clone().hint(hint)).with_exit(Exit::Refused));
        }
        if plan.through_target {
            let error = error.clone().hint(
                "It is only too large to upload. Restore it through a target with --through-target ID.",
            );
            return Err(Failure::from(error).with_exit(Exit::Refused));
        }
        let exit = if plan.inspection.intact { Exit::Refused } else { Exit::Damaged };
        return Err(Failure::from(error.clone()).with_exit(exit));
    }
    if plan.needs_mismatch_accepted && !args.accept_mismatch {
        let error = JobDetail::MismatchNotAccepted.error();
        // What the server says first, in the words that an inspection of the file has too.
        let first = plan.inspection.mismatch_answer(matches!(plan.source, RestoreSource::Remote { .. }));
        let damage = || plan.inspection.damage.first().map(|damage| damage.message.clone());
        return Err(match first.or_else(damage) {
            Some(words) => error.original(words),
            None => error,
        }
        .into());
    }
    Ok(())
}

/// Fills in the choices. `--replace` is the confirmation of a script; on a terminal
/// the person types the server's name.
async fn confirm(plan: &mut RestorePlan, args: &Args, connected: &Connected, output: Output) -> Ended<()> {
    let name = plan.confirm_with.clone().unwrap_or_default();
    plan.choices.replace_existing = args.replace;
    plan.choices.accept_mismatch = args.accept_mismatch;
    plan.choices.safety_copy = match plan.choices.safety_copy {
        SafetyCopyChoice::None => SafetyCopyChoice::None,
        _ if !args.replace || args.no_safety_copy => SafetyCopyChoice::None,
        _ if args.complete_safety_copy => SafetyCopyChoice::Complete,
        proposed => proposed,
    };
    plan.choices.typed_override = args.override_lockout.clone().unwrap_or_default();
    let ask = args.replace && !args.yes && !output.is_json() && !name.is_empty();
    if ask {
        for line in words::plan(plan, &name) {
            output.remark(&line);
        }
    }
    match plan.from_another_server {
        Some(AnotherServer::NoAccount) => output.remark(
            "This backup is from another server: none of its accounts is on this one. Sign in afterwards with the \
             passwords of that server.",
        ),
        Some(AnotherServer::OtherKeys) => output.remark(
            "This backup is from another server, or from before the accounts got new keys: every account on both \
             has other keys in it. Sign in afterwards with the passwords of that server and time.",
        ),
        None => {}
    }
    if let Some(brought) = &plan.brings_targets {
        output.remark(&words::brought(brought));
    }
    let is_kept = plan.choices.safety_copy == SafetyCopyChoice::Complete;
    if plan.lost_attachments > 0 && args.replace && !is_kept {
        let lost = count(plan.lost_attachments, Noun::Attachment);
        output.remark(&format!(
            "{lost} on {name} would be deleted: this backup does not restore them, and the safety copy has no \
             attachment contents."
        ));
        if ask {
            let typed = password::ask("Type delete to confirm".to_owned(), &connected.stop).await?;
            if typed.as_deref().map(str::trim) != Some("delete") {
                return Err(Failure::usage(
                    "The restore was not confirmed.",
                    "Nothing was changed. Download the attachments first, or confirm that they can be deleted.",
                ));
            }
        }
    }
    plan.choices.accept_lost_attachments = args.replace;
    let typed =
        if ask { password::ask(format!("Type {name} to confirm"), &connected.stop).await? } else { None };
    // Without a terminal, --replace is the confirmation.
    plan.choices.typed_confirmation = typed.unwrap_or(name);
    Ok(())
}

fn tell(restored: &RestoreResult, staged: Option<&StagingResult>, output: Output) {
    let imported = &restored.imported;
    let mut text = format!(
        "{} restored: {}, {}, {}, {} ({})\n",
        words::plain(&restored.file_name),
        count(imported.users, Noun::Account),
        count(imported.ciphers, Noun::VaultItem),
        count(imported.folders, Noun::Folder),
        count(imported.attachments, Noun::Attachment),
        count(imported.attachment_files, Noun::Body)
    );
    for rows in &restored.missing {
        text.push_str(&format!(
            "MISSING: {}: the archive has {}, the server restored {}\n",
            rows.table, rows.expected, rows.imported
        ));
    }
    if let Some(copy) = &restored.safety_copy {
        text.push_str(&format!("The server's previous data is saved in {}.\n", words::plain(copy)));
    }
    if restored.skipped_count > 0 {
        let left_out = count(restored.skipped_count, Noun::Attachment);
        let verb = verb(
            restored.skipped_count,
            "was skipped and is no longer on",
            "were skipped and are no longer on",
        );
        let lines = words::skipped(&restored.skipped);
        let list = if lines.is_empty() { "  the server does not say which\n".to_owned() } else { lines };
        text.push_str(&format!("{left_out} {verb} the server:\n{list}"));
    }
    if let Some(staged) = staged {
        text.push_str(&format!(
            "For this restore, {} ({}) and {} were uploaded to {}. Use nwdesk unstage to remove them.\n",
            count(staged.uploaded, Noun::Body),
            words::bytes(staged.uploaded_bytes),
            words::plain(&staged.path),
            words::plain(&staged.target_name)
        ));
    }
    text.push_str(
        "Sign in again and repair the server's backup settings. Until then, scheduled backups are stopped.",
    );
    let value = json!({
        "result": restored.answer,
        "skipped": restored.skipped,
        "skippedCount": restored.skipped_count,
        "missing": restored.missing,
        "safetyCopy": restored.safety_copy,
        "staged": staged,
    });
    output.result(&value, &text);
}

/// The ledger remembers the file by its full path.
fn full_path(file: &Path) -> Ended<String> {
    let full = std::fs::canonicalize(file).map_err(|error| Error::file(file, &error))?;
    Ok(full.to_string_lossy().into_owned())
}
