//! A backup from a target to this computer, checked before it gets its name; and the same
//! into nothing, to check a backup that stays where it is.

use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use super::bodies::attachments_on_target;
use super::checked::{ReadBack, integrity_result};
use super::job::last_part;
use super::receive::{check_here, fetch};
use super::taken::{file_name, finish_beside, taken};
use super::{IfThere, IntegrityResult, Job, JobKind, JobServices, Outcome, PartFile, Prepared, Watch};
use crate::archive::Kind;
use crate::checks::{AttachmentsOnTarget, CheckedHere, IntegrityLevel, ListedFile};
use crate::file_names::safe_name;
use crate::granted::{FileGrants, FileToWrite, Folder};
use crate::health::BackupState;
use crate::server::Session;
use crate::targets::TargetFolder;
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// A download, as requested.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DownloadJob {
    /// Who hands the backup out.
    pub from: DownloadFrom,
    /// The path below the target's root.
    pub path: String,
    /// Where it is mounted on this computer.
    pub to: DownloadTo,
    /// What to do when another file has the name.
    pub if_there: IfThere,
}

/// Who hands a backup out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum DownloadFrom {
    /// The server that somebody is signed in to.
    Server {
        /// The target's id.
        target_id: String,
    },
    /// The target, reached from this computer with opened settings. No sign-in is needed.
    Target {
        /// The handle of the settings.
        handle: String,
        /// The target's id.
        destination_id: String,
        /// Plain http to it is accepted: the network sees its login and the backups.
        http_accepted: bool,
    },
}

/// Where a download goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum DownloadTo {
    /// Into a folder, under the backup's own name.
    Folder {
        /// The folder; the usual one when none.
        folder: Option<Folder>,
    },
    /// To a full path whose name need not be the backup's own. It is still checked against the
    /// hash in its own name.
    File {
        /// The path.
        file: FileToWrite,
    },
}

impl DownloadJob {
    /// A download from the server into a folder.
    pub fn into_folder(
        target_id: impl Into<String>,
        path: impl Into<String>,
        folder: impl Into<PathBuf>,
        if_there: IfThere,
    ) -> Self {
        Self {
            from: DownloadFrom::Server { target_id: target_id.into() },
            path: path.into(),
            to: DownloadTo::Folder { folder: Some(folder.into().into()) },
            if_there,
        }
    }
}

/// A downloaded backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DownloadResult {
    /// Where the file is now.
    pub saved_to: String,
    /// The same bytes were there under this name already: nothing was written.
    #[serde(default)]
    pub already_here: bool,
    /// What checking it while it came in showed.
    pub check: IntegrityResult,
}

/// A download that was not refused.
pub struct ReadyDownload {
    from: ReadyFrom,
    path: String,
    to: Destination,
}

#[allow(clippy::large_enum_variant, reason = "few exist, each for one job")]
enum ReadyFrom {
    Server(String),
    Target(TargetFolder),
}

impl Job for DownloadJob {
    const KIND: JobKind = JobKind::Download;
    type Result = DownloadResult;
    type Ready = ReadyDownload;

    fn needs_session(&self) -> bool {
        matches!(self.from, DownloadFrom::Server { .. })
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<ReadyDownload>> {
        let to = match self.to {
            DownloadTo::Folder { folder } => {
                Destination::Folder(Folder::or_usual(folder, files)?, self.if_there)
            }
            DownloadTo::File { file } => Destination::File(file.inside_granted_folder(files)?, self.if_there),
        };
        let from = match self.from {
            DownloadFrom::Server { target_id } => ReadyFrom::Server(target_id),
            DownloadFrom::Target { handle, destination_id, http_accepted } => {
                ReadyFrom::Target(services.target_directly(&handle, &destination_id, http_accepted)?)
            }
        };
        let subject = last_part(&self.path);
        Ok(Prepared::new(subject, ReadyDownload { from, path: self.path, to }))
    }

    async fn run(
        ready: ReadyDownload,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<DownloadResult>> {
        let ReadyDownload { from, path, to } = ready;
        let source = match &from {
            ReadyFrom::Server(target_id) => Source::Server { session: services.session()?, target_id },
            ReadyFrom::Target(target) => Source::Target(target),
        };
        let read = done_or_return!(download(source, &path, None, &to, watch).await?);
        let (saved_to, already_here) = read.saved.clone().unwrap_or_default();
        let mut check = integrity_result(file_name(&path)?, None, Some(read));
        if let ReadyFrom::Server(target_id) = &from {
            services.keep_remote_check(target_id, &path, &mut check)?;
        }
        services.keep_local_check(&saved_to, &check)?;
        let saved_to = saved_to.to_string_lossy().into_owned();
        Ok(Outcome::Done(DownloadResult { saved_to, already_here, check }))
    }

    fn needs_attention(result: &DownloadResult) -> bool {
        result.check.state != BackupState::Verified
    }
}

/// Who hands a backup out, ready to be asked.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// The server, from this target of its.
    Server { session: &'a Session, target_id: &'a str },
    /// The target itself.
    Target(&'a TargetFolder),
}

/// Where a backup goes.
pub(super) enum Destination {
    /// Into a folder, under its own name.
    Folder(PathBuf, IfThere),
    /// To a full path.
    File(PathBuf, IfThere),
    /// Into a temporary file that only its owner may read, and that is deleted afterwards.
    Nowhere,
}

/// Reads a backup in full and keeps nothing of it. `listed` is how the target lists it, when
/// that was just asked for.
pub(super) async fn read_back(
    from: Source<'_>,
    path: &str,
    listed: Option<ListedFile>,
    watch: &Watch,
) -> Result<Outcome<ReadBack>> {
    download(from, path, listed, &Destination::Nowhere, watch).await
}

/// Takes in a backup, reads it in full, looks up its attachments on the target, and gives it
/// its name. A backup that turns out damaged is kept anyway: it may be the only one; the
/// result says what is wrong with it.
///
/// # Errors
/// `FileExists` when a file with other content has that name and nothing says what to do then,
/// `BackupNotFound`, `TargetFailed`, `DiskFull`, and what every call may fail with.
async fn download(
    from: Source<'_>,
    path: &str,
    listed: Option<ListedFile>,
    to: &Destination,
    watch: &Watch,
) -> Result<Outcome<ReadBack>> {
    let name = file_name(path)?;
    let listed = match listed {
        Some(listed) => Some(listed),
        None => done_or_return!(listed_as(from, path, watch).await?),
    };
    let size = listed.as_ref().and_then(|listed| listed.bytes);
    let landing = match to {
        Destination::Folder(folder, if_there) => {
            Landing::Kept(Place::new(folder.join(safe_name(name)), *if_there, size)?)
        }
        Destination::File(file, if_there) => Landing::Kept(Place::new(file.clone(), *if_there, size)?),
        Destination::Nowhere => Landing::Private(watch.room.private_folder()?),
    };
    let part = || match &landing {
        Landing::Kept(place) => PartFile::beside(&place.to),
        Landing::Private(folder) => PartFile::create(&folder.path().join("backup.zip")),
    };
    let coming = || match from {
        Source::Server { session, target_id } => {
            session.download(target_id, path, watch.progress.as_ref()).boxed()
        }
        Source::Target(target) => target.download(path).boxed(),
    };
    let file = done_or_return!(fetch(coming, part, size, watch).await?);
    let here = done_or_return!(check_here(file.part_path(), name, watch).await?);
    let attachments = done_or_return!(looked_up(from, &here, &file, watch).await?);
    let saved = match landing {
        Landing::Kept(place) => Some(done_or_return!(place.take(file, name, &here, watch).await?)),
        Landing::Private(_) => None,
    };
    Ok(Outcome::Done(ReadBack { here, attachments, listed, saved }))
}

/// Where a backup comes in.
enum Landing {
    /// Beside the place where it stays.
    Kept(Place),
    /// In a folder that goes away with it.
    Private(super::PrivateFolder),
}

/// A full path that a download goes to, and what is there already.
struct Place {
    to: PathBuf,
    if_there: IfThere,
    /// What is there may be this very backup.
    may_be_same: bool,
}

impl Place {
    /// The place for a file that has `size` where it is listed. Refused when something is in
    /// the way.
    fn new(to: PathBuf, if_there: IfThere, size: Option<u64>) -> Result<Self> {
        let folder = to.parent().unwrap_or(&to);
        std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
        let there = to.symlink_metadata().ok();
        // A link, a device or a folder never is this backup.
        let file_there = there.as_ref().filter(|there| there.is_file());
        let may_be_same = file_there.is_some_and(|there| size.is_none_or(|size| size == there.len()));
        let is_refused = match if_there {
            IfThere::Refuse => there.is_some() && !may_be_same,
            IfThere::Overwrite => there.is_some() && file_there.is_none(),
            IfThere::KeepBoth => false,
        };
        if is_refused { Err(taken(&to)) } else { Ok(Self { to, if_there, may_be_same }) }
    }

    /// Gives a file that was read in full its name, unless the same bytes are there already;
    /// where it is then, and whether they were.
    async fn take(
        self,
        file: PartFile,
        name: &str,
        here: &CheckedHere,
        watch: &Watch,
    ) -> Result<Outcome<(PathBuf, bool)>> {
        if self.may_be_same {
            let kept = done_or_return!(check_here(&self.to, name, watch).await?);
            if kept.sha256 == here.sha256 {
                return Ok(Outcome::Done((self.to, true)));
            }
        }
        Ok(Outcome::Done((put(file, &self.to, self.if_there, here)?, false)))
    }
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

/// The attachments of a backup that keeps their bodies beside it on the target, as the server
/// lists them.
async fn looked_up(
    from: Source<'_>,
    here: &CheckedHere,
    file: &PartFile,
    watch: &Watch,
) -> Result<Outcome<Option<AttachmentsOnTarget>>> {
    match from {
        Source::Server { session, target_id } if here.kind == Some(Kind::IndexOnly) => {
            attachments_on_target(session, target_id, file.part_path(), watch).await
        }
        _ => Ok(Outcome::Done(None)),
    }
}

/// How the server lists a file now; `None` when that cannot be found out. What is read
/// afterwards may be newer, and is then taken for changed rather than for checked.
pub(super) async fn listed_as(
    from: Source<'_>,
    path: &str,
    watch: &Watch,
) -> Result<Outcome<Option<ListedFile>>> {
    let Source::Server { session, target_id } = from else { return Ok(Outcome::Done(None)) };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let listing = match watch.until_stopped(session.list(Some(target_id), folder)).await {
        Ok(outcome) => done_or_return!(outcome).value,
        // The check itself says what is wrong with the target.
        Err(_) => return Ok(Outcome::Done(None)),
    };
    let file = listing.into_iter().find(|item| item.path == path && !item.is_directory);
    Ok(Outcome::Done(file.map(|item| ListedFile { bytes: item.size, modified_at: item.modified_at })))
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
}
