//! Warnings of what a restore loses, and of what the file tells to others.

use super::super::people::People;
use super::super::{InspectOptions, Inspection, Severity, Warning};
use super::warning;
use crate::WarningCode;
use desk_base::text::{self, Noun};

pub(super) fn warn_of_loss(report: &Inspection, options: &InspectOptions, warnings: &mut Vec<Warning>) {
    let sends = options.instance.as_ref().and_then(|instance| instance.sends);
    if sends != Some(0) && !options.fresh {
        let message = match sends {
            Some(sends) => {
                format!("Sends are in no backup: a restore deletes the {sends} that the instance holds.")
            }
            None => "Sends are in no backup: a restore deletes those that the instance holds.".to_owned(),
        };
        let hint = "Tell those who use Sends before you restore.";
        let warning = warning(WarningCode::SendsNotIncluded, Severity::Note, message, hint);
        warnings.push(match sends {
            Some(sends) => warning.value("count", sends),
            None => warning,
        });
    }
    let Some(instance) = &options.instance else { return };
    let tables = [
        ("users", "accounts", instance.users),
        ("ciphers", "vault items", instance.ciphers),
        ("folders", "folders", instance.folders),
        ("attachments", "attachments", instance.attachments),
    ];
    let counted = tables.into_iter().filter_map(|(table, word, now)| {
        let then = report.tables.get(table).copied().unwrap_or(0);
        now.filter(|&now| now != then).map(|now| (table, word, now, then))
    });
    let changes: Vec<_> = counted.collect();
    if changes.is_empty() {
        return;
    }
    let words: Vec<String> = changes
        .iter()
        .map(|(_, word, now, then)| format!("{word}: {now} now, {then} in the backup"))
        .collect();
    let message = format!("The instance has changed since this backup ({}).", words.join("; "));
    let hint = "What is newer than the backup is lost by restoring it. Make a new backup first.";
    let mut warning = warning(WarningCode::DiffersFromInstance, Severity::Caution, message, hint);
    for (table, _, now, then) in changes {
        warning = warning.value(&format!("{table}Now"), now).value(&format!("{table}Then"), then);
    }
    warnings.push(warning);
}

pub(super) fn warn_of_exposure(report: &Inspection, people: &People, warnings: &mut Vec<Warning>) {
    let count = |kind: &str| {
        report.exposes.iter().find(|exposure| exposure.kind == kind).map_or(0, |found| found.count)
    };
    let (totp, recovery) = (count("totp-secret"), count("recovery-code"));
    if totp + recovery > 0 {
        let message = format!(
            "Two-step secrets are readable in this file: {} and {}.",
            text::count(totp, Noun::AuthenticatorSecret),
            text::count(recovery, Noun::RecoveryCode)
        );
        let hint = "Whoever has the file needs no second factor to sign in as these people. Store it encrypted; if it leaked, have them set up two-step again.";
        warnings.push(
            warning(WarningCode::TwoStepExposed, Severity::Caution, message, hint)
                .value("totp", totp)
                .value("recovery", recovery),
        );
    }
    if !people.unknown_tables.is_empty() {
        let names = people.unknown_tables.join(", ");
        let message = format!("db.json holds more than a backup has ({names}); the server passes over it.");
        let hint = "It was made by another version, or changed. What it holds is not restored.";
        warnings
            .push(warning(WarningCode::UnknownTables, Severity::Note, message, hint).value("tables", names));
    }
}
