//! Which target a job works on, and where bodies come from, as a request names them.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use super::HealSource;
use crate::Result;
use crate::granted::{FileGrants, FileToRead, Folder};
use crate::jobs::JobServices;
use crate::places::Location;
use crate::targets::{Reach, TargetFolder};

/// A target to work on.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum TargetChoice {
    /// A target of opened settings.
    Opened {
        /// The handle of the settings.
        handle: String,
        /// The target's id.
        destination_id: String,
        /// Plain http to it is accepted: the network sees its login and the backups.
        http_accepted: bool,
    },
    /// A folder of this computer with the layout of a target.
    Folder {
        /// The folder.
        folder: Folder,
    },
    /// A target that was typed on the command line.
    #[serde(skip)]
    Typed {
        /// Where it is.
        location: Box<Location>,
        /// Its password or secret key.
        secret: SecretString,
        /// How it may be reached.
        reach: Reach,
    },
}

impl TargetChoice {
    /// Prepares to reach it. Nothing is asked of it yet. `writes`: files are to go there.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `AddressInsecure` for plain http that was not
    /// accepted, and a file error for a folder that is not there or was not chosen.
    pub fn open(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
        writes: bool,
    ) -> Result<OpenTarget> {
        match self {
            Self::Opened { handle, destination_id, http_accepted } => {
                let folder = services.target_directly(&handle, &destination_id, http_accepted)?;
                let name = services.kept_target(&handle, &destination_id)?.name;
                Ok(OpenTarget { name: if name.is_empty() { destination_id } else { name }, folder })
            }
            Self::Folder { folder } => {
                let path = if writes { folder.path(files)? } else { folder.to_read(files)? };
                let name =
                    path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
                Ok(OpenTarget { name: name.into_owned(), folder: TargetFolder::local(&path)? })
            }
            Self::Typed { location, secret, reach } => {
                let folder = TargetFolder::open_with(&location, &secret, &reach)?;
                Ok(OpenTarget { name: folder.place().to_owned(), folder })
            }
        }
    }
}

impl From<&Path> for TargetChoice {
    fn from(folder: &Path) -> Self {
        Self::Folder { folder: folder.into() }
    }
}

/// A target that can be reached.
pub struct OpenTarget {
    /// What people call it.
    pub name: String,
    /// Its folder.
    pub folder: TargetFolder,
}

/// A source of bodies for healing, as requested.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum HealFrom {
    /// The server that somebody is signed in to.
    Server {
        /// What its next run would upload is put on the target as well, though no backup there
        /// names it yet.
        #[serde(default)]
        new_bodies: bool,
    },
    /// Another target.
    Target {
        /// The target.
        target: TargetChoice,
    },
    /// A folder with the layout of a target, or an unpacked backup.
    Folder {
        /// The folder.
        folder: Folder,
    },
    /// A complete backup.
    Zip {
        /// The ZIP.
        zip: FileToRead,
    },
}

impl HealFrom {
    pub(super) fn is_server(&self) -> bool {
        matches!(self, Self::Server { .. })
    }
}

/// Sources of bodies that can be reached.
pub struct OpenSources(Vec<OpenSource>);

#[allow(clippy::large_enum_variant, reason = "few exist, each for one job")]
enum OpenSource {
    Server { new_bodies: bool },
    Target(TargetFolder),
    Folder(PathBuf),
    Zip(PathBuf),
}

impl OpenSources {
    /// Prepares to reach the sources, in their order.
    ///
    /// # Errors
    /// As [`TargetChoice::open`], and `SessionEnded` or `PasswordNeeded` for the server.
    pub fn open(sources: Vec<HealFrom>, services: &dyn JobServices, files: &dyn FileGrants) -> Result<Self> {
        let open = |source| {
            Ok(match source {
                HealFrom::Server { new_bodies } => {
                    services.needs_session()?;
                    OpenSource::Server { new_bodies }
                }
                HealFrom::Target { target } => {
                    OpenSource::Target(target.open(services, files, false)?.folder)
                }
                HealFrom::Folder { folder } => OpenSource::Folder(folder.to_read(files)?),
                HealFrom::Zip { zip } => OpenSource::Zip(zip.path(files)?),
            })
        };
        sources.into_iter().map(open).collect::<Result<_>>().map(Self)
    }

    /// The sources for one job.
    ///
    /// # Errors
    /// `SessionEnded` without the session that the server needs.
    pub fn sources<'a>(&'a self, services: &'a dyn JobServices) -> Result<Vec<HealSource<'a>>> {
        let source = |source: &'a OpenSource| {
            Ok(match source {
                OpenSource::Server { new_bodies: true } => HealSource::ServerWithNew(services.session()?),
                OpenSource::Server { new_bodies: false } => HealSource::Server(services.session()?),
                OpenSource::Target(folder) => HealSource::Target(folder),
                OpenSource::Folder(path) => HealSource::Folder(path.clone()),
                OpenSource::Zip(path) => HealSource::Zip(path.clone()),
            })
        };
        self.0.iter().map(source).collect()
    }
}
