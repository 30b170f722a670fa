//! Warnings of who could sign in, administer and repair after a restore.

use super::super::people::{People, Settings, is_active_administrator};
use super::super::{InspectOptions, Inspection, Severity, Warning};
use super::warning;
use crate::WarningCode;

/// E-mails in one sentence.
const MOST_NAMED: usize = 5;

pub(super) fn warn_of_people(people: &People, options: &InspectOptions, warnings: &mut Vec<Warning>) {
    if people.people.is_empty() {
        warnings.push(warning(
            WarningCode::NoUsers,
            Severity::Danger,
            "There is no account in this backup: after restoring it nobody could sign in.",
            "Do not restore it. Choose another backup.",
        ));
        return;
    }
    if people.active_administrators == 0 {
        warnings.push(warning(
            WarningCode::NoActiveAdministrator,
            Severity::Danger,
            "No active administrator is in this backup: after restoring it nobody could administer the instance.",
            "Choose another backup, or be ready to make an account an administrator in the database by hand.",
        ));
    }
    let Some(email) = options.acting_user_email.as_deref().map(normal_email) else { return };
    let survives = people.people.iter().find(|person| normal_email(&person.email) == email);
    if survives.is_none() {
        let message = format!(
            "The account you would restore with ({email}) is not in this backup: you could not sign in with it afterwards."
        );
        let hint = "Make sure that you know the master password of an administrator who is in the backup.";
        warnings.push(
            warning(WarningCode::ActingAccountMissing, Severity::Danger, message, hint).value("email", email),
        );
    } else if survives.is_some_and(|person| !is_active_administrator(person)) {
        let message = format!(
            "In this backup, the account you would restore with ({email}) is not an active administrator."
        );
        let hint = "Make sure that you know the master password of an administrator who is in the backup.";
        warnings.push(
            warning(WarningCode::ActingAccountNotAdministrator, Severity::Caution, message, hint)
                .value("email", email),
        );
    }
}

fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

pub(super) fn warn_of_settings(report: &Inspection, people: &People, warnings: &mut Vec<Warning>) {
    match people.settings {
        Settings::Missing => warnings.push(warning(
            WarningCode::NoBackupSettings,
            Severity::Note,
            "This backup holds no backup settings: no target and no schedule.",
            "Set up the targets again after restoring it.",
        )),
        Settings::Unreadable => warnings.push(warning(
            WarningCode::SettingsUnreadable,
            Severity::Caution,
            "The backup settings in this file have no readable portable part: nobody can open them after a restore.",
            "Keep the targets' addresses and credentials elsewhere; they have to be entered again.",
        )),
        Settings::Plain => warnings.push(warning(
            WarningCode::SettingsInTheClear,
            Severity::Caution,
            "The backup settings in this file are not encrypted: whoever has it can read the targets' passwords.",
            "Keep the file safe, and change those passwords if it ever left your hands.",
        )),
        Settings::Portable if report.repairable_by.is_empty() => warnings.push(warning(
            WarningCode::NobodyCanRepair,
            Severity::Caution,
            "No active administrator in this backup can open its backup settings: scheduled backups stop after a restore until the targets are entered again.",
            "Keep the targets' addresses and credentials elsewhere.",
        )),
        Settings::Portable => {
            let emails: Vec<&str> = report.repairable_by.iter().map(|person| &*person.email).collect();
            let named = list(&emails);
            let message = format!("After a restore, scheduled backups stop until an administrator repairs the backup settings; from this file that can be: {named}.");
            let hint = "Sign in as one of them after the restore and repair the settings.";
            warnings.push(warning(WarningCode::SettingsNeedRepair, Severity::Note, message, hint).value("emails", named));
        }
    }
}

fn list(emails: &[&str]) -> String {
    let named = emails[..emails.len().min(MOST_NAMED)].join(", ");
    if emails.len() > MOST_NAMED { format!("{named} and {} more", emails.len() - MOST_NAMED) } else { named }
}
