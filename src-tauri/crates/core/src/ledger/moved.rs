//! A target whose place changed keeps its id. What was seen in the old folder is kept under
//! the id and that folder, and comes back when the target does.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::words::Json;
use crate::places::FolderKey;
use crate::server::{Destination, TargetRuntime};
use crate::targets::is_moved;

/// The tables that record what was seen in a target's folder.
const SEEN: [&str; 4] = ["places", "target_backups", "target_totals", "server_runs"];

/// Sets aside what was seen of a target when its place is no longer the remembered one.
pub(super) fn follow(
    transaction: &Transaction<'_>,
    profile_id: &str,
    now: &Destination,
) -> rusqlite::Result<()> {
    let known: Option<Option<Json<Destination>>> = transaction
        .query_row(
            "SELECT settings FROM targets WHERE profile_id = ? AND target_id = ?",
            [profile_id, &now.id],
            |row| row.get(0),
        )
        .optional()?;
    let Some(Json(was)) = known.flatten() else { return Ok(()) };
    if !is_moved(&was.location, &now.location) {
        return Ok(());
    }
    let at = |one: &Destination| {
        let folder = FolderKey::of(&one.location);
        format!("{}@{}", one.id, folder.map_or_else(|| one.location.place(), |folder| folder.to_string()))
    };
    for table in SEEN {
        let rename =
            format!("UPDATE OR REPLACE {table} SET target_id = ?3 WHERE profile_id = ?1 AND target_id = ?2");
        transaction.execute(&rename, [profile_id, &now.id, &at(&was)])?;
        transaction.execute(&rename, [profile_id, &at(now), &now.id])?;
    }
    transaction.execute(
        "UPDATE targets SET runtime_before = ?3 WHERE profile_id = ?1 AND target_id = ?2",
        params![profile_id, now.id, Json(of_old_place(&was.runtime, &now.runtime))],
    )?;
    Ok(())
}

/// What the server says about the old place. A success that is not known from before may be
/// of either place, and the listing shows which; a failure must not be hidden.
fn of_old_place(was: &TargetRuntime, now: &TargetRuntime) -> TargetRuntime {
    TargetRuntime {
        last_attempt_at: now.last_attempt_at.clone(),
        last_success_at: now.last_success_at.clone(),
        last_uploaded_file_name: now.last_uploaded_file_name.clone(),
        last_uploaded_size_bytes: now.last_uploaded_size_bytes,
        last_error_at: was.last_error_at.clone(),
        last_error_message: was.last_error_message.clone(),
    }
}
