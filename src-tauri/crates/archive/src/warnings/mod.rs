//! What the server would not warn of.

mod file;
mod loss;
mod packing;
mod people;

use super::content::Contents;
use super::unread::Unread;
use super::zip::Structure;
use super::{InspectOptions, Inspection, Warning, WarningDetail};

/// What was read of the file, beside the report.
pub(crate) struct Facts<'a> {
    /// Its entries.
    pub structure: &'a Structure,
    /// What is in them.
    pub contents: &'a Contents,
    /// What of them could not be read, without being damaged.
    pub unread: &'a Unread,
}

/// All warnings, the most serious first.
pub(crate) fn find(report: &Inspection, facts: &Facts<'_>, options: &InspectOptions) -> Vec<Warning> {
    let Facts { structure, contents, unread } = facts;
    let mut found: Vec<WarningDetail> = Vec::new();
    packing::warn_of_unread(unread, &mut found);
    packing::warn_of_names(structure, &mut found);
    file::warn_of_name(report, &mut found);
    file::warn_of_file(report, structure, contents, &mut found);
    file::warn_of_bodies(report, structure, contents, options, &mut found);
    if let Some((_, rows)) = contents.rows() {
        people::warn_of_people(rows, options, &mut found);
        people::warn_of_settings(report, rows, &mut found);
        loss::warn_of_loss(report, options, &mut found);
        loss::warn_of_exposure(report, rows, &mut found);
    }
    let mut warnings: Vec<Warning> = found.into_iter().map(Warning::from).collect();
    warnings.sort_by_key(|warning| std::cmp::Reverse(warning.severity));
    warnings
}
