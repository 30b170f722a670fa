//! Names of entries that other programs changed when they packed a backup again:
//! all of it in one folder, as Finder and Explorer do it, or with `\` in place of
//! `/`, as some Windows tools do. The server refuses both; here they are read as if
//! the names were right.

use std::borrow::Cow;
use std::collections::HashSet;

use super::rules;
use super::zip::{Entry, Structure};

/// The folder that a whole backup was packed in, with its slash.
pub(crate) fn common(entries: &[Entry]) -> Option<&str> {
    let is_at_top = entries.iter().any(|entry| &*entry.name == "manifest.json");
    let mut folders = entries.iter().filter_map(|entry| entry.name.strip_suffix("manifest.json"));
    folders.find(|folder| !is_at_top && folder.ends_with('/') && !folder.starts_with("__MACOSX"))
}

/// Gives the entries the names they should have; `structure` remembers what was
/// wrong with them.
pub(crate) fn put_right(structure: &mut Structure) {
    structure.backslashes = put_slashes(&mut structure.entries);
    structure.folder = take_out_of(&mut structure.entries);
}

/// Puts slashes in place of backslashes, where that makes a name of a backup that
/// no other entry has. Returns in how many names.
pub(crate) fn put_slashes(entries: &mut [Entry]) -> u64 {
    let slashed = |name: &str| name.contains('\\').then(|| name.replace('\\', "/"));
    if !entries.iter().any(|entry| entry.name.contains('\\')) {
        return 0;
    }
    // The folder is taken out later, so it must not hide what the name is.
    let folder = entries.iter().find_map(|entry| {
        let name = slashed(&entry.name).map_or(Cow::Borrowed(&*entry.name), Cow::Owned);
        Some(name.strip_suffix("manifest.json")?.to_owned())
    });
    let folder = folder.unwrap_or_default();
    let mut taken: HashSet<Box<str>> = entries.iter().map(|entry| entry.name.clone()).collect();
    let mut changed = 0;
    for entry in entries.iter_mut() {
        let Some(name) = slashed(&entry.name) else { continue };
        let belongs = rules::takes_name(name.strip_prefix(&*folder).unwrap_or(&name));
        if belongs && taken.insert(name.as_str().into()) {
            entry.name = name.into();
            changed += 1;
        }
    }
    changed
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
