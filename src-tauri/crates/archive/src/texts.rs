//! What is wrong with the two texts of a backup.

use super::content::Contents;
use super::damage::Damages;
use super::json::Walked;
use super::zip::Structure;
use crate::DamageCode;

/// Names what is wrong with manifest and rows.
pub(crate) fn check(structure: &Structure, contents: &Contents, damages: &mut Damages) {
    let manifest = contents.manifest.as_ref();
    let manifest = manifest.map(|(_, text)| text.as_ref().map(|(walked, _)| *walked).map_err(|at| *at));
    let rows = contents.rows.as_ref();
    let rows = rows.map(|(_, text)| text.as_ref().map(|(walked, ..)| *walked).map_err(|broken| broken.at));
    check_text(structure, "manifest.json", manifest, damages);
    check_text(structure, "db.json", rows, damages);
    for table in contents.rows().into_iter().flat_map(|(_, people)| &people.too_long) {
        let message = format!("A row of {} is longer than any row of a backup.", table.name());
        damages.entry("db.json", DamageCode::RowTooLong, message).value("table", table.name());
    }
}

fn check_text(structure: &Structure, name: &str, text: Option<Result<Walked, u64>>, damages: &mut Damages) {
    match text {
        None if structure.find(name).is_none() => {
            let message = format!("There is no {name} in this file.");
            damages.file(DamageCode::TextMissing, message).value("name", name);
        }
        // The entry itself was found to be unreadable, and named.
        None => {}
        Some(Err(at)) => {
            let message = format!("It cannot be read as JSON from byte {at} on.");
            damages.entry(name, DamageCode::JsonInvalid, message).value("at", at);
        }
        Some(Ok(walked)) => {
            if !walked.is_object {
                damages.entry(name, DamageCode::JsonInvalid, "It is JSON, but holds nothing of a backup.");
            }
            if !walked.utf8 {
                let message = "Some bytes are no text (not UTF-8); the server replaces them without a word.";
                damages.entry(name, DamageCode::JsonNotUtf8, message);
            }
        }
    }
}
