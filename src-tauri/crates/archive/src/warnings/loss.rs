//! Warnings of what a restore loses, and of what the file reveals to others.

use super::super::people::People;
use super::super::rules::Table;
use super::super::{InspectOptions, Inspection, TableChange, WarningDetail};

pub(super) fn warn_of_loss(report: &Inspection, options: &InspectOptions, warnings: &mut Vec<WarningDetail>) {
    let sends = options.instance.as_ref().and_then(|instance| instance.sends);
    if sends != Some(0) && !options.fresh {
        warnings.push(match sends {
            Some(count) => WarningDetail::SendsDeleted { count },
            None => WarningDetail::SendsNotIncluded,
        });
    }
    let Some(instance) = &options.instance else { return };
    let tables = [
        (Table::Users, instance.users),
        (Table::Ciphers, instance.ciphers),
        (Table::Folders, instance.folders),
        (Table::Attachments, instance.attachments),
    ];
    let changes = tables.into_iter().filter_map(|(table, now)| {
        let then = report.tables.get(table.name()).copied().unwrap_or(0);
        now.filter(|&now| now != then).map(|now| TableChange { table, now, then })
    });
    let changes: Vec<_> = changes.collect();
    if !changes.is_empty() {
        warnings.push(WarningDetail::ServerChanged { changes });
    }
}

pub(super) fn warn_of_exposure(report: &Inspection, people: &People, warnings: &mut Vec<WarningDetail>) {
    let count = |kind: &str| {
        report.exposes.iter().find(|exposure| exposure.kind == kind).map_or(0, |found| found.count)
    };
    let (totp, recovery) = (count("totp-secret"), count("recovery-code"));
    if totp + recovery > 0 {
        warnings.push(WarningDetail::TwoStepExposed { totp, recovery });
    }
    if !people.unknown_tables.is_empty() {
        warnings.push(WarningDetail::UnknownTables { tables: people.unknown_tables.clone() });
    }
}
