//! Drills: each restores one backup into its own instance, which listens on this computer
//! only, has credentials that no one else knows, and is gone afterwards.

use std::path::Path;

use desk_core::account::Kdf;
use desk_core::jobs::{DrillServer, Outcome, Rehearsal, Rehearsed, Watch};
use desk_core::progress::Stage;
use desk_core::server::{Credentials, Server, ServerAddress, Session, SignIn};
use desk_core::{Code, Error, Result};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::failed::broken;
use crate::options::{Contents, PracticeOptions};
use crate::practice::Practice;
use crate::sample::TARGET_ID;

/// Restores backups into practice instances.
#[derive(Debug, Clone, Copy, Default)]
pub struct PracticeDrills;

impl DrillServer for PracticeDrills {
    fn restore<'a>(
        &'a self,
        rehearsed: &'a Rehearsed,
        watch: &'a Watch,
    ) -> BoxFuture<'a, Result<Outcome<Rehearsal>>> {
        restore(rehearsed, watch).boxed()
    }
}

async fn restore(rehearsed: &Rehearsed, watch: &Watch) -> Result<Outcome<Rehearsal>> {
    let options = PracticeOptions {
        data_folder: Some(rehearsed.folder.clone()),
        contents: Contents::Administrator,
        storage: rehearsed.storage,
        // The administrator is replaced with everything else, and no one else reaches the server.
        kdf: Kdf::Pbkdf2 { iterations: 5_000 },
        attachments_from: rehearsed.attachments.clone(),
        ..PracticeOptions::default()
    };
    let practice = match watch.until_stopped(Practice::start(options)).await? {
        Outcome::Done(practice) => practice,
        Outcome::Stopped | Outcome::Unknown(_) => return Ok(Outcome::Stopped),
    };
    let outcome = watch.until_stopped(restore_into(&practice, rehearsed, watch)).await;
    // Also after a failure or a stop: its threads end before the caller deletes the folder.
    practice.stop().await;
    outcome
}

async fn restore_into(practice: &Practice, rehearsed: &Rehearsed, watch: &Watch) -> Result<Rehearsal> {
    let session = sign_in(practice).await?;
    let answer = match &rehearsed.attachments {
        None => {
            watch.stage(Stage::Uploading);
            session.import(&rehearsed.file, &rehearsed.name, false, false, &watch.progress).await
        }
        Some(_) => {
            let to = practice.backups_folder().join(&rehearsed.name);
            copy(&rehearsed.file, &to, &watch.cancel).await?;
            session.restore_remote(TARGET_ID, &rehearsed.name, false, false, watch.progress.as_ref()).await
        }
    };
    match answer {
        Ok(answer) => Ok(Rehearsal::Restored(Box::new(answer))),
        Err(error) if refuses(error.code()) => {
            let words = error.body().original.clone();
            Ok(Rehearsal::Refused(words.unwrap_or_else(|| error.to_string())))
        }
        Err(error) => Err(error),
    }
}

/// The server checked the backup and rejected it.
fn refuses(code: Code) -> bool {
    matches!(code, Code::NotFresh | Code::HashMismatch | Code::TooLarge | Code::ServerRefused)
}

async fn sign_in(practice: &Practice) -> Result<Session> {
    let server = Server::new(ServerAddress::parse(practice.server_url())?)?;
    let credentials = Credentials {
        email: practice.admin_email().to_owned(),
        password: practice.admin_password(),
        two_step: None,
        device_identifier: uuid::Uuid::new_v4().to_string(),
    };
    match server.sign_in(&credentials).await? {
        SignIn::Done { session, .. } => Ok(*session),
        SignIn::TwoStepNeeded(_) => Err(broken(
            "The throw-away server asks for a second step, which it never has.",
            &"two-step login",
        )),
    }
}

/// Copies the backup to the target of the instance, unless it is stopped.
async fn copy(from: &Path, to: &Path, cancel: &CancellationToken) -> Result<()> {
    let (from, to, cancel) = (from.to_owned(), to.to_owned(), cancel.clone());
    let copying = tokio::task::spawn_blocking(move || {
        let failed = |error: std::io::Error| Error::file(&to, &error);
        let folder = to.parent().unwrap_or(&to);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut source = std::fs::File::open(&from).map_err(|error| Error::file(&from, &error))?;
        let mut target = std::fs::File::create(&to).map_err(failed)?;
        let mut piece = vec![0; 1 << 20];
        while !cancel.is_cancelled() {
            let read = std::io::Read::read(&mut source, &mut piece);
            match read.map_err(|error| Error::file(&from, &error))? {
                0 => break,
                read => std::io::Write::write_all(&mut target, &piece[..read]).map_err(failed)?,
            }
        }
        Ok(())
    });
    copying.await.unwrap_or_else(|error| Err(broken("A thread of the drill ended.", &error)))
}
