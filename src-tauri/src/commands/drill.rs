//! Drills: restores into a throw-away practice instance.

use std::sync::Arc;

use desk_core::archive::Storage;
use desk_core::jobs::DrillRequest;
use desk_core::view::LastDrill;
use desk_practice::PracticeDrills;
use tauri::State;

use crate::commands::session::Password;
use crate::granted_paths::{FileToRead, Folder};
use crate::state::Shell;

/// Restores a backup into a throw-away practice instance.
#[tauri::command]
#[specta::specta]
pub async fn start_drill(
    shell: State<'_, Shell>,
    file: FileToRead,
    storage: Storage,
    folder: Option<Folder>,
    passphrase: Option<Password>,
) -> desk_core::Result<i64> {
    let request = DrillRequest {
        file: file.granted(&shell)?,
        storage,
        folder: folder.map(|folder| folder.chosen(&shell)).transpose()?,
        passphrase: passphrase.map(|passphrase| passphrase.0),
    };
    shell.desk.start_drill(request, Arc::new(PracticeDrills))
}

/// The last drill of a backup that brought everything back.
#[tauri::command]
#[specta::specta]
pub async fn last_drill(shell: State<'_, Shell>, sha256: String) -> desk_core::Result<Option<LastDrill>> {
    shell.desk.ledger().last_drill(&sha256)
}
