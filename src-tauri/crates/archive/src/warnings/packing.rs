//! Warnings of the way a backup was packed again.

use super::super::WarningDetail;
use super::super::damage::shown;
use super::super::extras;
use super::super::unread::Unread;
use super::super::zip::Structure;

pub(super) fn warn_of_unread(unread: &Unread, warnings: &mut Vec<WarningDetail>) {
    if unread.with_password > 0 {
        warnings.push(WarningDetail::PasswordProtected { count: unread.with_password });
    }
    if unread.otherwise > 0 {
        let methods = unread.methods.iter().map(|&method| method.to_owned()).collect();
        warnings.push(WarningDetail::PackedOtherwise { count: unread.otherwise, methods });
    }
}

pub(super) fn warn_of_names(structure: &Structure, warnings: &mut Vec<WarningDetail>) {
    if structure.backslashes > 0 {
        warnings.push(WarningDetail::BackslashNames { count: structure.backslashes });
    }
    if let Some(folder) = &structure.folder {
        warnings.push(WarningDetail::PackedInFolder { folder: shown(folder) });
    }
    let extras = extras::of(structure);
    if let Some(first) = extras.first() {
        warnings.push(WarningDetail::ExtraEntries { count: extras.len() as u64, first: shown(first) });
    }
}
