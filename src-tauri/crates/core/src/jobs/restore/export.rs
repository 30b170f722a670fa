//! An export of what the server holds: it shows what a restore would replace, and is the
//! safety copy. The server's log notes every one, so each restore makes only one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::archive::{self, Attachment, Storage, StoredKeys};
use crate::error::JobDetail;
use crate::jobs::receive::receive;
use crate::jobs::{Outcome, PartFile, ServerContents, Watch};
use crate::progress::Stage;
use crate::server::{Incoming, ServerUser, Session};
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// How long an export says what the server holds, for a plan and as a safety copy.
const RECENT: SignedDuration = SignedDuration::from_mins(15);

/// An export that is kept on this computer until the restore starts.
pub(in crate::jobs) struct Export {
    file: PathBuf,
    /// The name that the server gave it.
    name: String,
    made_at: Timestamp,
    /// Rows of each table.
    rows: BTreeMap<String, u64>,
    /// How the server keeps attachment bodies.
    pub storage: Option<Storage>,
    /// The server's attachments, as "cipherId/attachmentId".
    pub attachments: Vec<String>,
    /// The keys of the server's accounts, by user id.
    pub keys: BTreeMap<String, StoredKeys>,
}

impl Export {
    /// Asks the server for an export (rows only). `None` when it cannot export.
    pub async fn ask(session: &Session, folder: &Path, watch: &Watch) -> Result<Outcome<Option<Self>>> {
        watch.stage(Stage::ExportCollectData);
        let mut part = PartFile::replacing(&folder.join("server-now.zip"))?;
        let asked = session.export(true, watch.progress.as_ref());
        let incoming = match watch.until_stopped(asked).await {
            Ok(outcome) => done_or_return!(outcome),
            Err(error) if matches!(error.code(), Code::ServerFailed | Code::ServerRefused) => {
                return Ok(Outcome::Done(None));
            }
            Err(error) => return Err(error),
        };
        let (name, made_at) = (name(&incoming), Timestamp::now());
        done_or_return!(receive(incoming, &mut part, watch).await?);
        let file = part.finish()?;
        let facts = archive::first_facts(&file)?;
        // An export that cannot be read in full has no attachments and keys to name.
        let attachments = match archive::attachments(&file, &watch.cancel) {
            Ok(listed) => done_or_return!(listed).iter().map(Attachment::blob_name).collect(),
            Err(_) => Vec::new(),
        };
        Ok(Outcome::Done(Some(Self {
            storage: facts.manifest.map(|manifest| Storage::named(manifest.storage_kind.as_deref())),
            keys: archive::stored_keys(&file).unwrap_or_default(),
            rows: facts.tables,
            attachments,
            file,
            name,
            made_at,
        })))
    }

    /// It still says what the server holds. A clock that was set back does not make it newer.
    pub fn is_recent(&self, now: Timestamp) -> bool {
        (SignedDuration::ZERO..RECENT).contains(&now.duration_since(self.made_at))
    }

    /// What the server held then.
    pub fn contents(&self, users: &[ServerUser]) -> ServerContents {
        let count = |table: &str| Some(self.rows.get(table).copied().unwrap_or(0));
        ServerContents {
            ciphers: count("ciphers"),
            folders: count("folders"),
            attachments: count("attachments"),
            ..accounts_of(users)
        }
    }

    /// Keeps it permanently, in a folder of this computer.
    pub fn keep_in(&self, folder: &Path) -> Result<PathBuf> {
        std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
        let mut part = PartFile::create(&folder.join(&self.name))?;
        let bytes = std::fs::read(&self.file).map_err(|error| Error::file(&self.file, &error))?;
        part.write(&bytes)?;
        part.finish()
    }
}

/// How many rows the server holds now, by table: read from an export, which its log notes.
///
/// # Errors
/// `ServerRefused` when the server cannot export, and what every call may fail with.
pub async fn rows_on_server(session: &Session, watch: &Watch) -> Result<Outcome<BTreeMap<String, u64>>> {
    let folder = watch.room.private_folder()?;
    let export = done_or_return!(Export::ask(session, folder.path(), watch).await?);
    let export = export.ok_or_else(|| JobDetail::RowsNotExported.error())?;
    Ok(Outcome::Done(export.rows))
}

/// The server's accounts, without anything that they hold.
pub(super) fn accounts_of(users: &[ServerUser]) -> ServerContents {
    let administrators = users.iter().filter(|user| user.role == "admin" && user.status == "active");
    ServerContents {
        accounts: users.iter().map(|user| user.email.clone()).collect(),
        administrators: administrators.map(|user| user.email.clone()).collect(),
        ..ServerContents::default()
    }
}

/// Asks the server for an export that is kept permanently, in a folder of this computer.
pub(super) async fn export_to(session: &Session, folder: &Path, watch: &Watch) -> Result<Outcome<PathBuf>> {
    watch.stage(Stage::ExportCollectData);
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    let incoming = done_or_return!(watch.until_stopped(session.export(true, watch.progress.as_ref())).await?);
    let mut part = PartFile::create(&folder.join(name(&incoming)))?;
    done_or_return!(receive(incoming, &mut part, watch).await?);
    Ok(Outcome::Done(part.finish()?))
}

/// The name that the server gives an export, when it is one for a file.
fn name(incoming: &Incoming) -> String {
    let named = incoming.file_name.clone().filter(|name| {
        name.ends_with(".zip") && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
    });
    named.unwrap_or_else(|| format!("server-before-restore-{}.zip", Timestamp::now().as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_export_is_no_safety_copy() {
        let made_at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let export = Export {
            file: PathBuf::new(),
            name: String::new(),
            made_at,
            rows: BTreeMap::new(),
            storage: None,
            attachments: Vec::new(),
            keys: BTreeMap::new(),
        };
        assert!(export.is_recent(made_at) && export.is_recent(made_at + SignedDuration::from_mins(14)));
        assert!(!export.is_recent(made_at + SignedDuration::from_mins(15)));
        assert!(!export.is_recent(made_at - SignedDuration::from_mins(1)), "the clock was set back");
    }
}
