//! Taking a backup in: shadow tables first, bodies next, and only then the switch.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use desk_archive::rules::{Accepted, Body, Mode, Request, TABLES, Table, accept};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::progress::{Operation, Reporter};
use crate::database::User;
use crate::server::{Answer, Caller, Refusal, answer};
use crate::state::Instance;
use crate::target::Remote;

/// A backup that is to be taken in.
pub(super) struct Restore {
    pub instance: Arc<Instance>,
    pub caller: Caller,
    pub file_name: String,
    pub replace: bool,
    pub accept_mismatch: bool,
    pub source: Source,
}

/// Where it comes from.
pub(super) enum Source {
    /// It was uploaded.
    Local(Bytes),
    /// It is on a target, under this path.
    Remote(Box<Remote>, String),
}

impl Restore {
    /// Takes it in, or says why not.
    pub async fn run(self) -> Answer {
        let reporter = Reporter::new(&self.instance, &self.caller, self.operation(), &self.file_name);
        let steps = Steps { reporter, side: self.side() };
        let outcome = self.take_in(&steps).await;
        if let Err(refusal) = &outcome {
            // A shadow that is left is dropped when the next one is made.
            let _ = self.instance.database.drop_shadow();
            steps.reporter.done(
                &format!("{}_failed", steps.side),
                &steps.words("failed"),
                Some(refusal.message()),
            );
        }
        outcome
    }

    async fn take_in(&self, steps: &Steps) -> Answer {
        let instance = &self.instance;
        let archive = match &self.source {
            Source::Local(bytes) => {
                steps.enter("upload_received", "upload");
                bytes.clone()
            }
            Source::Remote(remote, path) => {
                steps.enter("fetch_archive", "fetch");
                remote.download(path).await.map_err(|failure| Refusal::failed(&failure.words))?
            }
        };
        let request = Request {
            mode: self.mode(),
            storage: instance.storage(),
            file_name: &self.file_name,
            accept_mismatch: self.accept_mismatch,
            holds_data: !instance.database.is_fresh()?,
            replace: self.replace,
        };
        let accepted = tokio::task::block_in_place(|| accept(&archive, &request))
            .map_err(|refusal| Refusal::in_words(refusal.status, &refusal.message))?;

        steps.enter("create_shadow", "shadow");
        instance.database.create_shadow()?;
        steps.enter("import_data", "data");
        let config = tokio::task::block_in_place(|| instance.fill_shadow(&accepted))?;
        steps.enter("restore_files", "files");
        let failed = self.bodies(&accepted).await?;
        steps.enter("finalize", "finalize");
        instance.stop_if(false).await;
        instance.switch_to_shadow()?;
        instance.stop_if(true).await;

        let result = result(&accepted, config, &failed);
        let result = instance.faults.now().restore_answer.map_or(result.clone(), |fault| fault.of(result));
        let way = Way { replace: self.replace, accept_mismatch: self.accept_mismatch, side: self.side() };
        let facts = way.facts(&result, archive.len());
        instance.log(&self.caller, "admin.backup.import", "info", facts);
        steps.reporter.done(&format!("{}_complete", steps.side), &steps.words("finalize"), None);
        Ok(answer(result))
    }

    /// Stores the bodies of the attachments. The rows of those that cannot be
    /// had or kept leave the shadow: their places are returned.
    async fn bodies(&self, accepted: &Accepted<'_>) -> Result<Vec<(usize, Option<u64>)>, Refusal> {
        let instance = &self.instance;
        let mut failed = Vec::new();
        for (place, attachment) in accepted.attachments.iter().enumerate() {
            let body: Option<Bytes> = match (&attachment.body, &self.source) {
                (Body::Inside(body), _) => Some(Bytes::copy_from_slice(body)),
                (Body::OnTarget(blob_name), Source::Remote(remote, _)) => {
                    remote.download(&format!("attachments/{blob_name}")).await.ok()
                }
                (Body::OnTarget(_), Source::Local(_)) => None,
            };
            let blob_name = format!("{}/{}", attachment.cipher_id, attachment.attachment_id);
            let size = body.as_ref().map(|body| body.len() as u64);
            let stored = body.is_some_and(|body| {
                instance.bodies.takes(body.len() as u64) && instance.bodies.write(&blob_name, &body).is_ok()
            });
            if !stored {
                instance.database.forget_in_shadow(&attachment.attachment_id)?;
                failed.push((place, size));
            }
        }
        Ok(failed)
    }

    fn mode(&self) -> Mode {
        match self.source {
            Source::Local(_) => Mode::LocalImport,
            Source::Remote(..) => Mode::RemoteRestore,
        }
    }

    fn side(&self) -> &'static str {
        match self.source {
            Source::Local(_) => "local",
            Source::Remote(..) => "remote",
        }
    }

    fn operation(&self) -> Operation {
        match self.source {
            Source::Local(_) => Operation::LocalRestore { replace: self.replace },
            Source::Remote(..) => Operation::RemoteRestore { replace: self.replace },
        }
    }
}

impl Instance {
    /// Stops in the middle of a restore if that was requested; nothing is done after it.
    async fn stop_if(&self, restored: bool) {
        if self.faults.now().stops_once_restored == Some(restored) {
            self.stop.cancel();
            std::future::pending::<()>().await;
        }
    }

    /// Takes in a backup of another instance, as `known`, an administrator here, would
    /// from a file. Bodies do not come along.
    pub(crate) fn take_over(&self, other: &Self, known: &User) -> Result<(), Refusal> {
        let _held = self.lock.take()?;
        let at = other.now();
        let packed =
            other.pack(&other.collect(false)?).map_err(|error| Refusal::failed(&error.to_string()))?;
        let request = Request {
            mode: Mode::LocalImport,
            storage: self.storage(),
            file_name: &packed.file_name(at, TimeZone::UTC),
            accept_mismatch: false,
            holds_data: !self.database.is_fresh()?,
            replace: true,
        };
        let accepted = accept(&packed.bytes, &request)
            .map_err(|refusal| Refusal::in_words(refusal.status, &refusal.message))?;
        self.database.create_shadow()?;
        let config = self.fill_shadow(&accepted)?;
        self.switch_to_shadow()?;
        let way = Way { replace: true, accept_mismatch: false, side: "local" };
        let facts = way.facts(&result(&accepted, config, &[]), packed.bytes.len());
        let caller = Caller {
            user: known.clone(),
            device_id: String::new(),
            user_agent: String::new(),
            request: "POST /api/admin/backup/import".to_owned(),
        };
        self.log(&caller, "admin.backup.import", "info", facts);
        Ok(())
    }

    /// Fills the shadow tables; returns how many settings they then have.
    fn fill_shadow(&self, accepted: &Accepted<'_>) -> Result<u32, Refusal> {
        let rows = TABLES.iter().map(|table| (table.name(), accepted.rows[table].as_slice()));
        self.database.fill_shadow(rows).map_err(|words| Refusal::failed(&words))?;
        Ok(self.database.register_in_shadow()?)
    }

    /// Puts the shadow in the place of what was there; bodies that nothing names go.
    fn switch_to_shadow(&self) -> Result<(), Refusal> {
        self.database.switch_to_shadow()?;
        let named: HashSet<String> = self.database.blob_names()?.into_iter().collect();
        Ok(self.bodies.retain(&named)?)
    }
}

/// How a backup came in, as the log shows it.
struct Way {
    replace: bool,
    accept_mismatch: bool,
    side: &'static str,
}

impl Way {
    fn facts(&self, result: &Value, bytes: usize) -> Value {
        json!({
            "users": result["imported"]["users"],
            "ciphers": result["imported"]["ciphers"],
            "attachments": result["imported"]["attachments"],
            "skippedAttachments": result["skipped"]["attachments"],
            "replaceExisting": self.replace,
            "trigger": self.side,
            "bytes": bytes,
            "checksumMismatchAccepted": self.accept_mismatch,
        })
    }
}

/// The server's response. `config` counts the settings with those that a restore adds.
fn result(accepted: &Accepted<'_>, config: u32, failed: &[(usize, Option<u64>)]) -> Value {
    let rows = |table: Table| accepted.rows[&table].len();
    let attachments = accepted.attachments.len() - failed.len();
    json!({
        "object": "instance-backup-import",
        "imported": {
            "config": config,
            "users": rows(Table::Users),
            "domainSettings": rows(Table::DomainSettings),
            "userRevisions": rows(Table::UserRevisions),
            "webauthnCredentials": rows(Table::WebauthnCredentials),
            "folders": rows(Table::Folders),
            "ciphers": rows(Table::Ciphers),
            "attachments": attachments,
            "attachmentFiles": attachments,
        },
        "skipped": accepted.skipped_with(failed),
    })
}

/// The steps of one restore, named after its side.
struct Steps {
    reporter: Reporter,
    side: &'static str,
}

impl Steps {
    fn enter(&self, step: &str, words: &str) {
        self.reporter.step(&format!("{}_{step}", self.side), &self.words(words));
    }

    fn words(&self, words: &str) -> String {
        format!("restore_progress_{}_{words}", self.side)
    }
}
