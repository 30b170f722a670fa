//! What makes a kind of job, and what a job uses of the app that runs it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::{
    BackupResult, BodyOrigin, DeletePlan, DeskTargetStore, DrillResult, DrillServer, IntegrityResult,
    JobKind, JobResult, JobState, KeptTarget, KnownBodies, Outcome, PlannedRestore, RestoreResult,
    StagingTarget, UnfinishedExport, Watch,
};
use crate::checks::SeenFiles;
use crate::granted::FileGrants;
use crate::secrets::ZeroizingJson;
use crate::server::Session;
use crate::targets::TargetFolder;
use crate::{Error, Result};

/// A kind of job. The type that has it holds the parameters; `jobs!` in `jobs/mod.rs` lists all.
pub trait Job: Sized + Send + 'static {
    /// The kind.
    const KIND: JobKind;
    /// When the connection is lost, what the server did can be found out later.
    const CAN_RECHECK: bool = false;

    /// What it finds or makes.
    type Result: Into<JobResult> + Send;
    /// What it needs once it runs.
    type Ready: Send + 'static;

    /// It works with the server of the current session, confirmed with the master password:
    /// without, it is refused before it is prepared.
    fn needs_session(&self) -> bool {
        true
    }

    /// Refuses what can be refused at once, and takes what the job needs, which a lock then does
    /// not close any more. Calls no server: whoever starts a job sees it, and can stop it, from
    /// the first call on.
    fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> impl Future<Output = Result<Prepared<Self::Ready>>> + Send;

    /// Runs it, and has the ledger keep what it found.
    fn run(
        ready: Self::Ready,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> impl Future<Output = Result<Outcome<Self::Result>>> + Send;

    /// Something was left out or found wrong: someone should look at the result.
    fn needs_attention(result: &Self::Result) -> bool;

    /// How a job stands that ended with this result, and what it failed with.
    fn end(result: &Self::Result, was_stopped: bool) -> (JobState, Option<Error>) {
        let _ = was_stopped;
        let state = if Self::needs_attention(result) { JobState::Attention } else { JobState::Succeeded };
        (state, None)
    }
}

/// A job that was not refused.
pub struct Prepared<Ready> {
    /// What it works on: a file name or a target's name, as far as it is known before it runs.
    pub subject: String,
    /// What it needs once it runs.
    pub ready: Ready,
    with_session: bool,
}

impl<Ready> Prepared<Ready> {
    /// A job that works on `subject`.
    pub fn new(subject: String, ready: Ready) -> Self {
        Self { subject, ready, with_session: false }
    }

    /// The same; it turned out that it works with the current session.
    #[must_use]
    pub fn with_session(self, it_does: bool) -> Self {
        Self { with_session: it_does, ..self }
    }
}

/// A job of any kind that was not refused, ready to run.
pub struct ReadyJob {
    /// What it works on.
    pub subject: String,
    /// It works with the session that was current when it was prepared.
    pub with_session: bool,
    run: Box<dyn FnOnce(Watch) -> BoxFuture<'static, Result<Outcome<JobResult>>> + Send>,
}

impl ReadyJob {
    pub(super) async fn of<J: Job>(
        job: J,
        services: Arc<dyn JobServices>,
        files: &dyn FileGrants,
    ) -> Result<Self> {
        let needs_session = job.needs_session();
        if needs_session {
            services.needs_session()?;
        }
        let Prepared { subject, ready, with_session } = job.prepare(services.as_ref(), files).await?;
        let run = move |watch: Watch| {
            async move {
                let outcome = J::run(ready, services.as_ref(), &watch).await?;
                Ok(outcome.map(Into::into))
            }
            .boxed()
        };
        Ok(Self { subject, with_session: needs_session || with_session, run: Box::new(run) })
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// What the job fails with.
    pub async fn run(self, watch: Watch) -> Result<Outcome<JobResult>> {
        (self.run)(watch).await
    }
}

/// What a job uses of the app that runs it: for one job, with the session that it began with.
pub trait JobServices: Send + Sync {
    /// The session.
    ///
    /// # Errors
    /// `SessionEnded` for a job that runs without one.
    fn session(&self) -> Result<&Session>;

    /// Refuses a job that needs the session while it is not there or not confirmed.
    ///
    /// # Errors
    /// `SessionEnded`, `PasswordNeeded`.
    fn needs_session(&self) -> Result<()>;

    /// What the profile is called now; empty without a session.
    fn profile_name(&self) -> String;

    /// What a target was called when it was last seen; its id when it was never seen, and
    /// nothing when the server is to choose.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn known_target_name(&self, target_id: Option<&str>) -> Result<String>;

    /// Opened settings in the server's shape, with their secrets.
    ///
    /// # Errors
    /// `PasswordNeeded` when they are closed.
    fn opened_settings(&self, handle: &str) -> Result<Arc<ZeroizingJson>>;

    /// A target of opened settings, reached from this computer.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed, `TargetNotFound`, `AddressInsecure` for
    /// plain http that was not accepted.
    fn target_directly(
        &self,
        handle: &str,
        destination_id: &str,
        http_accepted: bool,
    ) -> Result<TargetFolder>;

    /// What a plan of this profile was made from, when it is still kept; it is not any more then.
    fn take_planned(&self, handle: &str) -> Option<PlannedRestore>;

    /// Notes where the ZIPs of this computer have what a restore left out.
    fn note_copies<'a>(&'a self, restored: &'a mut RestoreResult, watch: &'a Watch) -> BoxFuture<'a, ()>;

    /// Plans a deletion with what is true now.
    fn plan_delete<'a>(
        &'a self,
        target_id: &'a str,
        paths: &'a [String],
    ) -> BoxFuture<'a, Result<DeletePlan>>;

    /// The app's own folder.
    fn data_folder(&self) -> &Path;

    /// Where safety copies are kept before a restore replaces anything.
    fn safety_folder(&self) -> PathBuf;

    /// An unfinished export that the app knows of, by its part file.
    fn unfinished_export<'a>(&'a self, part: &'a str) -> BoxFuture<'a, Result<UnfinishedExport>>;

    /// What is kept of a target of opened settings that bodies come from.
    ///
    /// # Errors
    /// `PasswordNeeded` when the settings are closed.
    fn kept_target(&self, handle: &str, destination_id: &str) -> Result<KeptTarget>;

    /// Which content bodies are known to have.
    fn known_bodies(&self) -> &dyn KnownBodies;

    /// Keeps the content of bodies, as far as it is certain.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn keep_bodies(&self, bodies: &[BodyOrigin]) -> Result<()>;

    /// A target of opened settings, to stage a backup on it, and the server's target that it is.
    fn staging_target<'a>(
        &'a self,
        handle: &'a str,
        destination_id: &'a str,
        http_accepted: bool,
    ) -> BoxFuture<'a, Result<StagingTarget>>;

    /// Where an export is until it is encrypted: the unencrypted bytes never reach the folder
    /// that the person chose.
    ///
    /// # Errors
    /// When it cannot be made for its owner alone.
    fn private_exports_folder(&self) -> Result<PathBuf>;

    /// Remembers the folder of an export, so that it can continue after the app was ended.
    fn remember_export_folder(&self, folder: &Path);

    /// Keeps that a backup was made, and what reading it back showed. The check then also says
    /// what was known before.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn keep_backup(&self, backup: &mut BackupResult) -> Result<()>;

    /// Keeps what a check of a backup on a target showed. The check then also says what was
    /// known before: one check alone cannot show that the content changed.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn keep_remote_check(&self, target_id: &str, path: &str, check: &mut IntegrityResult) -> Result<()>;

    /// Keeps what looking at a file on this computer showed.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn keep_local_check(&self, path: &Path, check: &IntegrityResult) -> Result<()>;

    /// Forgets backups that are not on a target any more.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn forget_backups(&self, target_id: &str, paths: &[String]) -> Result<()>;

    /// The time.
    fn now(&self) -> Timestamp;

    /// What is remembered of the files of a target's folder.
    fn seen_files(&self, place: &str) -> Box<dyn SeenFiles>;

    /// What starts temporary servers for drills.
    ///
    /// # Errors
    /// `PracticeFailed` in a program that has none.
    fn drill_server(&self) -> Result<Arc<dyn DrillServer>>;

    /// Keeps how a drill of a backup ended, under the content of the backup.
    ///
    /// # Errors
    /// `LedgerFailed`.
    fn keep_drill(&self, drill: &DrillResult) -> Result<()>;

    /// The places that this computer backs up to.
    fn desk_targets(&self) -> &dyn DeskTargetStore;

    /// Keeps that the server can open its settings again, after a repair.
    fn keep_readable(&self) -> BoxFuture<'_, Result<()>>;
}

/// The file name at the end of a path on a target.
pub(super) fn last_part(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
