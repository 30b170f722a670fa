//! Which attachment bodies of a backup are on its target.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt};

use super::outcome::done_or_return;
use super::{AttachmentsOnTarget, Outcome, Watch};
use crate::archive::{self, Attachment};
use crate::progress::Stage;
use crate::server::Session;
use crate::{Error, Result};

/// Folders of a target that are listed at most for one backup: each is a call, and the
/// server takes 200 a minute.
const MOST_FOLDERS: usize = 150;

/// Looks up which attachments of a backup are missing on its target. `None` when that
/// could not be found out: the check of the file itself counts all the same.
///
/// # Errors
/// None of the lookup; only that the job was stopped, as an outcome.
pub(super) async fn attachments_on_target(
    session: &Session,
    target_id: &str,
    file: &Path,
    watch: &Watch,
) -> Result<Outcome<Option<AttachmentsOnTarget>>> {
    let Ok(listed) = archive::attachments(file, &watch.cancel) else { return Ok(Outcome::Done(None)) };
    let attachments = done_or_return!(listed);
    if attachments.is_empty() {
        return Ok(Outcome::Done(None));
    }
    let found = match bodies_on_target(session, target_id, file, watch).await {
        Ok(outcome) => done_or_return!(outcome),
        Err(error) => {
            tracing::warn!(code = %error.code(), "the attachments of a backup could not be looked up");
            None
        }
    };
    Ok(Outcome::Done(found.map(|there| {
        let names = attachments.iter().map(Attachment::blob_name);
        let paths: Vec<String> = names.filter(|name| !there.contains_key(name)).collect();
        AttachmentsOnTarget { listed: attachments.len() as u64, missing: paths.len() as u64, paths }
    })))
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
