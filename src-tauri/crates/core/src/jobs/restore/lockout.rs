//! Whether anyone could sign in, administer the server and repair its settings after a restore.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Error;
use crate::account::EncString;
use crate::archive::{Inspection, PersonFacts, StoredKeys, WarningCode};
use crate::error::JobDetail;
use crate::jobs::{ActingAccount, ActingAfter, Lockout};

/// Warnings of an inspection which say that no one can open the backup settings.
const CLOSED_SETTINGS: [WarningCode; 2] = [WarningCode::NobodyCanRepair, WarningCode::SettingsUnreadable];

/// An administrator whom the server lets in.
pub(super) fn is_administrator(person: &PersonFacts) -> bool {
    person.role == "admin" && person.status == "active"
}

/// Why no one could administer the server after restoring this backup. `keys` are those of its
/// accounts, by user id.
pub(super) fn lockout(inspection: &Inspection, keys: &BTreeMap<String, StoredKeys>) -> Option<Lockout> {
    if inspection.tables.get("users").is_none_or(|users| *users == 0) {
        return Some(Lockout::NoAccount);
    }
    let administrators: Vec<_> = inspection.people.iter().filter(|person| is_administrator(person)).collect();
    if administrators.is_empty() {
        return Some(Lockout::NoActiveAdministrator);
    }
    if !administrators.iter().any(|person| can_unlock(person, keys)) {
        return Some(Lockout::DamagedKeys);
    }
    let closed = inspection.warnings.iter().any(|warning| CLOSED_SETTINGS.contains(&warning.code));
    let opens = administrators.iter().any(|person| person.has_wrap && can_unlock(person, keys));
    let wrapped = administrators.iter().any(|person| person.has_wrap);
    (closed || (wrapped && !opens)).then_some(Lockout::NobodyCanRepair)
}

/// The error that keeps such a restore from starting.
pub(super) fn refusal(lockout: Lockout) -> Error {
    let detail = match lockout {
        Lockout::NoAccount => JobDetail::LockoutNoAccount,
        Lockout::NoActiveAdministrator => JobDetail::LockoutNoAdministrator,
        Lockout::DamagedKeys => JobDetail::LockoutDamagedKeys,
        Lockout::NobodyCanRepair => JobDetail::LockoutNobodyCanRepair,
    };
    detail.error()
}

/// What becomes of the account that restores.
pub(super) fn acting_account(
    email: &str,
    inspection: &Inspection,
    keys: &BTreeMap<String, StoredKeys>,
) -> ActingAccount {
    let same = |person: &&PersonFacts| person.email.trim().eq_ignore_ascii_case(email.trim());
    let after = match inspection.people.iter().find(same) {
        None => ActingAfter::Missing,
        Some(person) if person.status != "active" => ActingAfter::Inactive,
        Some(person) if !can_unlock(person, keys) => ActingAfter::DamagedKeys,
        Some(person) if person.role != "admin" => ActingAfter::NotAdministrator,
        Some(person) if person.has_wrap => ActingAfter::CanRepair,
        Some(_) => ActingAfter::CanSignIn,
    };
    ActingAccount { email: email.to_owned(), after, same_keys: None }
}

/// The stored keys have the form that signing in and opening the settings need. Whether they
/// open with the master password, only that password shows.
fn can_unlock(person: &PersonFacts, keys: &BTreeMap<String, StoredKeys>) -> bool {
    keys.get(&person.user_id).is_some_and(|keys| {
        EncString::parse(&keys.key).is_ok()
            && EncString::parse(&keys.private_key).is_ok()
            && STANDARD.decode(&keys.public_key).is_ok_and(|der| der.first() == Some(&0x30))
    })
}
