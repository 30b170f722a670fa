//! Exports: the job, its sources, and the unfinished ones that this computer has.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::recovery::OpenedSource;
use super::work::map;
use super::{ActiveProfile, Desk};
use crate::jobs::{
    self, BodyOrigin, BodySource, ExportFrom, ExportOrder, ExportResult, JobKind, JobRecord, JobResult,
    KeptSources, KeptTarget, KnownBodies, Missing, Outcome, PARALLEL, PartFile, RemoteZip, Resume,
    SourceKind, UnfinishedExport, Watch, local_check,
};
use crate::ledger::{Ledger, SeenBody};
use crate::runner::NewJob;
use crate::targets::TargetFolder;
use crate::{Code, Error, Result};

/// Folders of exports that are remembered.
const MOST_FOLDERS: usize = 20;
/// The file that remembers them.
const FOLDERS_FILE: &str = "export-folders.json";

/// An export that can be started at the desk.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// What it is made from.
    pub from: ExportFrom,
    /// The folder that the file goes to.
    pub folder: PathBuf,
    /// Where bodies come from, in this order.
    pub sources: Vec<SourceChoice>,
    /// What becomes of it when bodies are missing.
    pub missing: Missing,
    /// How many bodies are fetched at a time.
    pub parallel: usize,
    /// The file is encrypted with this.
    pub passphrase: Option<SecretString>,
    /// Which unfinished export to go on with.
    pub resume: Resume,
    /// End before the first body when the server would not import the result.
    pub ask_over_limits: bool,
}

impl ExportRequest {
    /// The usual one of what the server holds.
    pub fn of_server(folder: &Path) -> Self {
        Self::new(ExportFrom::Server { attachments: true }, folder, vec![SourceChoice::Server])
    }

    /// The usual one of a ZIP without bodies on a target.
    pub fn of_remote(zip: RemoteZip, folder: &Path, sources: Vec<SourceChoice>) -> Self {
        let RemoteZip { target_id, path } = zip;
        Self::new(ExportFrom::Remote { target_id, path }, folder, sources)
    }

    /// Goes on with an unfinished export: with the sources that it had, besides `sources`.
    /// Targets among those that it had have to be opened again.
    pub fn resuming(unfinished: &UnfinishedExport, folder: &Path, mut sources: Vec<SourceChoice>) -> Self {
        let had = &unfinished.sources;
        let zips = had.zips.iter().map(|zip| SourceChoice::Zip(zip.into()));
        let folders = had.folders.iter().map(|folder| SourceChoice::Folder(folder.into()));
        let is_of_server = unfinished.zip.is_none();
        let server = (had.server || is_of_server).then_some(SourceChoice::Server);
        for source in zips.chain(folders).chain(server) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let from = match (&unfinished.zip, &unfinished.remote) {
            (Some(zip), _) => ExportFrom::Zip(zip.into()),
            (None, Some(RemoteZip { target_id, path })) => {
                ExportFrom::Remote { target_id: target_id.clone(), path: path.clone() }
            }
            (None, None) => ExportFrom::Server { attachments: true },
        };
        Self { resume: Resume::Part(PathBuf::from(&unfinished.part)), ..Self::new(from, folder, sources) }
    }

    /// The usual one of a ZIP without bodies.
    pub fn of_zip(zip: &Path, folder: &Path, sources: Vec<SourceChoice>) -> Self {
        Self::new(ExportFrom::Zip(zip.to_owned()), folder, sources)
    }

    fn new(from: ExportFrom, folder: &Path, sources: Vec<SourceChoice>) -> Self {
        Self {
            from,
            folder: folder.to_owned(),
            sources,
            missing: Missing::Fail,
            parallel: PARALLEL,
            passphrase: None,
            resume: Resume::New,
            ask_over_limits: false,
        }
    }
}

/// A source of bodies, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    Folder(PathBuf),
    /// Another ZIP.
    Zip(PathBuf),
}

/// What an export needs, ready to run.
struct Ready {
    work: ExportRequest,
    signed: Option<Arc<ActiveProfile>>,
    targets: Vec<TargetFolder>,
    kept_sources: KeptSources,
}

impl Desk {
    /// Starts an export in the background; answers its number. Its folder is remembered, so
    /// that it can go on after the app was ended.
    ///
    /// # Errors
    /// `SessionEnded` and `PasswordNeeded` when the server is needed, `LedgerFailed`.
    pub fn start_export(self: &Arc<Self>, work: ExportRequest) -> Result<i64> {
        let (ready, job) = self.prepare_export(work)?;
        self.remember_export_folder(&ready.work.folder);
        let desk = Arc::clone(self);
        self.runner.start(&job, move |watch| async move { desk.do_export(ready, &watch).await })
    }

    /// Runs an export to its end; `cancel` stops it.
    ///
    /// # Errors
    /// As [`Desk::start_export`].
    pub async fn run_export(
        self: &Arc<Self>,
        work: ExportRequest,
        cancel: CancellationToken,
    ) -> Result<JobRecord> {
        let (ready, job) = self.prepare_export(work)?;
        self.runner.run(&job, cancel, |watch| async move { self.do_export(ready, &watch).await }).await
    }

    /// Exports that were not finished, in the folders where exports were made.
    pub async fn unfinished_exports(&self) -> Result<Vec<UnfinishedExport>> {
        let mut folders = self.export_folders();
        folders.push(self.exports_folder());
        Self::blocking(move || {
            Ok(folders.iter().flat_map(|folder| jobs::unfinished_exports(folder)).collect())
        })
        .await
    }

    /// Removes an unfinished export that [`Desk::unfinished_exports`] lists.
    ///
    /// # Errors
    /// `InvalidRequest` for another file, `Busy` when a process works on it.
    pub async fn discard_export(&self, part: &str) -> Result<()> {
        self.known_unfinished(part).await?;
        let part = PathBuf::from(part);
        Self::blocking(move || jobs::discard_export(&part)).await
    }

    /// The unfinished export with this part file, among those that are known.
    ///
    /// # Errors
    /// `InvalidRequest` when it is none of them.
    pub async fn known_unfinished(&self, part: &str) -> Result<UnfinishedExport> {
        let found = self.unfinished_exports().await?.into_iter().find(|one| one.part == part);
        found.ok_or_else(|| {
            Error::new(
                Code::InvalidRequest,
                "This unfinished export is not there any more, or is being worked on.",
                "Reload the list of unfinished exports.",
            )
            .value("reason", "no-unfinished-export")
        })
    }

    /// Where exports are until they are encrypted: the unencrypted bytes never reach the folder
    /// that the person chose.
    fn exports_folder(&self) -> PathBuf {
        self.folder.join("exports")
    }

    fn prepare_export(&self, work: ExportRequest) -> Result<(Ready, NewJob)> {
        if let Some(passphrase) = &work.passphrase {
            jobs::check_passphrase(passphrase)?;
        }
        let needs_server =
            !matches!(work.from, ExportFrom::Zip(_)) || work.sources.contains(&SourceChoice::Server);
        let signed = if needs_server { Some(self.needs_signed()?) } else { None };
        if signed.as_ref().is_some_and(|signed| !signed.session.can_confirm()) {
            return Err(Error::new(
                Code::PasswordNeeded,
                "The master password is needed to confirm this.",
                "Enter the master password and try again.",
            ));
        }
        let (mut targets, mut kept_sources) = (Vec::new(), KeptSources::default());
        let shown = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        for source in &work.sources {
            match source {
                SourceChoice::Server => kept_sources.server = true,
                SourceChoice::Zip(zip) => kept_sources.zips.push(shown(zip).to_string_lossy().into_owned()),
                SourceChoice::Folder(folder) => {
                    kept_sources.folders.push(shown(folder).to_string_lossy().into_owned());
                }
                SourceChoice::Target { handle, destination_id, http_accepted } => {
                    targets.push(self.reach(handle, destination_id, *http_accepted)?);
                    kept_sources.targets.push(self.kept_target(handle, destination_id)?);
                }
            }
        }
        let subject = match &work.from {
            ExportFrom::Zip(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            ExportFrom::Remote { path, .. } => path.rsplit('/').next().unwrap_or_default().to_owned(),
            ExportFrom::Server { .. } => {
                signed.as_ref().map(|signed| signed.profile.name.clone()).unwrap_or_default()
            }
        };
        let profile_id = signed.as_ref().map(|signed| signed.profile.id.clone());
        let job = NewJob { kind: JobKind::Export, profile_id, subject };
        Ok((Ready { work, signed, targets, kept_sources }, job))
    }

    async fn do_export(&self, ready: Ready, watch: &Watch) -> Result<Outcome<JobResult>> {
        let Ready { work, signed, targets, kept_sources } = ready;
        let session = signed.as_ref().map(|signed| &signed.session);
        // While a job runs, idle time does not lock what it needs.
        let _at_work = session.map(|session| session.at_work());
        let mut targets = targets.into_iter();
        let mut sources = Vec::new();
        for source in work.sources {
            sources.extend(match source {
                SourceChoice::Server => session.map(BodySource::Server),
                SourceChoice::Target { .. } => targets.next().map(BodySource::Target),
                SourceChoice::Folder(path) => Some(BodySource::Folder(path)),
                SourceChoice::Zip(path) => Some(BodySource::Zip(path)),
            });
        }
        let private = match &work.passphrase {
            Some(_) => {
                let folder = self.exports_folder();
                std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, &error))?;
                crate::ledger::tighten(&folder, 0o700)?;
                Some(folder)
            }
            None => None,
        };
        let order = ExportOrder {
            from: work.from,
            folder: work.folder,
            work: match &work.resume {
                Resume::Part(part) => part.parent().map(Path::to_owned),
                _ => private,
            },
            sources,
            kept_sources,
            known_bodies: Some(&*self.ledger),
            session,
            missing: work.missing,
            parallel: work.parallel,
            passphrase: work.passphrase,
            resume: work.resume,
            ask_over_limits: work.ask_over_limits,
        };
        let outcome = jobs::export(&order, &watch.within(self.room())).await?;
        if let Outcome::Done(export) = &outcome {
            self.ledger.remember_bodies(&seen_bodies(export))?;
        }
        if let Outcome::Done(export) = &outcome
            && let (Some(file), Some(check), false) = (&export.file, &export.check, export.encrypted)
        {
            let file = Path::new(file);
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            self.note_local(file, &local_check(&name, check.clone()))?;
        }
        if let Some(signed) = &signed {
            self.note_generation(signed);
        }
        Ok(map(outcome, JobResult::Export))
    }

    /// What is kept of a target that bodies come from.
    fn kept_target(&self, handle: &str, destination_id: &str) -> Result<KeptTarget> {
        let opened = self.opened_settings(handle)?;
        let mut all = opened.settings.destinations.into_iter();
        let name = all.find(|one| one.id == destination_id).map(|one| one.name).unwrap_or_default();
        let opened_from = match opened.source {
            OpenedSource::Backup { path } => Some(path),
            OpenedSource::Server { .. } | OpenedSource::Typed => None,
        };
        Ok(KeptTarget { id: destination_id.to_owned(), name, opened_from })
    }

    fn export_folders(&self) -> Vec<PathBuf> {
        let text = std::fs::read_to_string(self.folder.join(FOLDERS_FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn remember_export_folder(&self, folder: &Path) {
        let Ok(folder) = std::path::absolute(folder) else { return };
        let mut folders = self.export_folders();
        folders.retain(|known| *known != folder);
        folders.insert(0, folder);
        folders.truncate(MOST_FOLDERS);
        // Without it, an unfinished export is found by choosing its folder again.
        let written =
            serde_json::to_vec(&folders).map_err(|error| Error::file(Path::new(FOLDERS_FILE), &error.into()));
        let written = written.and_then(|text| {
            let mut file = PartFile::replacing(&self.folder.join(FOLDERS_FILE))?;
            file.write(&text)?;
            file.finish()
        });
        if let Err(error) = written {
            tracing::warn!(code = %error.code(), "the folder of an export could not be remembered");
        }
    }
}

impl KnownBodies for Ledger {
    fn hashes(&self, bodies: &[(String, u64)]) -> HashMap<String, String> {
        // An export goes on without: sizes and checksums are compared all the same.
        self.known_bodies(bodies).unwrap_or_else(|error| {
            tracing::warn!(code = %error.code(), "what is known of attachment bodies could not be read");
            HashMap::new()
        })
    }
}

/// The bodies whose content is certain: the server gave them, or a ZIP with a checksum of each.
fn seen_bodies(export: &ExportResult) -> Vec<SeenBody> {
    let certain = |origin: &&BodyOrigin| {
        matches!(origin.source, SourceKind::Server | SourceKind::Zip | SourceKind::Itself)
            && !origin.sha256.is_empty()
    };
    let seen = export.origins.iter().filter(certain).filter_map(|origin| {
        let name = origin.path.strip_prefix("attachments/")?.strip_suffix(".bin")?;
        Some(SeenBody { name: name.to_owned(), bytes: origin.bytes, sha256: origin.sha256.clone() })
    });
    seen.collect()
}
