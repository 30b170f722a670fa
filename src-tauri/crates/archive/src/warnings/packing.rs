//! Warnings of the way a backup was packed again.

use super::super::damage::shown;
use super::super::extras;
use super::super::unread::Unread;
use super::super::zip::Structure;
use super::super::{Severity, Warning};
use super::warning;
use crate::WarningCode;

pub(super) fn warn_of_unread(unread: &Unread, warnings: &mut Vec<Warning>) {
    if unread.with_password > 0 {
        let message = "The file is protected with a password, so what is in it could not be checked. The server cannot read it.";
        let hint = "Unpack it and pack it again without a password, or use nwdesk clean with --password-file. The original stays as it is.";
        warnings.push(
            warning(WarningCode::PasswordProtected, Severity::Caution, message, hint)
                .value("count", unread.with_password),
        );
    }
    if unread.otherwise > 0 {
        let methods = unread.methods.iter().copied().collect::<Vec<_>>().join(", ");
        let message = format!(
            "The file is packed in a way that the server cannot read ({methods}), so what is in it could not be checked."
        );
        let hint = "Unpack it and pack it again as a plain ZIP, or save a cleaned copy. The original stays as it is.";
        warnings.push(
            warning(WarningCode::PackedOtherwise, Severity::Caution, message, hint)
                .value("methods", methods)
                .value("count", unread.otherwise),
        );
    }
}

pub(super) fn warn_of_names(structure: &Structure, warnings: &mut Vec<Warning>) {
    if structure.backslashes > 0 {
        let message = "Names of entries have a backslash in place of the slash, as some Windows tools write them; the server refuses such a file.";
        let hint = "Save a cleaned copy, which has the right names; the original stays as it is.";
        warnings.push(
            warning(WarningCode::BackslashNames, Severity::Caution, message, hint)
                .value("count", structure.backslashes),
        );
    }
    if let Some(folder) = &structure.folder {
        let folder = shown(folder);
        let message = format!(
            "The backup was packed again inside a folder ({folder}); the server refuses such a file."
        );
        let hint =
            "Save a cleaned copy; the original stays as it is. Finder and Explorer pack folders this way.";
        warnings.push(
            warning(WarningCode::PackedInFolder, Severity::Caution, message, hint).value("folder", folder),
        );
    }
    let extras = extras::of(structure);
    if !extras.is_empty() {
        let first = shown(extras[0]);
        let message = if extras.len() == 1 {
            format!(
                "One entry does not belong in a backup ({first}); the server refuses the whole file for it."
            )
        } else {
            format!(
                "{} entries do not belong in a backup ({first} among them); the server refuses the whole file for them.",
                extras.len()
            )
        };
        let hint = "Save a cleaned copy; the original stays as it is. Finder and Explorer add such entries when they pack a folder.";
        warnings.push(
            warning(WarningCode::ExtraEntries, Severity::Caution, message, hint)
                .value("count", extras.len())
                .value("first", first),
        );
    }
}
