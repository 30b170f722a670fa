//! Where copies of attachments are, in words.

use desk_core::jobs::{BodyCopy, CopySearch};
use desk_core::text::{Noun, count};

use super::plain;

/// What a search found, what it searched, and what it could not read, a line each.
pub fn copy_search(search: &CopySearch) -> Vec<String> {
    let found = count(search.found, Noun::Attachment);
    let mut lines = vec![format!("Copies found of {found}. Searched: {}.", searched(search))];
    lines.extend(search.unread.iter().map(|path| format!("  not read: {}", plain(path))));
    lines.extend(
        search
            .unreached
            .iter()
            .map(|one| format!("  not searched: {}: {}", plain(&one.name), plain(&one.error.to_string()))),
    );
    lines
}

fn searched(search: &CopySearch) -> String {
    let targets = search.targets.iter().map(|name| format!("target {}", plain(name)));
    let folders = search.folders.iter().map(|path| plain(path));
    let zips = std::iter::once(count(search.zips, Noun::File));
    zips.chain(targets).chain(folders).collect::<Vec<_>>().join(", ")
}

/// Where a copy is.
pub fn copy_place(copy: &BodyCopy) -> String {
    match copy {
        BodyCopy::Zip { path } | BodyCopy::Folder { path } => plain(path),
        BodyCopy::Target { name, .. } => format!("target {}", plain(name)),
    }
}
