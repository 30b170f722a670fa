//! Warnings of who could sign in, administer and repair after a restore.

use super::super::people::{People, Settings, is_active_administrator};
use super::super::{InspectOptions, Inspection, WarningDetail};

/// E-mails in one sentence.
const MOST_NAMED: usize = 5;

pub(super) fn warn_of_people(people: &People, options: &InspectOptions, warnings: &mut Vec<WarningDetail>) {
    if people.people.is_empty() {
        warnings.push(WarningDetail::NoUsers);
        return;
    }
    if people.active_administrators == 0 {
        warnings.push(WarningDetail::NoActiveAdministrator);
    }
    let Some(email) = options.acting_user_email.as_deref().map(normal_email) else { return };
    match people.people.iter().find(|person| normal_email(&person.email) == email) {
        None => warnings.push(WarningDetail::ActingAccountMissing { email }),
        Some(person) if !is_active_administrator(person) => {
            warnings.push(WarningDetail::ActingAccountNotAdministrator { email });
        }
        Some(_) => {}
    }
}

fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

pub(super) fn warn_of_settings(report: &Inspection, people: &People, warnings: &mut Vec<WarningDetail>) {
    warnings.push(match people.settings {
        Settings::Missing => WarningDetail::NoBackupSettings,
        Settings::Unreadable => WarningDetail::SettingsUnreadable,
        Settings::Plain => WarningDetail::SettingsInTheClear,
        Settings::Portable if report.repairable_by.is_empty() => WarningDetail::NobodyCanRepair,
        Settings::Portable => {
            let emails = report.repairable_by.iter().take(MOST_NAMED);
            let emails = emails.map(|person| person.email.clone()).collect();
            match report.repairable_by.len().saturating_sub(MOST_NAMED) as u64 {
                0 => WarningDetail::SettingsNeedRepair { emails },
                more => WarningDetail::SettingsNeedRepairByMany { emails, more },
            }
        }
    });
}
