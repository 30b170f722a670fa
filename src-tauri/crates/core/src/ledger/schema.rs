//! The ledger's tables, version by version.

use rusqlite::{Connection, TransactionBehavior};

use super::failure::{OrFailed as _, damaged};
use crate::Result;
use crate::error::LedgerDetail;

/// One step each, from an empty file to today's tables. A step that was ever
/// released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
    include_str!("migrations/7.sql"),
    include_str!("migrations/8.sql"),
    include_str!("migrations/9.sql"),
    include_str!("migrations/10.sql"),
    include_str!("migrations/11.sql"),
    include_str!("migrations/12.sql"),
    include_str!("migrations/13.sql"),
    include_str!("migrations/14.sql"),
    include_str!("migrations/15.sql"),
    include_str!("migrations/16.sql"),
];

/// Refuses a file that is damaged or that a newer version wrote, before anything
/// is written to it.
pub(super) fn check(connection: &Connection) -> Result<()> {
    let version = version(connection)?;
    if version > MIGRATIONS.len() {
        return Err(LedgerDetail::LedgerNewer.error());
    }
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).or_failed()?;
    if verdict == "ok" { Ok(()) } else { Err(damaged().original(verdict)) }
}

/// Brings the tables up to date.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    // Another process may be doing the same: look again once the lock is ours.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).or_failed()?;
    let done = version(&transaction)?;
    for step in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(step).or_failed()?;
    }
    if done < MIGRATIONS.len() {
        transaction.pragma_update(None, "user_version", MIGRATIONS.len()).or_failed()?;
    }
    transaction.commit().or_failed()
}

fn version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).or_failed()?;
    // A negative number is none that this app writes.
    usize::try_from(version).map_err(|_| damaged())
}
