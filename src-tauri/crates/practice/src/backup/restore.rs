//! Taking a backup in: shadow tables first, bodies next, and only then the switch.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use desk_core::archive::rules::{Accepted, Body, Mode, Request, TABLES, Table, accept};
use serde_json::{Value, json};

use super::progress::{Operation, Reporter};
use crate::instance::Instance;
use crate::server::{Answer, Caller, Refusal, answer};
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
    /// It lies on a target, under this path.
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
        let rows = TABLES.iter().map(|table| (table.name(), accepted.rows[table].as_slice()));
        tokio::task::block_in_place(|| instance.database.fill_shadow(rows))
            .map_err(|words| Refusal::failed(&words))?;
        let config = instance.database.register_in_shadow()?;
        steps.enter("restore_files", "files");
        let failed = self.bodies(&accepted).await?;
        steps.enter("finalize", "finalize");
        instance.database.switch_to_shadow()?;
        let named: HashSet<String> = instance.database.blob_names()?.into_iter().collect();
        instance.bodies.retain(&named)?;

        let result = result(&accepted, config, &failed);
        self.log(&result, archive.len());
        steps.reporter.done(&format!("{}_complete", steps.side), &steps.words("finalize"), None);
        Ok(answer(result))
    }

    /// Stores the bodies of the attachments. The rows of those that cannot be
    /// had or kept leave the shadow: their places are answered.
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

    fn log(&self, result: &Value, bytes: usize) {
        let facts = json!({
            "users": result["imported"]["users"],
            "ciphers": result["imported"]["ciphers"],
            "attachments": result["imported"]["attachments"],
            "skippedAttachments": result["skipped"]["attachments"],
            "replaceExisting": self.replace,
            "trigger": self.side(),
            "bytes": bytes,
            "checksumMismatchAccepted": self.accept_mismatch,
        });
        self.instance.log(&self.caller, "admin.backup.import", "info", facts);
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

/// The server's answer. `config` counts the settings with those that a restore adds.
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
