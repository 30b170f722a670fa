//! Where bodies come from: one way to ask each kind of source for one body.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::body::BodyWriter;
use super::{BodySource, MissingCause, SourceKind};
use crate::archive::{Copied, ExportIndex, ZipBodies, body_entry};
use crate::error::JobDetail;
use crate::progress::Progress;
use crate::server::{Incoming, Session};
use crate::targets::TargetFolder;
use crate::{Code, Error, Result};

/// A source that is open.
pub(super) enum Source<'a> {
    Server(&'a Session),
    Target(&'a TargetFolder),
    Folder(PathBuf),
    Zip(Arc<ZipBodies>),
    Itself(Arc<ExportIndex>),
}

/// Why a source did not give a body.
#[derive(Debug)]
pub(super) enum Fault {
    /// It does not have it; the next source may.
    Absent,
    /// It failed in a way that may pass: this cause if it does not.
    Passing(MissingCause, Option<String>),
    /// It failed, and trying again is of no use.
    Lasting(MissingCause, Option<String>),
    /// The whole job cannot continue.
    Ends(Error),
}

impl<'a> Source<'a> {
    /// Opens sources in their order; what a ZIP holds itself comes first. Blocks.
    pub fn open_all(sources: &'a [BodySource<'a>], index: &Arc<ExportIndex>) -> Result<Vec<Self>> {
        let mut open = Vec::new();
        if !index.bodies().is_empty() {
            open.push(Self::Itself(Arc::clone(index)));
        }
        for source in sources {
            open.push(match source {
                BodySource::Server(session) => Self::Server(session),
                BodySource::Target(folder) => Self::Target(folder),
                BodySource::Folder(path) => Self::Folder(attachments_folder(path)?),
                BodySource::Zip(path) => Self::Zip(Arc::new(ZipBodies::open(path)?)),
            });
        }
        Ok(open)
    }

    pub fn kind(&self) -> SourceKind {
        match self {
            Self::Server(_) => SourceKind::Server,
            Self::Target(_) => SourceKind::Target,
            Self::Folder(_) => SourceKind::Folder,
            Self::Zip(_) => SourceKind::Zip,
            Self::Itself(_) => SourceKind::Itself,
        }
    }

    /// Writes the body `name` of `size` bytes with `writer`; `count` receives the bytes.
    pub async fn give(
        &self,
        name: &str,
        size: u64,
        writer: BodyWriter,
        progress: &dyn Progress,
        count: &(dyn Fn(u64) + Sync),
        cancel: &CancellationToken,
    ) -> Result<BodyWriter, Fault> {
        let given = match self {
            Self::Server(session) => {
                let incoming = session.blob(name, progress).await.map_err(|error| refused(error, name))?;
                return received(incoming, size, writer, count).await;
            }
            Self::Target(folder) => {
                let path = format!("attachments/{name}");
                let incoming = folder.download(&path).await.map_err(|error| refused(error, name))?;
                return received(incoming, size, writer, count).await;
            }
            Self::Folder(folder) => {
                let path = folder.join(name);
                blocking(writer, cancel, move |writer, cancel| from_folder(&path, size, writer, cancel)).await
            }
            Self::Zip(bodies) => {
                let (bodies, entry) = (Arc::clone(bodies), body_entry(name));
                blocking(writer, cancel, move |writer, cancel| {
                    from_zip(&bodies, &entry, size, writer, cancel)
                })
                .await
            }
            Self::Itself(index) => {
                let (index, entry) = (Arc::clone(index), body_entry(name));
                blocking(writer, cancel, move |writer, cancel| {
                    from_zip(index.bodies(), &entry, size, writer, cancel)
                })
                .await
            }
        };
        if given.is_ok() {
            count(size);
        }
        given
    }
}

/// The folder with the bodies, of a target's folder or of one named `attachments`.
fn attachments_folder(path: &Path) -> Result<PathBuf> {
    let inner = path.join("attachments");
    let folder = if inner.is_dir() { inner } else { path.to_owned() };
    std::fs::read_dir(&folder).map_err(|error| Error::file(path, &error))?;
    Ok(folder)
}

/// Takes in a body from the network.
async fn received(
    incoming: Incoming,
    size: u64,
    mut writer: BodyWriter,
    count: &(dyn Fn(u64) + Sync),
) -> Result<BodyWriter, Fault> {
    let Incoming { length, mut body, .. } = incoming;
    if let Some(other) = length.filter(|length| *length != size) {
        return Err(other_size(other, size));
    }
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| match error.code() {
            Code::TimedOut => Fault::Passing(MissingCause::TimedOut, error.body().original.clone()),
            _ => Fault::Passing(MissingCause::ConnectionLost, error.body().original.clone()),
        })?;
        if writer.would_overflow(chunk.len()) {
            return Err(other_size(writer.done() + chunk.len() as u64, size));
        }
        writer.write_all(&chunk).map_err(|error| not_written(&error))?;
        count(chunk.len() as u64);
    }
    if writer.done() == size { Ok(writer) } else { Err(other_size(writer.done(), size)) }
}

/// What the source says may be true: a second look shows whether it is.
fn other_size(found: u64, size: u64) -> Fault {
    let words = format!("{found} bytes came in place of {size}");
    Fault::Passing(MissingCause::SizeDiffers, Some(words))
}

/// What a server or a target refuses a body with.
fn refused(error: Error, name: &str) -> Fault {
    let words = error.body().original.clone().or_else(|| Some(error.body().message.clone()));
    match error.code() {
        Code::BackupNotFound => Fault::Absent,
        // Each was tried again by the one who asked.
        Code::TimedOut => Fault::Lasting(MissingCause::TimedOut, words),
        Code::ConnectionLost => Fault::Lasting(MissingCause::ConnectionLost, words),
        Code::ServerFailed | Code::TargetFailed | Code::AnswerUnreadable | Code::NotNodeWarden => {
            Fault::Passing(MissingCause::SourceFailed, words)
        }
        Code::ServerRefused => Fault::Lasting(MissingCause::SourceFailed, words),
        _ => {
            tracing::info!(code = %error.code(), "the export ends at {name}");
            Fault::Ends(error)
        }
    }
}

fn not_written(error: &io::Error) -> Fault {
    Fault::Ends(Error::file(Path::new("the unfinished export"), error))
}

/// Reads off the async threads.
async fn blocking(
    mut writer: BodyWriter,
    cancel: &CancellationToken,
    copy: impl FnOnce(&mut BodyWriter, &CancellationToken) -> Result<(), Fault> + Send + 'static,
) -> Result<BodyWriter, Fault> {
    let cancel = cancel.clone();
    let copying = tokio::task::spawn_blocking(move || copy(&mut writer, &cancel).map(|()| writer));
    copying.await.unwrap_or_else(|_| Err(Fault::Ends(JobDetail::ExportStopped.error())))
}

/// A body in a folder, as a target or an unpacked ZIP has it.
fn from_folder(
    path: &Path,
    size: u64,
    writer: &mut BodyWriter,
    cancel: &CancellationToken,
) -> Result<(), Fault> {
    let mut with_ending = path.as_os_str().to_owned();
    with_ending.push(".bin");
    let mut other_size = None;
    for path in [path, Path::new(&with_ending)] {
        // A link could lead anywhere, and a pipe could be read forever.
        let Ok(facts) = path.symlink_metadata() else { continue };
        if !facts.is_file() {
            continue;
        }
        if facts.len() != size {
            other_size = Some(format!("{} bytes are there in place of {size}", facts.len()));
            continue;
        }
        let failed = |error: io::Error| Fault::Lasting(MissingCause::SourceFailed, Some(error.to_string()));
        let mut file = File::open(path).map_err(failed)?;
        let mut piece = vec![0; 256 * 1024];
        loop {
            if cancel.is_cancelled() {
                return Err(Fault::Absent);
            }
            let read = file.read(&mut piece).map_err(failed)?;
            if read == 0 {
                break;
            }
            if writer.would_overflow(read) {
                return Err(Fault::Lasting(MissingCause::SizeDiffers, None));
            }
            writer.write_all(&piece[..read]).map_err(|error| not_written(&error))?;
        }
        return if writer.done() == size {
            Ok(())
        } else {
            Err(Fault::Lasting(MissingCause::SizeDiffers, None))
        };
    }
    match other_size {
        Some(words) => Err(Fault::Lasting(MissingCause::SizeDiffers, Some(words))),
        None => Err(Fault::Absent),
    }
}

/// A body in a ZIP.
fn from_zip(
    bodies: &ZipBodies,
    entry: &str,
    size: u64,
    writer: &mut BodyWriter,
    cancel: &CancellationToken,
) -> Result<(), Fault> {
    match bodies.copy(entry, size, cancel, writer) {
        Ok(Copied::Whole) => Ok(()),
        Ok(Copied::Absent) => Err(Fault::Absent),
        Ok(Copied::Damaged) => Err(Fault::Lasting(MissingCause::Damaged, None)),
        Err(_) if cancel.is_cancelled() => Err(Fault::Absent),
        Err(error)
            if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied) =>
        {
            Err(not_written(&error))
        }
        Err(error) => Err(Fault::Lasting(MissingCause::SourceFailed, Some(error.to_string()))),
    }
}
