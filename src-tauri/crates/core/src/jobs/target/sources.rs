//! Where bodies come from that a target lacks. One is taken only when its size is right, and its
//! hash where that is known.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::on_server::attachments_on_server;
use super::zips::stopped_unexpectedly;
use crate::archive::{Attachment, Copied, ZipBodies, body_entry};
use crate::error::TargetDetail;
use crate::jobs::{Outcome, Watch};
use crate::progress::Silent;
use crate::server::Session;
use crate::targets::{BodiesThere, Spooled, Standing, TargetFolder, body_path};
use crate::{Code, Error, Result};

/// A source of bodies.
pub enum HealSource<'a> {
    /// The server that somebody is signed in to.
    Server(&'a Session),
    /// The same; what its next run would upload is put there as well.
    ServerWithNew(&'a Session),
    /// Another target.
    Target(&'a TargetFolder),
    /// A folder with the layout of a target, or an unpacked backup.
    Folder(PathBuf),
    /// A complete backup.
    Zip(PathBuf),
}

/// The kinds of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum HealSourceKind {
    /// The server.
    Server,
    /// Another target.
    Target,
    /// A folder.
    Folder,
    /// A backup with its bodies.
    Zip,
}

/// A source that is open.
#[allow(clippy::large_enum_variant, reason = "few exist, each for one job")]
pub(super) enum Open<'a> {
    Server(&'a Session),
    Target(&'a TargetFolder, BodiesThere),
    Folder(TargetFolder),
    Zip(Arc<ZipBodies>),
}

/// What a source gave.
pub(super) enum Given {
    Body(Spooled),
    /// It does not have it.
    Absent,
    /// It has something else under this name.
    DoesNotFit,
}

impl<'a> Open<'a> {
    /// Opens sources in their order.
    pub async fn all(sources: &'a [HealSource<'a>]) -> Result<Vec<Self>> {
        let mut open = Vec::new();
        for source in sources {
            open.push(match source {
                HealSource::Server(session) | HealSource::ServerWithNew(session) => Self::Server(session),
                HealSource::Target(folder) => Self::Target(folder, folder.bodies(|_, _| ()).await?),
                HealSource::Folder(path) => Self::Folder(TargetFolder::local(path)?),
                HealSource::Zip(path) => {
                    let path = path.clone();
                    let opened = tokio::task::spawn_blocking(move || ZipBodies::open(&path));
                    Self::Zip(Arc::new(opened.await.map_err(|_| stopped_unexpectedly())??))
                }
            });
        }
        Ok(open)
    }

    pub fn kind(&self) -> HealSourceKind {
        match self {
            Self::Server(_) => HealSourceKind::Server,
            Self::Target(..) => HealSourceKind::Target,
            Self::Folder(_) => HealSourceKind::Folder,
            Self::Zip(_) => HealSourceKind::Zip,
        }
    }

    /// Whether it seems to have a body. A server is asked only when the body is fetched.
    pub async fn may_have(&self, name: &str, size: u64) -> bool {
        match self {
            Self::Server(_) => true,
            Self::Target(_, there) => {
                there.sizes.contains_key(name) && there.standing(name, size) == Standing::There
            }
            Self::Folder(folder) => find(folder, name, size).await.is_ok_and(|found| found.0.is_some()),
            Self::Zip(bodies) => bodies.size_of(&body_entry(name)) == Some(size),
        }
    }

    /// Fetches a body of `size`, with the hash `known` where that is known.
    pub async fn give(
        &self,
        name: &str,
        size: u64,
        known: Option<&str>,
        scratch: &Path,
        cancel: &CancellationToken,
    ) -> Result<Given> {
        let spooled = match self {
            Self::Server(session) => {
                let incoming = match session.blob(name, &Silent).await {
                    Ok(incoming) => incoming,
                    Err(error) if error.code() == Code::BackupNotFound => return Ok(Given::Absent),
                    Err(error) => return Err(error),
                };
                Spooled::take(incoming, Some(size), scratch, |_| ()).await
            }
            Self::Target(folder, there) => match there.sizes.get(name) {
                None => return Ok(Given::Absent),
                Some(found) => {
                    let incoming = folder.read(&body_path(name), *found).await?;
                    Spooled::take(incoming, Some(size), scratch, |_| ()).await
                }
            },
            Self::Folder(folder) => match find(folder, name, size).await? {
                (Some(path), _) => {
                    Spooled::take(folder.read(&path, Some(size)).await?, Some(size), scratch, |_| ()).await
                }
                (None, is_other) => return Ok(if is_other { Given::DoesNotFit } else { Given::Absent }),
            },
            Self::Zip(bodies) => return from_zip(bodies, name, size, known, scratch, cancel).await,
        };
        match spooled {
            Ok(body) if known.is_none_or(|known| known == body.sha256()) => Ok(Given::Body(body)),
            Ok(_) => Ok(Given::DoesNotFit),
            Err(error) if error.is(TargetDetail::StorageSizeDiffers) => Ok(Given::DoesNotFit),
            Err(error) => Err(error),
        }
    }
}

/// What the server holds, where a source is to bring what is new there too.
pub(super) async fn new_bodies(
    sources: &[HealSource<'_>],
    watch: &Watch,
) -> Result<Outcome<Option<Vec<Attachment>>>> {
    let session = sources.iter().find_map(|source| match source {
        HealSource::ServerWithNew(session) => Some(*session),
        _ => None,
    });
    Ok(match session {
        Some(session) => attachments_on_server(session, watch).await?.map(Some),
        None => Outcome::Done(None),
    })
}

/// Where a folder has a body, and whether it has one of another size.
async fn find(folder: &TargetFolder, name: &str, size: u64) -> Result<(Option<String>, bool)> {
    let mut is_other = false;
    for path in [body_path(name), format!("attachments/{name}.bin"), name.to_owned(), format!("{name}.bin")] {
        match folder.stat(&path).await? {
            Some(Some(found)) if found == size => return Ok((Some(path), false)),
            Some(_) => is_other = true,
            None => {}
        }
    }
    Ok((None, is_other))
}

async fn from_zip(
    bodies: &Arc<ZipBodies>,
    name: &str,
    size: u64,
    known: Option<&str>,
    scratch: &Path,
    cancel: &CancellationToken,
) -> Result<Given> {
    let (bodies, entry, scratch, cancel) =
        (Arc::clone(bodies), body_entry(name), scratch.to_owned(), cancel.clone());
    let copying = tokio::task::spawn_blocking(move || {
        Spooled::copied(&scratch, |to| {
            bodies.copy(&entry, size, &cancel, to).map_err(|error| Error::file(Path::new(&entry), &error))
        })
    });
    let (body, copied) = copying.await.map_err(|_| stopped_unexpectedly())??;
    Ok(match copied {
        Copied::Absent => Given::Absent,
        Copied::Damaged => Given::DoesNotFit,
        Copied::Whole if known.is_some_and(|known| known != body.sha256()) => Given::DoesNotFit,
        Copied::Whole => Given::Body(body),
    })
}
