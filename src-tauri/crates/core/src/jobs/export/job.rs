//! An export as a job: what it is requested, and its sources ready to be read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;

use super::{
    BodySource, ExportFrom, ExportOrder, ExportResult, KeptSources, KeptTarget, Missing, PARALLEL, RemoteZip,
    Resume, check_passphrase, export,
};
use crate::Result;
use crate::granted::{FileGrants, FileToRead, Folder};
use crate::jobs::job::last_part;
use crate::jobs::{Job, JobKind, JobServices, Outcome, Prepared, Watch, local_check};
use crate::targets::TargetFolder;

/// An export, as requested.
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
    /// Which unfinished export to continue with.
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
    /// A ZIP without bodies on a target of the server: it is downloaded first.
    Remote {
        /// The ZIP.
        zip: RemoteZip,
    },
    /// An unfinished export that continues, with the sources that it had and more; without a
    /// folder, its file goes where it is.
    Unfinished {
        /// Its part file.
        part: String,
    },
}

/// A source of bodies, as requested.
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

    /// The usual one of a ZIP without bodies on a target.
    pub fn of_remote(zip: RemoteZip, folder: &Path, sources: Vec<SourceChoice>) -> Self {
        Self::new(ExportOf::Remote { zip }, folder, sources)
    }

    /// The one that continues with an unfinished export, in its own folder.
    pub fn of_unfinished(part: &str, sources: Vec<SourceChoice>) -> Self {
        let from = ExportOf::Unfinished { part: part.to_owned() };
        Self { folder: None, ..Self::new(from, Path::new(""), sources) }
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

    /// What it is made from, where the unfinished file is, and the folder it goes to; with the
    /// sources that an unfinished export had.
    async fn resolved(
        &mut self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<(ExportFrom, PathBuf, KeptSources)> {
        let folder = self.folder.take();
        let part = match std::mem::replace(&mut self.from, ExportOf::Server { attachments: true }) {
            ExportOf::Server { attachments } => {
                let from = ExportFrom::Server { attachments };
                return Ok((from, Folder::or_usual(folder, files)?, KeptSources::default()));
            }
            ExportOf::Zip { zip } => {
                let from = ExportFrom::Zip(zip.path(files)?);
                return Ok((from, Folder::or_usual(folder, files)?, KeptSources::default()));
            }
            ExportOf::Remote { zip: RemoteZip { target_id, path } } => {
                let from = ExportFrom::Remote { target_id, path };
                return Ok((from, Folder::or_usual(folder, files)?, KeptSources::default()));
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
        let had = known.sources;
        let from = match (known.zip, known.remote) {
            (Some(zip), _) => return Ok((ExportFrom::Zip(zip.into()), folder, had)),
            (None, Some(RemoteZip { target_id, path })) => ExportFrom::Remote { target_id, path },
            (None, None) => ExportFrom::Server { attachments: true },
        };
        services.needs_session()?;
        // One that was started by an earlier version has no list of its sources.
        let server = had.server || had == KeptSources::default();
        Ok((from, folder, KeptSources { server, ..had }))
    }
}

/// An export that was not refused.
pub struct ReadyExport {
    from: ExportFrom,
    folder: PathBuf,
    sources: Vec<ReadySource>,
    kept_sources: KeptSources,
    with_session: bool,
    asked: ExportRequest,
}

#[derive(Clone)]
enum ReadySource {
    Server,
    Target(Arc<TargetFolder>),
    Folder(PathBuf),
    Zip(PathBuf),
}

impl ReadySource {
    fn of(choice: SourceChoice, services: &dyn JobServices, files: &dyn FileGrants) -> Result<Self> {
        Ok(match choice {
            SourceChoice::Server => Self::Server,
            SourceChoice::Target { handle, destination_id, http_accepted } => {
                Self::Target(Arc::new(services.target_directly(&handle, &destination_id, http_accepted)?))
            }
            SourceChoice::Folder { folder } => Self::Folder(folder.to_read(files)?),
            SourceChoice::Zip { zip } => Self::Zip(zip.path(files)?),
        })
    }
}

/// Each source once, where it was first named.
fn once_each(sources: Vec<ReadySource>) -> Vec<ReadySource> {
    let mut once: Vec<ReadySource> = Vec::new();
    for source in sources {
        let is_same = |other: &ReadySource| match (&source, other) {
            (ReadySource::Server, ReadySource::Server) => true,
            (ReadySource::Zip(one), ReadySource::Zip(other))
            | (ReadySource::Folder(one), ReadySource::Folder(other)) => shown(one) == shown(other),
            _ => false,
        };
        if !once.iter().any(is_same) {
            once.push(source);
        }
    }
    once
}

/// The full path, as it is kept.
fn shown(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

impl Job for ExportRequest {
    const KIND: JobKind = JobKind::Export;
    type Result = ExportResult;
    type Ready = ReadyExport;

    fn needs_session(&self) -> bool {
        matches!(self.from, ExportOf::Server { .. } | ExportOf::Remote { .. })
            || self.sources.contains(&SourceChoice::Server)
    }

    async fn prepare(
        mut self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<ReadyExport>> {
        if let Some(passphrase) = &self.passphrase {
            check_passphrase(passphrase)?;
        }
        let (from, folder, had) = self.resolved(services, files).await?;
        let (mut sources, mut kept_sources) = (Vec::new(), KeptSources::default());
        for choice in std::mem::take(&mut self.sources) {
            if let SourceChoice::Target { handle, destination_id, .. } = &choice {
                kept_sources.targets.push(services.kept_target(handle, destination_id)?);
            }
            sources.push(ReadySource::of(choice, services, files)?);
        }
        // What the person chose when it began needs no second choice.
        sources.extend(had.zips.iter().map(|zip| ReadySource::Zip(zip.into())));
        sources.extend(had.folders.iter().map(|folder| ReadySource::Folder(folder.into())));
        sources.extend(had.server.then_some(ReadySource::Server));
        let sources = once_each(sources);
        for source in &sources {
            match source {
                ReadySource::Server => kept_sources.server = true,
                ReadySource::Zip(path) => kept_sources.zips.push(shown(path)),
                ReadySource::Folder(path) => kept_sources.folders.push(shown(path)),
                ReadySource::Target(_) => {}
            }
        }
        let opened_again = |one: &KeptTarget| kept_sources.targets.iter().any(|now| now.id == one.id);
        let closed: Vec<_> = had.targets.into_iter().filter(|one| !opened_again(one)).collect();
        kept_sources.targets.extend(closed);
        let with_session = !matches!(from, ExportFrom::Zip(_)) || kept_sources.server;
        let subject = match &from {
            ExportFrom::Zip(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            ExportFrom::Server { .. } => services.profile_name(),
            ExportFrom::Remote { path, .. } => last_part(path),
        };
        services.remember_export_folder(&folder);
        let ready = ReadyExport { from, folder, sources, kept_sources, with_session, asked: self };
        Ok(Prepared::new(subject, ready).with_session(with_session))
    }

    async fn run(
        ready: ReadyExport,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<ExportResult>> {
        let ReadyExport { from, folder, sources, kept_sources, with_session, asked } = ready;
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
            kept_sources,
            known_bodies: Some(services.known_bodies()),
            session,
            missing: asked.missing,
            parallel: asked.parallel,
            passphrase: asked.passphrase,
            resume: asked.resume,
            ask_over_limits: asked.ask_over_limits,
        };
        let outcome = export(&order, watch).await?;
        if let Outcome::Done(made) = &outcome {
            services.keep_bodies(&made.origins)?;
        }
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
