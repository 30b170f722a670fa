//! What a restore plan has to know of the server and the target.

use std::path::{Path, PathBuf};

use crate::archive::{self, Attachment, Storage};
use crate::jobs::outcome::done_or_return;
use crate::jobs::receive::receive;
use crate::jobs::{Outcome, PartFile, ServerContents, Watch};
use crate::progress::Stage;
use crate::server::Session;
use crate::{Code, Error, Result};

/// What the server holds now, and how it keeps attachment bodies.
pub(super) struct ServerNow {
    pub contents: ServerContents,
    pub storage: Option<Storage>,
    /// The ids of its accounts.
    pub user_ids: Vec<String>,
    /// Its attachments, as "cipherId/attachmentId".
    pub attachments: Vec<String>,
}

/// What the server holds now, read from an export of it (rows only). `None` when
/// the server cannot export.
pub(super) async fn server_now(
    session: &Session,
    folder: &Path,
    watch: &Watch,
) -> Result<Outcome<Option<ServerNow>>> {
    let users = done_or_return!(watch.until_stopped(session.users()).await?);
    let mut part = PartFile::create(&folder.join("server-now.zip"))?;
    let asked = session.export(true, watch.progress.as_ref());
    let incoming = match watch.until_stopped(asked).await {
        Ok(outcome) => done_or_return!(outcome),
        Err(error) if matches!(error.code(), Code::ServerFailed | Code::ServerRefused) => {
            return Ok(Outcome::Done(None));
        }
        Err(error) => return Err(error),
    };
    done_or_return!(receive(incoming, &mut part, watch).await?);
    let facts = archive::first_facts(part.part_path())?;
    let count = |table: &str| facts.tables.get(table).copied().unwrap_or(0);
    let storage = facts.manifest.as_ref();
    let storage = storage.map(|manifest| Storage::named(manifest.storage_kind.as_deref()));
    // An export that cannot be read in full has no attachments to name.
    let attachments = match archive::attachments(part.part_path(), &watch.cancel) {
        Ok(listed) => done_or_return!(listed).iter().map(Attachment::blob_name).collect(),
        Err(_) => Vec::new(),
    };
    Ok(Outcome::Done(Some(ServerNow {
        attachments,
        user_ids: users.iter().map(|user| user.id.clone()).collect(),
        contents: ServerContents {
            accounts: users.into_iter().map(|user| user.email).collect(),
            ciphers: count("ciphers"),
            folders: count("folders"),
            attachments: count("attachments"),
        },
        storage,
    })))
}

/// Keeps an export of what the server holds now in a folder of this computer.
pub(super) async fn export_to(session: &Session, folder: &Path, watch: &Watch) -> Result<Outcome<PathBuf>> {
    watch.stage(Stage::ExportCollectData);
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    let incoming = done_or_return!(watch.until_stopped(session.export(true, watch.progress.as_ref())).await?);
    let named = incoming.file_name.clone().filter(|name| {
        name.ends_with(".zip") && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
    });
    let name =
        named.unwrap_or_else(|| format!("server-before-restore-{}.zip", jiff::Timestamp::now().as_second()));
    let mut part = PartFile::create(&folder.join(name))?;
    done_or_return!(receive(incoming, &mut part, watch).await?);
    Ok(Outcome::Done(part.finish()?))
}
