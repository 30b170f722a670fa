//! What the server would not warn of.

mod file;
mod loss;
mod packing;
mod people;

use std::collections::BTreeMap;
use std::fmt::Display;

use super::content::Contents;
use super::unread::Unread;
use super::zip::Structure;
use super::{InspectOptions, Inspection, Severity, Warning};
use crate::WarningCode;

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
    let mut warnings = Vec::new();
    packing::warn_of_unread(unread, &mut warnings);
    packing::warn_of_names(structure, &mut warnings);
    file::warn_of_name(report, &mut warnings);
    file::warn_of_file(report, structure, contents, &mut warnings);
    file::warn_of_bodies(report, structure, contents, options, &mut warnings);
    if let Some((_, rows)) = contents.rows() {
        people::warn_of_people(rows, options, &mut warnings);
        people::warn_of_settings(report, rows, &mut warnings);
        loss::warn_of_loss(report, options, &mut warnings);
        loss::warn_of_exposure(report, rows, &mut warnings);
    }
    warnings.sort_by_key(|warning| std::cmp::Reverse(warning.severity));
    warnings
}

fn warning(code: WarningCode, severity: Severity, message: impl Into<String>, hint: &str) -> Warning {
    Warning { code, severity, message: message.into(), hint: hint.into(), values: BTreeMap::new() }
}

impl Warning {
    fn value(mut self, name: &str, value: impl Display) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }
}
