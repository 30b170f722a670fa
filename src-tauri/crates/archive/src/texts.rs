//! What is wrong with the two texts of a backup.

use super::content::Contents;
use super::damage::Damages;
use super::json::Walked;
use super::zip::Structure;
use crate::DamageDetail;

/// Names what is wrong with manifest and rows.
pub(crate) fn check(structure: &Structure, contents: &Contents, damages: &mut Damages) {
    let manifest = contents.manifest.as_ref();
    let manifest = manifest.map(|(_, text)| text.as_ref().map(|(walked, _)| *walked).map_err(|at| *at));
    let rows = contents.rows.as_ref();
    let rows = rows.map(|(_, text)| text.as_ref().map(|(walked, ..)| *walked).map_err(|broken| broken.at));
    check_text(structure, "manifest.json", manifest, damages);
    check_text(structure, "db.json", rows, damages);
    for table in contents.rows().into_iter().flat_map(|(_, people)| people.too_long.iter().copied()) {
        damages.entry("db.json", DamageDetail::RowTooLong { table });
    }
}

fn check_text(structure: &Structure, name: &str, text: Option<Result<Walked, u64>>, damages: &mut Damages) {
    match text {
        None if structure.find(name).is_none() => {
            damages.file(DamageDetail::TextMissing { name: name.to_owned() });
        }
        // The entry itself was found to be unreadable, and named.
        None => {}
        Some(Err(at)) => damages.entry(name, DamageDetail::JsonInvalid { at }),
        Some(Ok(walked)) => {
            if !walked.is_object {
                damages.entry(name, DamageDetail::JsonNotObject);
            }
            if !walked.utf8 {
                damages.entry(name, DamageDetail::JsonNotUtf8);
            }
        }
    }
}
