//! A backup that was packed anew as one folder, as Finder and Explorer do it. The
//! server refuses it; it is read here all the same, as if it lay at the top.

use super::zip::{Entry, Structure};

/// The folder that a whole backup was packed in, with its slash.
pub(crate) fn common(entries: &[Entry]) -> Option<&str> {
    let is_at_top = entries.iter().any(|entry| &*entry.name == "manifest.json");
    let mut folders = entries.iter().filter_map(|entry| entry.name.strip_suffix("manifest.json"));
    folders.find(|folder| !is_at_top && folder.ends_with('/') && !folder.starts_with("__MACOSX"))
}

/// Names the entries as if they lay at the top; `structure` remembers the folder.
pub(crate) fn take_out(structure: &mut Structure) {
    structure.folder = take_out_of(&mut structure.entries);
}

/// Names entries as if they lay at the top. Says which folder they lay in.
pub(crate) fn take_out_of(entries: &mut Vec<Entry>) -> Option<Box<str>> {
    let folder: Box<str> = common(entries)?.into();
    for entry in entries.iter_mut() {
        if let Some(name) = entry.name.strip_prefix(&*folder) {
            entry.name = name.into();
        }
    }
    // The entry of the folder itself has no name now.
    entries.retain(|entry| !entry.name.is_empty());
    Some(folder)
}
