//! A desk in a temporary folder, signed in to a practice instance.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use desk_core::app::{Desk, SignInForm, SignInResult};
use desk_core::clock::SystemClock;
use desk_core::jobs::{JobEvent, JobRecord, JobRequest, Outcome, RestorePlan, RestoreSource, Watch};
use desk_core::progress::{Stage, Update};
use desk_core::secrets::{InMemory, SecretStore};
use desk_core::view::BackupRow;
use desk_practice::{Practice, PracticeDrills};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A desk and its folder, which goes when it does.
pub struct AtDesk {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Its folder.
    pub folder: TempDir,
    updates: Arc<Mutex<Vec<Update>>>,
}

impl AtDesk {
    /// An empty desk while signed out.
    ///
    /// # Panics
    /// When the temporary folder or the ledger cannot be made.
    pub fn empty() -> Self {
        Self::with(Arc::new(InMemory::new()))
    }

    /// The same, with a keyring of the test's own.
    ///
    /// # Panics
    /// When the temporary folder or the ledger cannot be made.
    pub fn with(secrets: Arc<dyn SecretStore>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let desk = Desk::open(folder.path(), secrets, Arc::new(SystemClock)).expect("a desk");
        desk.jobs().set_drill_server(Arc::new(PracticeDrills));
        let updates = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&updates);
        desk.runner().listen(Box::new(move |event| {
            if let JobEvent::Progress { update, .. } = event {
                heard.lock().unwrap_or_else(PoisonError::into_inner).push(update.clone());
            }
            true
        }));
        Self { desk, folder, updates }
    }

    /// A desk signed in as the administrator of a practice instance.
    ///
    /// # Panics
    /// When signing in fails.
    pub async fn at(practice: &Practice) -> Self {
        let this = Self::empty();
        this.sign_in(practice).await;
        this
    }

    /// Signs in as the administrator of a practice instance.
    ///
    /// # Panics
    /// When signing in fails.
    pub async fn sign_in(&self, practice: &Practice) {
        let form = form(practice.server_url(), practice.admin_email(), practice.admin_password());
        match self.desk.sessions().sign_in(form).await {
            Ok(SignInResult::Done(_)) => {}
            Ok(SignInResult::TwoStepNeeded(methods)) => panic!("a second step is needed: {methods:?}"),
            Err(error) => panic!("signing in failed: {error:?}"),
        }
    }

    /// Runs a job to its end.
    ///
    /// # Panics
    /// When it cannot begin.
    pub async fn run(&self, work: impl Into<JobRequest>) -> JobRecord {
        self.desk
            .jobs()
            .run(work, CancellationToken::new())
            .await
            .expect("the job begins and its end is kept")
    }

    /// The id of the first target.
    ///
    /// # Panics
    /// When there is none.
    pub async fn target(&self) -> String {
        let overview = self.desk.board().overview().await.expect("an overview");
        overview.targets.first().expect("a target").target.id.clone()
    }

    /// The ZIPs at the root of the first target.
    ///
    /// # Panics
    /// When they cannot be listed.
    pub async fn zips(&self) -> Vec<BackupRow> {
        let target = self.target().await;
        let rows = self.desk.board().list_backups(&target, "").await.expect("a list");
        rows.into_iter().filter(|row| row.name.ends_with(".zip")).collect()
    }

    /// Plans a restore, without continuing.
    ///
    /// # Panics
    /// When planning fails.
    pub async fn plan(&self, source: &RestoreSource) -> RestorePlan {
        let outcome = self.desk.restores().plan_restore(source, &Watch::silent()).await.expect("a plan");
        let Outcome::Done(plan) = outcome else { panic!("planning did not come to its end") };
        plan
    }

    /// Plans a restore, continues, and confirms everything it asks for.
    ///
    /// # Panics
    /// When planning fails.
    pub async fn confirmed_plan(&self, source: RestoreSource) -> RestorePlan {
        let plan = self.plan(&source).await;
        let outcome =
            self.desk.restores().complete_restore_plan(&plan, &Watch::silent()).await.expect("a whole plan");
        let Outcome::Done(mut plan) = outcome else { panic!("planning did not come to its end") };
        plan.choices.accept_lost_attachments = true;
        plan.choices.typed_confirmation = plan.confirm_with.clone().unwrap_or_default();
        plan
    }

    /// The stages that jobs went through so far, in order.
    pub fn stages(&self) -> Vec<Stage> {
        let updates = self.updates.lock().unwrap_or_else(PoisonError::into_inner);
        updates
            .iter()
            .filter_map(|update| match update {
                Update::Stage { stage } => Some(*stage),
                _ => None,
            })
            .collect()
    }
}

/// A sign-in without a second step.
pub fn form(server_url: &str, email: &str, password: SecretString) -> SignInForm {
    SignInForm {
        server_url: server_url.to_owned(),
        email: email.to_owned(),
        password,
        two_step: None,
        accept_weaker_kdf: false,
    }
}

/// The names in a folder, hidden ones too, sorted.
///
/// # Panics
/// When it cannot be read.
pub fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

/// Copies a folder with everything in it.
///
/// # Panics
/// When something cannot be read or written.
pub fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copied(&path, &target);
        } else {
            std::fs::copy(&path, target).expect("copied");
        }
    }
}
