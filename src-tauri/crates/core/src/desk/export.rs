//! Exports: the job, its sources, and the unfinished ones that this computer has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::work::map;
use super::{ActiveProfile, Desk};
use crate::error::{AccountDetail, JobDetail};
use crate::jobs::{
    self, BodySource, ExportFrom, ExportOrder, JobKind, JobRecord, JobResult, Missing, Outcome, PARALLEL,
    PartFile, Resume, UnfinishedExport, Watch, local_check,
};
use crate::runner::NewJob;
use crate::targets::TargetFolder;
use crate::{Error, Result};

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
        super::tasks::blocking(move || {
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
        super::tasks::blocking(move || jobs::discard_export(&part)).await
    }

    /// The unfinished export with this part file, among those that are known.
    ///
    /// # Errors
    /// `InvalidRequest` when it is none of them.
    pub async fn known_unfinished(&self, part: &str) -> Result<UnfinishedExport> {
        let found = self.unfinished_exports().await?.into_iter().find(|one| one.part == part);
        found.ok_or_else(|| JobDetail::NoUnfinishedExport.error())
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
            matches!(work.from, ExportFrom::Server { .. }) || work.sources.contains(&SourceChoice::Server);
        let signed = if needs_server { Some(self.sessions.needs_signed()?) } else { None };
        if signed.as_ref().is_some_and(|signed| !signed.session.can_confirm()) {
            return Err(AccountDetail::PasswordNeeded.error());
        }
        let mut targets = Vec::new();
        for source in &work.sources {
            if let SourceChoice::Target { handle, destination_id, http_accepted } = source {
                targets.push(self.reach(handle, destination_id, *http_accepted)?);
            }
        }
        let subject = match &work.from {
            ExportFrom::Zip(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            ExportFrom::Server { .. } => {
                signed.as_ref().map(|signed| signed.profile.name.clone()).unwrap_or_default()
            }
        };
        let profile_id = signed.as_ref().map(|signed| signed.profile.id.clone());
        let job = NewJob { kind: JobKind::Export, profile_id, subject };
        Ok((Ready { work, signed, targets }, job))
    }

    async fn do_export(&self, ready: Ready, watch: &Watch) -> Result<Outcome<JobResult>> {
        let Ready { work, signed, targets } = ready;
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
            session,
            missing: work.missing,
            parallel: work.parallel,
            passphrase: work.passphrase,
            resume: work.resume,
            ask_over_limits: work.ask_over_limits,
        };
        let outcome = jobs::export(&order, &watch.within(self.room())).await?;
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
