//! An export as a job: what it is asked for, and its sources ready to be read.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use super::{
    BodySource, ExportFrom, ExportOrder, ExportResult, Missing, PARALLEL, Resume, check_passphrase, export,
};
use crate::Result;
use crate::granted::{FileGrants, FileToRead, Folder};
use crate::jobs::{Job, JobKind, JobServices, Outcome, Prepared, Watch, local_check};
use crate::targets::TargetFolder;

/// An export, as it is asked for.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportRequest {
    /// What it is made from.
    pub from: ExportOf,
    /// The folder that the file goes to; the usual one when none.
    pub folder: Option<Folder>,
    /// Where bodies come from, in this order.
    pub sources: Vec<SourceChoice>,
    /// What becomes of it when bodies are missing.
    pub missing: Missing,
    /// How many bodies are fetched at a time.
    #[serde(skip, default = "usual_parallel")]
    pub parallel: usize,
    /// The file is encrypted with this.
    #[specta(type = Option<String>)]
    pub passphrase: Option<SecretString>,
    /// Which unfinished export to go on with.
    #[serde(skip)]
    pub resume: Resume,
    /// End before the first body when the server would not import the result.
    pub ask_over_limits: bool,
}

fn usual_parallel() -> usize {
    PARALLEL
}

/// What an export is asked to be made from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ExportOf {
    /// What the server holds now.
    Server {
        /// With the attachments, their rows and bodies.
        attachments: bool,
    },
    /// A ZIP on this computer that lists attachments without holding their bodies.
    Zip {
        /// The ZIP.
        zip: FileToRead,
    },
    /// An unfinished export that goes on; without a folder, its file goes where it is.
    Unfinished {
        /// Its part file.
        part: String,
    },
}

/// A source of bodies, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SourceChoice {
    /// The server that somebody is signed in to.
    Server,
    /// A target, reached from this computer with opened settings.
    Target {
        /// The handle of the settings.
        handle: String,
        /// The target's id.
        destination_id: String,
        /// Plain http to it is accepted: the network sees its login and the backups.
        http_accepted: bool,
    },
    /// A folder with the layout of a target.
    Folder {
        /// The folder.
        folder: Folder,
    },
    /// Another ZIP.
    Zip {
        /// The ZIP.
        zip: FileToRead,
    },
}

impl ExportRequest {
    /// The usual one of what the server holds.
    pub fn of_server(folder: &Path) -> Self {
        Self::new(ExportOf::Server { attachments: true }, folder, vec![SourceChoice::Server])
    }

    /// The usual one of a ZIP without bodies.
    pub fn of_zip(zip: &Path, folder: &Path, sources: Vec<SourceChoice>) -> Self {
        Self::new(ExportOf::Zip { zip: zip.into() }, folder, sources)
    }

    fn new(from: ExportOf, folder: &Path, sources: Vec<SourceChoice>) -> Self {
        Self {
            from,
            folder: Some(folder.into()),
            sources,
            missing: Missing::Fail,
            parallel: PARALLEL,
            passphrase: None,
            resume: Resume::New,
            ask_over_limits: false,
        }
    }

    /// What it is made from, where the unfinished file is, and the folder it goes to.
    async fn resolved(
        &mut self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<(ExportFrom, PathBuf)> {
        let folder = self.folder.take();
        let part = match std::mem::replace(&mut self.from, ExportOf::Server { attachments: true }) {
            ExportOf::Server { attachments } => {
                return Ok((ExportFrom::Server { attachments }, Folder::or_usual(folder, files)?));
            }
            ExportOf::Zip { zip } => {
                return Ok((ExportFrom::Zip(zip.path(files)?), Folder::or_usual(folder, files)?));
            }
            ExportOf::Unfinished { part } => part,
        };
        let known = services.unfinished_export(&part).await?;
        let part = PathBuf::from(&known.part);
        let own = part.parent().filter(|own| !own.starts_with(services.data_folder()));
        let folder = match (folder, own) {
            (None, Some(own)) => own.to_owned(),
            (folder, _) => Folder::or_usual(folder, files)?,
        };
        self.resume = Resume::Part(part);
        Ok(match known.zip {
            Some(zip) => (ExportFrom::Zip(zip.into()), folder),
            None => {
                services.needs_session()?;
                if !self.sources.contains(&SourceChoice::Server) {
                    self.sources.push(SourceChoice::Server);
                }
                (ExportFrom::Server { attachments: true }, folder)
            }
        })
    }
}

/// An export that was not refused.
pub struct ReadyExport {
    from: ExportFrom,
    folder: PathBuf,
    sources: Vec<ReadySource>,
    with_session: bool,
    asked: ExportRequest,
}

enum ReadySource {
    Server,
    Target(TargetFolder),
    Folder(PathBuf),
    Zip(PathBuf),
}

impl ReadySource {
    fn of(choice: SourceChoice, services: &dyn JobServices, files: &dyn FileGrants) -> Result<Self> {
        Ok(match choice {
            SourceChoice::Server => Self::Server,
            SourceChoice::Target { handle, destination_id, http_accepted } => {
                Self::Target(services.target_directly(&handle, &destination_id, http_accepted)?)
            }
            SourceChoice::Folder { folder } => Self::Folder(folder.to_read(files)?),
            SourceChoice::Zip { zip } => Self::Zip(zip.path(files)?),
        })
    }
}

impl Job for ExportRequest {
    const KIND: JobKind = JobKind::Export;
    type Result = ExportResult;
    type Ready = ReadyExport;

    fn needs_session(&self) -> bool {
        matches!(self.from, ExportOf::Server { .. }) || self.sources.contains(&SourceChoice::Server)
    }

    async fn prepare(
        mut self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<ReadyExport>> {
        if let Some(passphrase) = &self.passphrase {
            check_passphrase(passphrase)?;
        }
        let (from, folder) = self.resolved(services, files).await?;
        let with_session =
            matches!(from, ExportFrom::Server { .. }) || self.sources.contains(&SourceChoice::Server);
        let sources = std::mem::take(&mut self.sources);
        let sources = sources.into_iter().map(|source| ReadySource::of(source, services, files));
        let sources = sources.collect::<Result<_>>()?;
        let subject = match &from {
            ExportFrom::Zip(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            ExportFrom::Server { .. } => services.profile_name(),
        };
        services.remember_export_folder(&folder);
        let ready = ReadyExport { from, folder, sources, with_session, asked: self };
        Ok(Prepared::new(subject, ready).with_session(with_session))
    }

    async fn run(
        ready: ReadyExport,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<ExportResult>> {
        let ReadyExport { from, folder, sources, with_session, asked } = ready;
        let session = if with_session { Some(services.session()?) } else { None };
        let sources = sources.into_iter().filter_map(|source| match source {
            ReadySource::Server => session.map(BodySource::Server),
            ReadySource::Target(target) => Some(BodySource::Target(target)),
            ReadySource::Folder(path) => Some(BodySource::Folder(path)),
            ReadySource::Zip(path) => Some(BodySource::Zip(path)),
        });
        let private = match &asked.passphrase {
            Some(_) => Some(services.private_exports_folder()?),
            None => None,
        };
        let order = ExportOrder {
            from,
            folder,
            work: match &asked.resume {
                Resume::Part(part) => part.parent().map(Path::to_owned),
                _ => private,
            },
            sources: sources.collect(),
            session,
            missing: asked.missing,
            parallel: asked.parallel,
            passphrase: asked.passphrase,
            resume: asked.resume,
            ask_over_limits: asked.ask_over_limits,
        };
        let outcome = export(&order, watch).await?;
        if let Outcome::Done(made) = &outcome
            && let (Some(file), Some(check), false) = (&made.file, &made.check, made.encrypted)
        {
            let file = Path::new(file);
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            services.keep_local_check(file, &local_check(&name, check.clone()))?;
        }
        Ok(outcome)
    }

    fn needs_attention(result: &ExportResult) -> bool {
        !result.importable
    }
}
