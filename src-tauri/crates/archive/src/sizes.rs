//! How large an archive is, against each limit of the server's import.

use std::path::Path;

use super::opened::Opened;
use super::rules::{MAX_ARCHIVE_BYTES, MAX_DB_JSON_BYTES, MAX_ENTRIES, MAX_UNPACKED_BYTES};
use super::source::Source as _;
use desk_base::Result;
use desk_base::limits::{ImportLimit, ImportSize};

/// What the archive at `path` comes to, for every limit of the import. Blocks.
///
/// # Errors
/// When the file cannot be read.
pub fn import_sizes(path: &Path) -> Result<Vec<ImportSize>> {
    let opened = Opened::new(path)?;
    let entries = &opened.structure.entries;
    let unpacked = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
    let rows = opened.structure.find("db.json").map_or(0, |entry| entry.size);
    let sizes = [
        (ImportLimit::ArchiveBytes, opened.source().size(), MAX_ARCHIVE_BYTES),
        (ImportLimit::UnpackedBytes, unpacked, MAX_UNPACKED_BYTES),
        (ImportLimit::RowsBytes, rows, MAX_DB_JSON_BYTES),
        (ImportLimit::Entries, entries.len() as u64, MAX_ENTRIES),
    ];
    Ok(sizes.into_iter().map(|(limit, found, most)| ImportSize { limit, found, most }).collect())
}
