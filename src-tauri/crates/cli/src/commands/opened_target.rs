//! A target in the settings that a backup ZIP carries.

use std::path::Path;

use desk_core::app::{Desk, OpenedSettings};
use desk_core::error::CommandDetail;
use desk_core::server::Destination;
use desk_core::text;
use secrecy::SecretString;

use crate::exit::{Ended, Failure};
use crate::waiting;

/// Opens the settings in the ZIP with an administrator's master password.
pub async fn open(desk: &Desk, file: &Path, email: &str, password: &SecretString) -> Ended<OpenedSettings> {
    let opening = desk.opened().open_backup_settings(file, email, password, None);
    Ok(waiting::during("opening the settings", opening).await?)
}

/// The target with this id or, if only one has it, this name.
pub fn named<'a>(opened: &'a OpenedSettings, named: &str) -> Ended<&'a Destination> {
    let all = &opened.settings.destinations;
    let by_id = all.iter().find(|one| one.id == named);
    let by_name: Vec<_> = all.iter().filter(|one| one.name == named).collect();
    match (by_id, by_name.as_slice()) {
        (Some(found), _) => Ok(found),
        (None, [found]) => Ok(found),
        (None, []) => {
            let names: Vec<String> = all.iter().map(|one| format!("{} ({})", one.name, one.id)).collect();
            let (name, targets) = (named.to_owned(), text::line(&names.join(", ")).into());
            Err(CommandDetail::NoTargetInBackup { name, targets }.error().into())
        }
        (None, _) => Err(Failure::usage(
            format!("Several targets are named {named}."),
            "Use the ID of the one you mean.",
        )),
    }
}
