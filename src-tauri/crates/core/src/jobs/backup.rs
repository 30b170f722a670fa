//! A manual backup: run by the server, then read back and verified here.

use jiff::{SignedDuration, Timestamp};

use super::download::{integrity_result, read_back};
use super::outcome::done_or_return;
use super::{BackupResult, Outcome, Watch};
use crate::progress::Stage;
use crate::server::{Answer, AuditKind, Provider, Run, Session, Target};
use crate::{Code, Error, Result};

/// Backs up to a target now (the first one when `target_id` is none), then reads
/// the new backup back and verifies it in full.
///
/// When the connection dies meanwhile, the server goes on; the target's last
/// results then tell what came of it.
///
/// # Errors
/// `TargetNotFound`, `TargetFailed`, `Busy`, `SettingsNeedRepair`, and what every call may fail with.
pub async fn backup(
    session: &Session,
    target_id: Option<&str>,
    watch: &Watch,
) -> Result<Outcome<BackupResult>> {
    watch.stage(Stage::Connecting);
    let targets = done_or_return!(watch.until_stopped(session.targets()).await?).value;
    let target = choose(&targets, target_id)?;
    let began = Timestamp::now();
    let run = session.run(Some(&target.id), watch.progress.as_ref());
    let Answer { value: run, raw } = match watch.until_stopped(run).await {
        Ok(outcome) => done_or_return!(outcome),
        Err(error) if leaves_open(&error) => {
            done_or_return!(find_out(session, target, began, &error, watch).await?)
        }
        Err(error) => return Err(error),
    };
    // Runs write into the target's root, so the name is the path there.
    let (check, check_error) = match read_back(session, &target.id, &run.file_name, watch).await {
        Ok(Outcome::Done(here)) => (Some(integrity_result(&run.file_name, None, Some(here))), None),
        // The backup is made; only the reading back was stopped.
        Ok(_) => (None, None),
        Err(error) => (None, Some(error)),
    };
    Ok(Outcome::Done(BackupResult {
        target_id: target.id.clone(),
        target_name: target.name.clone(),
        provider: run.provider,
        file_name: run.file_name,
        file_size: run.file_size,
        remote_path: run.remote_path,
        check,
        check_error,
        answer: raw,
    }))
}

fn choose<'a>(targets: &'a [Target], id: Option<&str>) -> Result<&'a Target> {
    let found = match id {
        Some(id) => targets.iter().find(|target| target.id == id),
        None => targets.first(),
    };
    found.ok_or_else(|| {
        Error::new(
            Code::TargetNotFound,
            "The server has no such target.",
            "Add a target to the server's backup settings, or choose one from the list.",
        )
    })
}

/// The call ended without telling what the server did.
fn leaves_open(error: &Error) -> bool {
    matches!(error.code(), Code::ConnectionLost | Code::TimedOut)
}

/// Finds out what came of a run whose answer was lost: from the target's last
/// results (PROTOCOL section 5, `runtime`), from the audit log, and at last from
/// what is new in the target's folder.
async fn find_out(
    session: &Session,
    target: &Target,
    began: Timestamp,
    lost: &Error,
    watch: &Watch,
) -> Result<Outcome<Answer<Run>>> {
    watch.stage(Stage::FindingOut);
    let pace = *session.server().pace();
    // Clocks differ a little between here and the server; what the server itself
    // said before this run is older than the run by the server's own clock.
    let since = (began - SignedDuration::from_secs(30)).max(last_known(target).unwrap_or(Timestamp::MIN));
    let mut looks = 0;
    let mut under_way = 0;
    while looks < pace.looks && under_way < UNDER_WAY {
        let pause = async {
            tokio::time::sleep(pace.between_looks).await;
            Ok(())
        };
        done_or_return!(watch.until_stopped(pause).await?);
        let seen = async { Ok(look(session, target, since).await) };
        match done_or_return!(watch.until_stopped(seen).await?) {
            Seen::Made(run) => return Ok(Outcome::Done(found(run))),
            Seen::Failed(words) => {
                return Err(Error::from_target(&words).value("answer", "lost"));
            }
            // A large backup takes its time: that it began is known, so wait on.
            Seen::UnderWay => under_way += 1,
            Seen::Nothing => looks += 1,
        }
    }
    let listed = async { Ok(newest_since(session, target, since).await) };
    if let Some(run) = done_or_return!(watch.until_stopped(listed).await?) {
        return Ok(Outcome::Done(found(run)));
    }
    Ok(Outcome::Unknown(format!(
        "{lost} Whether the server finished the backup could not be found out: look at the target's list in a few minutes."
    )))
}

/// How often a run that is known to have begun is looked at again.
const UNDER_WAY: u32 = 200;

/// What one look at the server shows of a run.
enum Seen {
    Made(Run),
    Failed(String),
    UnderWay,
    Nothing,
}

async fn look(session: &Session, target: &Target, since: Timestamp) -> Seen {
    let changed = |time: &Option<String>, before: &Option<String>| is_after(time, since) && time != before;
    if let Ok(answer) = session.targets().await
        && let Some(now) = answer.value.iter().find(|now| now.id == target.id)
    {
        let (runtime, before) = (&now.runtime, &target.runtime);
        if changed(&runtime.last_success_at, &before.last_success_at)
            && let (Some(name), Some(size)) =
                (&runtime.last_uploaded_file_name, runtime.last_uploaded_size_bytes)
        {
            return Seen::Made(made(target, name, size));
        }
        if changed(&runtime.last_error_at, &before.last_error_at) {
            return Seen::Failed(runtime.last_error_message.clone().unwrap_or_default());
        }
        if changed(&runtime.last_attempt_at, &before.last_attempt_at) {
            return Seen::UnderWay;
        }
    }
    let Ok(page) = session.audit(20, 0).await else { return Seen::Nothing };
    // The log is written a moment after the results: the run before this one ends there.
    let since =
        since.max(last_known(target).map_or(Timestamp::MIN, |time| time + SignedDuration::from_secs(1)));
    let mine = page.events.into_iter().find(|event| {
        event.kind == AuditKind::Run
            && !event.scheduled
            && is_after(&Some(event.at.clone()), since)
            && event.target_id.as_deref().is_none_or(|id| id == target.id)
            && (event.failed || event.file_name != target.runtime.last_uploaded_file_name)
    });
    match mine {
        Some(event) if event.failed => {
            Seen::Failed(event.error.and_then(|error| error.body().original.clone()).unwrap_or_default())
        }
        Some(event) => match (event.file_name, event.bytes) {
            (Some(name), Some(size)) => Seen::Made(made(target, &name, size)),
            _ => Seen::Nothing,
        },
        None => Seen::Nothing,
    }
}

/// The last that the server told of the target before the run.
fn last_known(target: &Target) -> Option<Timestamp> {
    let runtime = &target.runtime;
    let times = [&runtime.last_attempt_at, &runtime.last_success_at, &runtime.last_error_at];
    times.into_iter().filter_map(|time| time.as_deref()?.parse().ok()).max()
}

/// A backup in the target's folder that was not there before: names tell the time,
/// so a later one sorts behind the last that the server told of.
async fn newest_since(session: &Session, target: &Target, since: Timestamp) -> Option<Run> {
    let items = session.list(Some(&target.id), "").await.ok()?.value;
    let last = target.runtime.last_uploaded_file_name.as_deref().unwrap_or_default();
    let new = items.into_iter().filter(|item| {
        !item.is_directory
            && item.name.ends_with(".zip")
            && item.name.as_str() > last
            && is_after(&item.modified_at, since)
    });
    let newest = new.max_by(|a, b| a.modified_at.cmp(&b.modified_at))?;
    Some(made(target, &newest.name, newest.size?))
}

fn is_after(time: &Option<String>, since: Timestamp) -> bool {
    time.as_deref().and_then(|time| time.parse::<Timestamp>().ok()).is_some_and(|time| time > since)
}

fn made(target: &Target, name: &str, size: u64) -> Run {
    let provider = if target.provider == Provider::Webdav { "webdav" } else { "s3" };
    Run {
        file_name: name.to_owned(),
        file_size: size,
        provider: provider.into(),
        remote_path: name.to_owned(),
    }
}

fn found(run: Run) -> Answer<Run> {
    let raw = serde_json::json!({"object": "backup-run", "result": run});
    Answer { value: run, raw }
}
