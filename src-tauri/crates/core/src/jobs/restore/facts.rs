//! What a restore plan has to know of the server and the target.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures_util::{StreamExt, TryStreamExt};

use crate::archive::{self, Storage};
use crate::jobs::outcome::done_or_return;
use crate::jobs::receive::receive;
use crate::jobs::{Outcome, PartFile, ServerContents, Watch};
use crate::progress::Stage;
use crate::server::Session;
use crate::{Code, Error, Result};

/// Folders of a target that a plan looks into at most: each is a call, and the
/// server takes 200 a minute.
const MOST_FOLDERS: usize = 150;

/// What the server holds now, and how it keeps attachment bodies.
pub(super) struct ServerNow {
    pub contents: ServerContents,
    pub storage: Option<Storage>,
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
    let storage = facts.manifest.as_ref().map(|manifest| match manifest.storage_kind.as_deref() {
        Some("r2") => Storage::R2,
        Some("kv") => Storage::Kv,
        _ => Storage::None,
    });
    Ok(Outcome::Done(Some(ServerNow {
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

/// The bodies that a target has of a backup's attachments, name → size. `None` when
/// there are too many folders to look into.
pub(super) async fn bodies_on_target(
    session: &Session,
    target_id: &str,
    file: &Path,
    watch: &Watch,
) -> Result<Outcome<Option<BTreeMap<String, u64>>>> {
    watch.stage(Stage::Listing);
    let Ok(listed) = archive::attachments(file, &watch.cancel) else { return Ok(Outcome::Done(None)) };
    let attachments = done_or_return!(listed);
    let mut ciphers: Vec<String> = attachments.into_iter().map(|attachment| attachment.cipher_id).collect();
    ciphers.sort_unstable();
    ciphers.dedup();
    if ciphers.len() > MOST_FOLDERS {
        return Ok(Outcome::Done(None));
    }
    let listings = futures_util::stream::iter(ciphers)
        .map(|cipher| async move {
            let listing = session.list(Some(target_id), &format!("attachments/{cipher}")).await?;
            let bodies = listing.value.into_iter().filter(|item| !item.is_directory);
            Ok::<_, Error>(
                bodies.map(move |body| (format!("{cipher}/{}", body.name), body.size.unwrap_or(0))),
            )
        })
        .buffer_unordered(4)
        .map_ok(|bodies| futures_util::stream::iter(bodies.map(Ok)))
        .try_flatten()
        .try_collect();
    let bodies = done_or_return!(watch.until_stopped(listings).await?);
    Ok(Outcome::Done(Some(bodies)))
}
