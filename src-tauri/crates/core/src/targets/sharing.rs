//! Targets of one server that lie in the folder of another server: each lists the other's
//! backups as its own, and the retention of each deletes the other's.

use serde::{Deserialize, Serialize};

use crate::places::{FolderKey, Location, Overlap, Provider, WebdavPlace};
use crate::server::Destination;

/// A target whose folder another server uses too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SharedPlace {
    /// The target's id.
    pub destination_id: String,
    /// Its name.
    pub destination_name: String,
    /// Where it is, without any login.
    pub place: String,
    /// The other server, as it is called here.
    pub server_name: String,
    /// The other server's address.
    pub server_url: String,
    /// How this is known.
    pub evidence: SharedEvidence,
    /// It is so only since the change that is reviewed.
    pub is_new: bool,
}

/// How it is known that a folder is used by another server too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SharedEvidence {
    /// A target of the other server was last seen there.
    Place {
        /// That target's name.
        target_name: String,
        /// Where it is, without any login.
        place: String,
        /// How the folder relates to it.
        overlap: Overlap,
        /// The share is entered with another user name, which may lead to another folder.
        another_user: bool,
    },
    /// Backups that the other server made were last listed there.
    Backups {
        /// How many.
        count: u64,
        /// The newest of them.
        newest: String,
    },
}

/// Another server, and the targets that it was last seen with.
#[derive(Debug, Clone)]
pub(crate) struct OtherServer {
    pub name: String,
    pub url: String,
    pub destinations: Vec<Destination>,
}

/// The targets among `destinations` that lie in the folder of another server. `before` are
/// the targets as they are now, when a change of them is checked.
pub(crate) fn shared_places(
    destinations: &[Destination],
    before: &[Destination],
    others: &[OtherServer],
) -> Vec<SharedPlace> {
    let mut found = Vec::new();
    for destination in destinations {
        let Some(key) = FolderKey::of(&destination.location) else { continue };
        let was = before.iter().find(|was| was.id == destination.id);
        let is_new = was.and_then(|was| FolderKey::of(&was.location)).as_ref() != Some(&key);
        for (server, theirs) in
            others.iter().flat_map(|one| one.destinations.iter().map(move |target| (one, target)))
        {
            let Some(overlap) = FolderKey::of(&theirs.location).and_then(|their_key| key.overlap(&their_key))
            else {
                continue;
            };
            found.push(SharedPlace {
                destination_id: destination.id.clone(),
                destination_name: destination.name.clone(),
                place: destination.location.place(),
                server_name: server.name.clone(),
                server_url: server.url.clone(),
                evidence: SharedEvidence::Place {
                    target_name: theirs.name.clone(),
                    place: theirs.location.place(),
                    overlap,
                    another_user: user(&destination.location) != user(&theirs.location),
                },
                is_new,
            });
        }
    }
    found
}

/// Who enters a share. A bucket is the same for every key.
fn user(location: &Location) -> &str {
    match location {
        Location::Webdav(WebdavPlace { username, .. }) => username.trim(),
        Location::S3(_) | Location::Other(_) => "",
    }
}

/// The place changed: what was seen of the old one says nothing about the new one. A place that
/// cannot be read, or of an unknown kind, is not known to have changed.
pub(crate) fn is_moved(before: &Location, after: &Location) -> bool {
    match (FolderKey::of(before), FolderKey::of(after)) {
        (Some(before), Some(after)) => before != after,
        _ => before.provider() != after.provider() && after.provider() != Provider::Other,
    }
}
