//! Which attachment bodies of a backup are on its target.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt};

use super::{Outcome, Watch};
use crate::archive::{self, Attachment};
use crate::checks::AttachmentsOnTarget;
use crate::progress::Stage;
use crate::server::Session;
use crate::{Error, Result};
use desk_base::done_or_return;

/// Folders of a target that are listed at most for one backup: each is a call, and the
/// server takes 200 a minute.
const MOST_FOLDERS: usize = 150;

/// Looks up which attachments of a backup are missing on its target. `None` when it lists
/// none. What could not be looked up is counted: the check of the file itself counts all
/// the same.
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
        Ok(outcome) => match done_or_return!(outcome) {
            Some(bodies) => Some(Found::Bodies(bodies)),
            None => done_or_return!(folders_on_target(session, target_id, watch).await?).map(Found::Folders),
        },
        Err(error) => {
            tracing::warn!(code = %error.code(), "the attachments of a backup could not be looked up");
            None
        }
    };
    Ok(Outcome::Done(Some(counted(&attachments, found.as_ref()))))
}

/// What looking at a target's attachments gave.
enum Found {
    /// Every body, name → size where the target reports it.
    Bodies(BTreeMap<String, Option<u64>>),
    /// Only which folders there are: there were too many to look into.
    Folders(BTreeSet<String>),
}

/// How one body stands.
enum Body {
    There,
    Missing,
    WrongSize,
    Unknown,
}

fn counted(attachments: &[Attachment], found: Option<&Found>) -> AttachmentsOnTarget {
    let mut count =
        AttachmentsOnTarget { listed: attachments.len() as u64, ..AttachmentsOnTarget::default() };
    for attachment in attachments {
        let name = attachment.blob_name();
        let body = match found {
            Some(Found::Bodies(bodies)) => match bodies.get(&name) {
                None => Body::Missing,
                Some(Some(bytes)) if *bytes != attachment.size_bytes => Body::WrongSize,
                Some(_) => Body::There,
            },
            Some(Found::Folders(folders)) if !folders.contains(&attachment.cipher_id) => Body::Missing,
            Some(Found::Folders(_)) | None => Body::Unknown,
        };
        match body {
            Body::There => continue,
            Body::Unknown => {
                count.unknown += 1;
                continue;
            }
            Body::Missing => count.missing += 1,
            Body::WrongSize => count.wrong_size += 1,
        }
        count.paths.push(name);
    }
    count
}

/// The folders of vault items that a target has, in one call. `None` when that could not
/// be found out.
async fn folders_on_target(
    session: &Session,
    target_id: &str,
    watch: &Watch,
) -> Result<Outcome<Option<BTreeSet<String>>>> {
    match watch.until_stopped(session.list(Some(target_id), "attachments")).await {
        Ok(outcome) => {
            let items = done_or_return!(outcome).value.into_iter();
            let folders = items.filter(|item| item.is_directory).map(|item| item.name);
            Ok(Outcome::Done(Some(folders.collect())))
        }
        Err(error) => {
            tracing::warn!(code = %error.code(), "the attachment folders of a target could not be listed");
            Ok(Outcome::Done(None))
        }
    }
}

/// The bodies that a target has of a backup's attachments, name → size where the target
/// shows it. `None` when
/// there are too many folders to look into.
pub(super) async fn bodies_on_target(
    session: &Session,
    target_id: &str,
    file: &Path,
    watch: &Watch,
) -> Result<Outcome<Option<BTreeMap<String, Option<u64>>>>> {
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
            Ok::<_, Error>(bodies.map(move |body| (format!("{cipher}/{}", body.name), body.size)))
        })
        .buffer_unordered(4)
        .map_ok(|bodies| futures_util::stream::iter(bodies.map(Ok)))
        .try_flatten()
        .try_collect();
    let bodies = done_or_return!(watch.until_stopped(listings).await?);
    Ok(Outcome::Done(Some(bodies)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attachments() -> Vec<Attachment> {
        [("c1", "a1"), ("c1", "a2"), ("c2", "a3")]
            .map(|(cipher, id)| Attachment {
                cipher_id: cipher.into(),
                attachment_id: id.into(),
                size_bytes: 1,
                owner_email: None,
                present: false,
            })
            .into()
    }

    #[allow(clippy::needless_pass_by_value, reason = "a fact made for one call")]
    fn counts(found: Option<Found>) -> (u64, u64, u64) {
        let count = counted(&attachments(), found.as_ref());
        assert_eq!(count.paths.len() as u64, count.lost());
        (count.listed, count.missing, count.unknown)
    }

    #[test]
    fn a_body_with_a_different_size_is_reported_and_without_a_size_not() {
        let sizes = [("c1/a1", Some(1)), ("c1/a2", Some(2)), ("c2/a3", None)];
        let bodies = sizes.map(|(name, size)| (name.to_owned(), size)).into();
        let count = counted(&attachments(), Some(&Found::Bodies(bodies)));
        assert_eq!((count.missing, count.wrong_size, count.unknown), (0, 1, 0));
        assert_eq!(count.paths, ["c1/a2"]);
    }

    #[test]
    fn what_the_target_does_not_list_is_missing() {
        let bodies = BTreeMap::from([("c1/a1".to_owned(), Some(1))]);
        assert_eq!(counts(Some(Found::Bodies(bodies))), (3, 2, 0));
    }

    #[test]
    fn without_a_lookup_every_attachment_is_unknown() {
        assert_eq!(counts(None), (3, 0, 3));
    }

    #[test]
    fn with_too_many_folders_only_missing_ones_are_certain() {
        let folders = BTreeSet::from(["c1".to_owned()]);
        assert_eq!(counts(Some(Found::Folders(folders))), (3, 1, 2));
    }
}
