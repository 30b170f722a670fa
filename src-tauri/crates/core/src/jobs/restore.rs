//! Restores: planned first, then done as planned (PROTOCOL section 2, "What a
//! replacing restore does").

mod facts;
mod skipped;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::outcome::done_or_return;
use super::receive::{inspect, receive};
use super::{
    Outcome, PartFile, RestoreChoices, RestorePlan, RestoreResult, RestoreSource, ServerContents, Watch,
    download,
};
use crate::archive::{
    self, Attachment, InspectOptions, Inspection, InstanceNow, Kind, NameHash, ServerVerdict, Storage,
};
use crate::progress::{Progress, Stage, Update};
use crate::server::{Answer, AuditKind, ImportAnswer, Session};
use crate::{Code, Error, Result};

/// Says what a restore would do. Reads only: the backup, what the server holds
/// now, and which attachment bodies are on the target.
///
/// # Errors
/// What reading the backup and asking the server may fail with.
pub async fn plan_restore(
    session: &Session,
    source: &RestoreSource,
    watch: &Watch,
) -> Result<Outcome<RestorePlan>> {
    let folder = download::private_folder()?;
    let (file, name) = match source {
        RestoreSource::Local { path } => (PathBuf::from(path), last_part(path)),
        RestoreSource::Remote { target_id, path } => {
            let mut part = PartFile::create(&folder.path().join("backup.zip"))?;
            watch.stage(Stage::Connecting);
            let asked = session.download(target_id, path, watch.progress.as_ref());
            let incoming = done_or_return!(watch.until_stopped(asked).await?);
            done_or_return!(receive(incoming, &mut part, watch).await?);
            (part.finish()?, last_part(path))
        }
    };
    let now = done_or_return!(facts::server_now(session, folder.path(), watch).await?);
    let storage = now.as_ref().and_then(|now| now.storage);
    let on_target = match source {
        RestoreSource::Local { .. } => None,
        RestoreSource::Remote { target_id, .. } => {
            done_or_return!(facts::bodies_on_target(session, target_id, &file, watch).await?)
        }
    };
    let contents = now.map(|now| now.contents);
    let instance = contents.as_ref().map(|contents| InstanceNow {
        users: Some(contents.accounts.len() as u64),
        ciphers: Some(contents.ciphers),
        folders: Some(contents.folders),
        attachments: Some(contents.attachments),
        sends: None,
    });
    let options = InspectOptions {
        storage: storage.unwrap_or(Storage::R2),
        acting_user_email: Some(session.account().email.clone()),
        name: Some(name.clone()),
        target_listing: on_target.clone(),
        fresh: contents.as_ref().is_some_and(is_fresh),
        // A wrong hash in the name is asked about, not refused.
        accept_mismatch: true,
        instance,
        ..InspectOptions::default()
    };
    let inspection = done_or_return!(inspect(&file, options, watch).await?);
    // A file without readable rows has no attachments to name; the verdict says the rest.
    let attachments = match archive::attachments(&file, &watch.cancel) {
        Ok(listed) => done_or_return!(listed),
        Err(_) => Vec::new(),
    };
    let missing_on_target = on_target.map(|there| {
        let names = attachments.iter().map(Attachment::blob_name);
        names.filter(|name| !there.contains_key(name)).collect()
    });
    let owners = attachments.into_iter().filter_map(|attachment| {
        let name = attachment.blob_name();
        Some((name, attachment.owner_email?))
    });
    let verdict = verdict(source, &inspection);
    let holds_data = !contents.as_ref().is_some_and(is_fresh);
    Ok(Outcome::Done(RestorePlan {
        source: source.clone(),
        file_name: name,
        owners: owners.collect(),
        sha256: inspection.file.sha256.clone(),
        expected_skipped: verdict.skipped.clone(),
        server_storage: storage,
        missing_on_target,
        confirm_with: holds_data.then(|| session.server().address().host()),
        needs_mismatch_accepted: inspection.name_hash == NameHash::Mismatch || !inspection.intact,
        blocked: blocked(verdict, &inspection),
        choices: RestoreChoices {
            replace_existing: holds_data,
            accept_mismatch: false,
            safety_copy: holds_data,
            typed_confirmation: String::new(),
        },
        replaces: contents,
        inspection,
    }))
}

fn verdict<'a>(source: &RestoreSource, inspection: &'a Inspection) -> &'a ServerVerdict {
    match source {
        RestoreSource::Local { .. } => &inspection.server.import,
        RestoreSource::Remote { .. } => &inspection.server.remote_restore,
    }
}

/// Why the app will not start this restore.
fn blocked(verdict: &ServerVerdict, inspection: &Inspection) -> Option<Error> {
    if let Some(words) = &verdict.error {
        let hint = match inspection.kind {
            Some(Kind::IndexOnly) if words.contains("missing required file") => {
                "This backup does not hold the attachment bodies. Restore it from its target instead, where they are."
            }
            _ => "Inspect the backup to see what is wrong with it, or choose another one.",
        };
        return Some(
            Error::new(Code::ServerRefused, format!("The server would refuse this backup: {words}"), hint)
                .value("words", words)
                .original(words.as_str()),
        );
    }
    if inspection.tables.get("users").is_none_or(|users| *users == 0) {
        return Some(Error::new(
            Code::InvalidRequest,
            "There is no account in this backup: nobody could sign in after restoring it.",
            "Choose another backup.",
        ));
    }
    None
}

fn is_fresh(contents: &ServerContents) -> bool {
    contents.accounts.len() <= 1
        && contents.ciphers == 0
        && contents.folders == 0
        && contents.attachments == 0
}

/// Restores as planned.
///
/// # Errors
/// `InvalidRequest` when a confirmation that the plan asks for is missing or the file
/// is no longer the one that was looked at; else what the server refuses with.
pub async fn restore(
    session: &Session,
    plan: &RestorePlan,
    safety_folder: &Path,
    watch: &Watch,
) -> Result<Outcome<RestoreResult>> {
    confirmed(plan)?;
    if let RestoreSource::Local { path } = &plan.source {
        done_or_return!(still_the_same(Path::new(path), plan, watch).await?);
    }
    let safety_copy = if plan.choices.safety_copy {
        Some(done_or_return!(facts::export_to(session, safety_folder, watch).await?))
    } else {
        None
    };
    let before = done_or_return!(watch.until_stopped(Before::look(session)).await?);
    let sent = Arc::new(Sent { whole: AtomicBool::new(false), progress: Arc::clone(&watch.progress) });
    let began = Timestamp::now();
    let (replace, accept) = (plan.choices.replace_existing, plan.choices.accept_mismatch);
    let call = async {
        match &plan.source {
            RestoreSource::Local { path } => {
                watch.stage(Stage::Uploading);
                let progress: Arc<dyn Progress> = Arc::clone(&sent) as Arc<dyn Progress>;
                session.import(Path::new(path), &plan.file_name, replace, accept, &progress).await
            }
            RestoreSource::Remote { target_id, path } => {
                sent.whole.store(true, Ordering::Relaxed);
                session.restore_remote(target_id, path, replace, accept, watch.progress.as_ref()).await
            }
        }
    };
    let answer = match watch.until_stopped(call).await {
        Ok(Outcome::Done(answer)) => answer,
        Ok(_) if !sent.whole.load(Ordering::Relaxed) => return Ok(Outcome::Stopped),
        Ok(_) => {
            return Ok(find_out(
                session,
                &before,
                began,
                "You stopped waiting while the server was restoring.",
                watch,
            )
            .await);
        }
        // A server that never had the whole file has restored nothing.
        Err(error)
            if matches!(error.code(), Code::ConnectionLost | Code::TimedOut)
                && sent.whole.load(Ordering::Relaxed) =>
        {
            watch.stage(Stage::FindingOut);
            return Ok(find_out(session, &before, began, &error.to_string(), watch).await);
        }
        Err(error) => return Err(error),
    };
    Ok(Outcome::Done(result(plan, answer, safety_copy)))
}

fn result(plan: &RestorePlan, answer: Answer<ImportAnswer>, safety_copy: Option<PathBuf>) -> RestoreResult {
    let ImportAnswer { imported, skipped } = answer.value;
    RestoreResult {
        file_name: plan.file_name.clone(),
        target_id: match &plan.source {
            RestoreSource::Local { .. } => None,
            RestoreSource::Remote { target_id, .. } => Some(target_id.clone()),
        },
        imported,
        skipped: skipped::with_causes(plan, &skipped),
        skipped_reason: skipped.reason,
        safety_copy: safety_copy.map(|path| path.to_string_lossy().into_owned()),
        answer: answer.raw,
    }
}

/// What the plan asks the person for was given.
fn confirmed(plan: &RestorePlan) -> Result<()> {
    if let Some(error) = &plan.blocked {
        return Err(error.clone());
    }
    let choices = &plan.choices;
    if plan.needs_mismatch_accepted && !choices.accept_mismatch {
        return Err(Error::new(
            Code::HashMismatch,
            "The backup is damaged or its content does not match its name.",
            "Choose another backup, or accept the mismatch on purpose.",
        ));
    }
    match &plan.confirm_with {
        Some(words) if choices.typed_confirmation.trim() != words => Err(Error::new(
            Code::InvalidRequest,
            "The restore was not confirmed.",
            format!("Type {words} to confirm that its data is replaced."),
        )
        .value("confirmWith", words)),
        _ => Ok(()),
    }
}

async fn still_the_same(path: &Path, plan: &RestorePlan, watch: &Watch) -> Result<Outcome<()>> {
    let options = InspectOptions { name: Some(plan.file_name.clone()), ..InspectOptions::default() };
    let inspection = done_or_return!(inspect(path, options, watch).await?);
    if inspection.file.sha256 == plan.sha256 {
        return Ok(Outcome::Done(()));
    }
    Err(Error::new(
        Code::InvalidRequest,
        "The file has changed since it was looked at.",
        "Look at the new plan before you restore it.",
    ))
}

/// The answer of a restore was lost. Every restore leaves the settings in need of
/// repair and ends the session, and the audit log names it: each is proof that it
/// went through; the skipped list is lost all the same. Who stopped waiting gets
/// one look and no more.
async fn find_out(
    session: &Session,
    before: &Before,
    began: Timestamp,
    why: &str,
    watch: &Watch,
) -> Outcome<RestoreResult> {
    let pace = *session.server().pace();
    let stopped = watch.cancel.is_cancelled();
    let mut found = Found::Silence;
    let looking = async {
        for _ in 0..if stopped { 1 } else { pace.looks } {
            if !stopped {
                tokio::time::sleep(pace.between_looks).await;
            }
            match look(session, before, began).await {
                Found::Silence => {}
                seen => found = seen,
            }
            if matches!(found, Found::Restored | Found::Failed(_)) {
                break;
            }
        }
    };
    if stopped {
        // The peer may stall: whoever stops is not kept waiting.
        let _ = tokio::time::timeout(STOPPED, looking).await;
    } else {
        tokio::select! {
            () = looking => {}
            () = watch.cancel.cancelled() => {}
        }
    }
    Outcome::Unknown(match found {
        Found::Restored => format!(
            "{why} The server has restored the backup: its settings need repair and sessions have ended. What it skipped is not known; compare the attachments with the backup."
        ),
        Found::Failed(words) => format!("{why} The server's log says that the restore failed: {words}"),
        Found::NoSign => format!(
            "{why} The server shows no sign of a finished restore. It may still be at work: look again in a few minutes before you try again."
        ),
        Found::Silence => {
            format!("{why} The server could not be asked since. Sign in again to see which data it holds.")
        }
    })
}

/// How long one look may take once the person stopped waiting.
const STOPPED: Duration = Duration::from_secs(8);

/// What the server shows of a restore whose answer was lost.
enum Found {
    Restored,
    Failed(String),
    NoSign,
    Silence,
}

/// What the server showed before the restore.
struct Before {
    needed_repair: bool,
    /// The restores that its log told of.
    restores: Vec<String>,
}

impl Before {
    async fn look(session: &Session) -> Result<Self> {
        let needed_repair = session.repair_state().await?.value.needs_repair;
        // Without the log, later looks go by the time alone.
        let events = session.audit(20, 0).await.map(|page| page.events).unwrap_or_default();
        let restores = events.into_iter().filter(|event| event.kind == AuditKind::Restore);
        Ok(Self { needed_repair, restores: restores.map(|event| event.id).collect() })
    }
}

async fn look(session: &Session, before: &Before, began: Timestamp) -> Found {
    let repair = session.repair_state().await;
    match &repair {
        Ok(now) if now.value.needs_repair && !before.needed_repair => return Found::Restored,
        Err(error) if error.code() == Code::SessionEnded => return Found::Restored,
        _ => {}
    }
    // Where repair was needed before or its state cannot be had, only the log tells.
    let page = match session.audit(20, 0).await {
        Ok(page) => page,
        Err(error) if error.code() == Code::SessionEnded => return Found::Restored,
        Err(_) if repair.is_ok() => return Found::NoSign,
        Err(_) => return Found::Silence,
    };
    let since = began - jiff::SignedDuration::from_secs(30);
    let mine = page.events.into_iter().find(|event| {
        event.kind == AuditKind::Restore
            && !before.restores.contains(&event.id)
            && event.at.parse::<Timestamp>().is_ok_and(|at| at > since)
    });
    match mine {
        Some(event) if event.failed => {
            Found::Failed(event.error.and_then(|error| error.body().original.clone()).unwrap_or_default())
        }
        Some(_) => Found::Restored,
        None => Found::NoSign,
    }
}

/// Knows when the whole file has left this computer.
struct Sent {
    whole: AtomicBool,
    progress: Arc<dyn Progress>,
}

impl Progress for Sent {
    fn report(&self, update: Update) {
        if let Update::Bytes { done, total: Some(total) } = &update
            && done >= total
        {
            self.whole.store(true, Ordering::Relaxed);
        }
        self.progress.report(update);
    }
}

fn last_part(path: &str) -> String {
    path.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or_default().to_owned()
}
