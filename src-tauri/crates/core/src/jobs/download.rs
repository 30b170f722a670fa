//! Downloads: a backup from a target to this computer, checked before it gets its
//! name; and the same into nothing, to check a backup that stays where it is.

use std::path::{Path, PathBuf};

use super::bodies::attachments_on_target;
use super::receive::{check_here, fetch};
use super::taken::{file_name, finish_beside, taken};
use super::{DownloadResult, IfThere, IntegrityResult, Outcome, PartFile, Watch};
use crate::archive::Kind;
use crate::checks::{AttachmentsOnTarget, CheckedHere, IntegrityLevel, ListedFile};
use crate::file_names::safe_name;
use crate::health::{BackupFacts, BackupState};
use crate::progress::Stage;
use crate::server::ServerIntegrity;
use crate::server::{Incoming, Session};
use crate::targets::TargetFolder;
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// Downloads a backup into a folder under its own name, and reads it in full
/// before it gets that name. A backup that turns out damaged is kept all the
/// same: it may be the only one; the result says what is wrong with it.
///
/// # Errors
/// `FileExists` when a file with other content has that name and `if_there` does not say
/// what to do, `BackupNotFound`, `DiskFull`, and what every call may fail with.
pub async fn download(
    session: &Session,
    target_id: &str,
    path: &str,
    folder: &Path,
    if_there: IfThere,
    watch: &Watch,
) -> Result<Outcome<DownloadResult>> {
    download_as(session, target_id, path, &folder.join(safe_name(file_name(path)?)), if_there, watch).await
}

/// The same, to a full path that may end in another name than the backup's own. It
/// is still checked against the hash in its own name.
///
/// # Errors
/// As [`download`].
pub async fn download_as(
    session: &Session,
    target_id: &str,
    path: &str,
    to: &Path,
    if_there: IfThere,
    watch: &Watch,
) -> Result<Outcome<DownloadResult>> {
    let listed = done_or_return!(listed_as(session, target_id, path, watch).await?);
    let coming = || session.download(target_id, path, watch.progress.as_ref());
    let from = Some((session, target_id, listed));
    save(coming, file_name(path)?, (to, if_there), from, watch).await
}

/// The same from a target that is reached without its server.
///
/// # Errors
/// As [`download`], with the network errors of the target.
pub async fn download_directly(
    target: &TargetFolder,
    path: &str,
    folder: &Path,
    watch: &Watch,
) -> Result<Outcome<DownloadResult>> {
    let name = file_name(path)?;
    let to = folder.join(safe_name(name));
    save(|| target.download(path), name, (&to, IfThere::Refuse), None, watch).await
}

/// Takes in what comes, reads it in full, and gives it its name. What comes from a
/// server has its attachments looked up as well.
async fn save<F>(
    coming: impl Fn() -> F,
    name: &str,
    (to, if_there): (&Path, IfThere),
    from: Option<(&Session, &str, Option<ListedFile>)>,
    watch: &Watch,
) -> Result<Outcome<DownloadResult>>
where
    F: Future<Output = Result<Incoming>>,
{
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    let size = from.as_ref().and_then(|(_, _, listed)| listed.as_ref()?.bytes);
    let there = to.symlink_metadata().ok();
    // What is there may be this very backup; a link, a device or a folder never is.
    let file_there = there.as_ref().filter(|there| there.is_file());
    let may_be_same = file_there.is_some_and(|there| size.is_none_or(|size| size == there.len()));
    let is_refused = match if_there {
        IfThere::Refuse => there.is_some() && !may_be_same,
        IfThere::Overwrite => there.is_some() && file_there.is_none(),
        IfThere::KeepBoth => false,
    };
    if is_refused {
        return Err(taken(to));
    }
    let part = || PartFile::beside(to);
    let file = done_or_return!(fetch(coming, part, size, watch).await?);
    let here = done_or_return!(check_here(file.part_path(), name, watch).await?);
    let mut read = ReadBack { here, attachments: None, listed: None };
    if let Some((session, target_id, listed)) = from {
        read.attachments = done_or_return!(looked_up(session, target_id, &read.here, &file, watch).await?);
        read.listed = listed;
    }
    let already_here = may_be_same && {
        let kept = done_or_return!(check_here(to, name, watch).await?);
        kept.sha256 == read.here.sha256
    };
    let saved = if already_here { to.to_owned() } else { put(file, to, if_there, &read.here)? };
    Ok(Outcome::Done(DownloadResult {
        saved_to: saved.to_string_lossy().into_owned(),
        already_here,
        check: integrity_result(name, None, Some(read)),
    }))
}

/// Gives a file that was read in full its name, or one with a number. A damaged download
/// never replaces a file: that one may be good.
fn put(file: PartFile, to: &Path, if_there: IfThere, here: &CheckedHere) -> Result<PathBuf> {
    let is_taken = to.symlink_metadata().is_ok();
    match if_there {
        IfThere::KeepBoth if is_taken => finish_beside(file, to),
        IfThere::Overwrite if is_taken && here.level() == IntegrityLevel::Verified => file.finish_replacing(),
        IfThere::Overwrite if is_taken => finish_beside(file, to),
        _ => file.finish().map_err(|error| if error.code() == Code::FileExists { taken(to) } else { error }),
    }
}

/// Checks a backup where it is: the server compares the hash in its name, and with
/// `deep` it is read in full here as well. Nothing of it stays on this computer.
///
/// # Errors
/// `BackupNotFound`, `TargetFailed`, `DiskFull`, and what every call may fail with.
pub async fn integrity(
    session: &Session,
    target_id: &str,
    path: &str,
    deep: bool,
    watch: &Watch,
) -> Result<Outcome<IntegrityResult>> {
    let name = file_name(path)?;
    watch.stage(Stage::CheckingOnServer);
    // Before the first reading: what changes from here on shows as changed.
    let listed = done_or_return!(listed_as(session, target_id, path, watch).await?);
    let asked = session.integrity(target_id, path, watch.progress.as_ref());
    let answer = done_or_return!(watch.until_stopped(asked).await?);
    let here = if deep {
        Some(done_or_return!(read_back(session, target_id, path, listed.clone(), watch).await?))
    } else {
        None
    };
    let mut result = integrity_result(name, Some(answer.value), here);
    result.listed = result.listed.or(listed);
    result.answer = answer.raw;
    Ok(Outcome::Done(result))
}

/// What reading a backup on its target in full showed.
pub(super) struct ReadBack {
    pub here: CheckedHere,
    /// Its attachments on the target, when they were looked up.
    pub attachments: Option<AttachmentsOnTarget>,
    /// How the target listed the file right before.
    pub listed: Option<ListedFile>,
}

/// Downloads a backup into a temporary file that only its owner may read, reads it
/// in full, looks up its attachments on the target, and deletes it. `listed` is how the
/// target lists it, when that was just asked for.
pub(super) async fn read_back(
    session: &Session,
    target_id: &str,
    path: &str,
    listed: Option<ListedFile>,
    watch: &Watch,
) -> Result<Outcome<ReadBack>> {
    let name = file_name(path)?;
    let listed = match listed {
        Some(listed) => Some(listed),
        None => done_or_return!(listed_as(session, target_id, path, watch).await?),
    };
    let folder = watch.room.private_folder()?;
    let to = folder.path().join("backup.zip");
    let size = listed.as_ref().and_then(|listed| listed.bytes);
    let coming = || session.download(target_id, path, watch.progress.as_ref());
    let file = done_or_return!(fetch(coming, || PartFile::create(&to), size, watch).await?);
    let here = done_or_return!(check_here(file.part_path(), name, watch).await?);
    let attachments = done_or_return!(looked_up(session, target_id, &here, &file, watch).await?);
    Ok(Outcome::Done(ReadBack { here, attachments, listed }))
}

/// The attachments of a backup that keeps their bodies beside it on the target.
async fn looked_up(
    session: &Session,
    target_id: &str,
    here: &CheckedHere,
    file: &PartFile,
    watch: &Watch,
) -> Result<Outcome<Option<AttachmentsOnTarget>>> {
    if here.kind != Some(Kind::IndexOnly) {
        return Ok(Outcome::Done(None));
    }
    attachments_on_target(session, target_id, file.part_path(), watch).await
}

/// How the target lists a file now; `None` when that cannot be found out. What is read
/// afterwards may be newer, and is then taken for changed rather than for checked.
async fn listed_as(
    session: &Session,
    target_id: &str,
    path: &str,
    watch: &Watch,
) -> Result<Outcome<Option<ListedFile>>> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let listing = match watch.until_stopped(session.list(Some(target_id), folder)).await {
        Ok(outcome) => done_or_return!(outcome).value,
        // The check itself says what is wrong with the target.
        Err(_) => return Ok(Outcome::Done(None)),
    };
    let file = listing.into_iter().find(|item| item.path == path && !item.is_directory);
    Ok(Outcome::Done(file.map(|item| ListedFile { bytes: item.size, modified_at: item.modified_at })))
}

/// What a check showed, from its two halves.
pub(super) fn integrity_result(
    name: &str,
    server: Option<ServerIntegrity>,
    read: Option<ReadBack>,
) -> IntegrityResult {
    let (here, attachments, listed) = match read {
        Some(read) => (Some(read.here), read.attachments, read.listed),
        None => (None, None, None),
    };
    let level = match (&here, &server) {
        (Some(here), _) => here.level(),
        (None, Some(server)) if !server.has_checksum_prefix => IntegrityLevel::Unverifiable,
        (None, Some(server)) if server.matches => IntegrityLevel::NameHashMatches,
        (None, Some(_)) => IntegrityLevel::Mismatch,
        (None, None) => IntegrityLevel::NotChecked,
    };
    let state = BackupState::of(BackupFacts {
        level: Some(level),
        is_refused: here.as_ref().is_some_and(|here| here.refusal.is_some()),
        missing_attachments: attachments.as_ref().map_or(0, AttachmentsOnTarget::lost),
        unknown_attachments: attachments.as_ref().map_or(0, |found| found.unknown),
        ..BackupFacts::default()
    });
    IntegrityResult {
        file_name: name.to_owned(),
        level,
        checked_at: jiff::Timestamp::now().to_string(),
        server,
        here,
        state,
        changed: None,
        attachments,
        listed,
        answer: serde_json::Value::Null,
    }
}

/// What reading a file on this computer showed.
pub(crate) fn local_check(name: &str, here: CheckedHere) -> IntegrityResult {
    integrity_result(name, None, Some(ReadBack { here, attachments: None, listed: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_path_of_a_zip_is_downloaded() {
        assert_eq!(file_name("a/b/nodewarden_backup_1.zip").expect("good"), "nodewarden_backup_1.zip");
        assert_eq!(file_name("a/what?.zip").expect("listed"), "what?.zip");
        for bad in ["", "notes.txt", "..", "a/..", "folder/"] {
            assert!(file_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_without_a_hash_is_unverifiable_though_the_server_says_it_matches() {
        let server = ServerIntegrity {
            has_checksum_prefix: false,
            expected_prefix: None,
            actual_prefix: Some("3cb70".into()),
            matches: true,
        };
        assert_eq!(integrity_result("x.zip", Some(server), None).level, IntegrityLevel::Unverifiable);
    }
}
