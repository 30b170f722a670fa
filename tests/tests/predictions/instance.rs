//! Practice instances that no one has restored into yet.

use std::path::Path;
use std::sync::Arc;

use desk_archive::{ServerVerdict, Skipped, Storage};
use desk_core::Result;
use desk_core::progress::{Progress, Silent};
use desk_core::server::{Answer, Credentials, ImportAnswer, Server, ServerAddress, Session, SignIn};
use desk_practice::{Contents, Practice, PracticeOptions};
use tempfile::TempDir;

/// The practice instance's own target.
const TARGET: &str = "70726163-7469-4365-8000-000000000001";

/// Fresh instances on one kind of storage. An instance that refused a backup is fresh still.
pub struct Instances {
    storage: Storage,
    /// An instance with an administrator, which is copied: making keys takes time.
    template: TempDir,
    attachments: TempDir,
    current: Option<Current>,
}

struct Current {
    practice: Practice,
    session: Session,
    _folder: TempDir,
}

impl Instances {
    pub async fn on(storage: Storage) -> Self {
        let template = tempfile::tempdir().expect("a folder");
        let attachments = tempfile::tempdir().expect("a folder");
        let this = Self { storage, template, attachments, current: None };
        let practice = Practice::start(this.options(this.template.path())).await.expect("an instance");
        practice.stop().await;
        this
    }

    /// The folder that every instance's target shows as its attachments.
    pub fn attachments(&self) -> &Path {
        self.attachments.path()
    }

    /// Uploads a backup to a fresh instance.
    pub async fn import(&mut self, name: &str, bytes: &[u8]) -> ServerVerdict {
        let current = self.fresh().await;
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let progress: Arc<dyn Progress> = Arc::new(Silent);
        let answer = current.session.import(file.path(), name, false, false, &progress).await;
        self.done(answer).await
    }

    /// Restores a backup from the target of a fresh instance.
    pub async fn restore_remote(&mut self, name: &str, bytes: &[u8]) -> ServerVerdict {
        let current = self.fresh().await;
        let folder = current.practice.backups_folder();
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), bytes).expect("written");
        let answer = current.session.restore_remote(TARGET, name, false, false, &Silent).await;
        self.done(answer).await
    }

    async fn done(&mut self, answer: Result<Answer<ImportAnswer>>) -> ServerVerdict {
        match answer {
            Ok(answer) => {
                if let Some(used) = self.current.take() {
                    used.practice.stop().await;
                }
                ServerVerdict { accepts: true, error: None, skipped: answer.value.skipped }
            }
            Err(error) => ServerVerdict {
                accepts: false,
                error: Some(error.body().original.clone().unwrap_or_else(|| error.to_string())),
                skipped: Skipped::default(),
            },
        }
    }

    fn options(&self, folder: &Path) -> PracticeOptions {
        PracticeOptions {
            data_folder: Some(folder.to_owned()),
            attachments_from: Some(self.attachments.path().to_owned()),
            ..PracticeOptions::quick().contents(Contents::Administrator).storage(self.storage)
        }
    }

    async fn fresh(&mut self) -> &Current {
        if self.current.is_none() {
            let folder = tempfile::tempdir().expect("a folder");
            for entry in std::fs::read_dir(self.template.path()).expect("the template") {
                let path = entry.expect("an entry").path();
                if path.is_file() {
                    std::fs::copy(&path, folder.path().join(path.file_name().expect("a name")))
                        .expect("copied");
                }
            }
            let practice = Practice::start(self.options(folder.path())).await.expect("an instance");
            let session = sign_in(&practice).await;
            self.current = Some(Current { practice, session, _folder: folder });
        }
        self.current.as_ref().expect("there is one")
    }
}

async fn sign_in(practice: &Practice) -> Session {
    let address = ServerAddress::parse(practice.server_url()).expect("an address");
    let credentials = Credentials {
        email: practice.admin_email().to_owned(),
        password: practice.admin_password(),
        two_step: None,
        device_identifier: uuid::Uuid::new_v4().to_string(),
    };
    match Server::new(address).expect("a server").sign_in(&credentials).await.expect("signed in") {
        SignIn::Done { session, .. } => *session,
        SignIn::TwoStepNeeded(_) => panic!("no second step is set"),
    }
}
