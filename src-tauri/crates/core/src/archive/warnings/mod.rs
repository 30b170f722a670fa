//! What the server would not warn of.

mod file;
mod loss;
mod people;

use std::collections::BTreeMap;
use std::fmt::Display;

use super::content::Contents;
use super::zip::Structure;
use super::{InspectOptions, Inspection, Severity, Warning};

/// All warnings, the most serious first.
pub(crate) fn find(
    report: &Inspection,
    structure: &Structure,
    contents: &Contents,
    options: &InspectOptions,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
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

fn warning(code: &str, severity: Severity, message: impl Into<String>, hint: &str) -> Warning {
    Warning {
        code: code.into(),
        severity,
        message: message.into(),
        hint: hint.into(),
        values: BTreeMap::new(),
    }
}

impl Warning {
    fn value(mut self, name: &str, value: impl Display) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }
}
