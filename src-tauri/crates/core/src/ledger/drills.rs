//! Drills of backups, by content: the same file is the same backup wherever it is.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Row, named_params};

use super::words::{Word, word};
use super::{Ledger, time};
use crate::Result;
use crate::archive::Storage;
use crate::view::LastDrill;

impl Ledger {
    /// Notes how a drill of a backup ended.
    pub fn record_drill(
        &self,
        sha256: &str,
        storage: Storage,
        ok: bool,
        seconds: f64,
        at: Timestamp,
    ) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO drills (sha256, at, storage, ok, seconds)
                 VALUES (:sha256, :at, :storage, :ok, :seconds)",
                named_params! {
                    ":sha256": sha256,
                    ":at": time(at),
                    ":storage": Word(storage),
                    ":ok": ok,
                    ":seconds": seconds,
                },
            )
        })
        .map(drop)
    }

    /// The last drill of each backup that brought everything back, by SHA-256.
    pub fn last_drills(&self) -> Result<BTreeMap<String, LastDrill>> {
        self.read(|connection| {
            connection
                .prepare("SELECT sha256, at, storage, seconds FROM drills WHERE ok ORDER BY id")?
                .query_map([], |row| Ok((row.get("sha256")?, last_drill(row)?)))?
                .collect()
        })
    }

    /// The last drill of a backup that brought everything back.
    pub fn last_drill(&self, sha256: &str) -> Result<Option<LastDrill>> {
        Ok(self.last_drills()?.remove(sha256))
    }
}

fn last_drill(row: &Row<'_>) -> rusqlite::Result<LastDrill> {
    Ok(LastDrill { at: row.get("at")?, storage: word(row, "storage")?, seconds: row.get("seconds")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_has_its_last_complete_drill() {
        let ledger = Ledger::in_memory().expect("a ledger");
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let note = |sha256, storage, ok, time| {
            ledger.record_drill(sha256, storage, ok, 1.5, at(time)).expect("noted");
        };
        note("aa", Storage::R2, true, "2026-01-01T00:00:00Z");
        note("aa", Storage::Kv, true, "2026-02-01T00:00:00Z");
        note("aa", Storage::None, false, "2026-03-01T00:00:00Z");
        note("bb", Storage::R2, false, "2026-03-01T00:00:00Z");
        let last = ledger.last_drill("aa").expect("read").expect("one drill was good");
        assert_eq!((last.storage, last.seconds), (Storage::Kv, 1.5));
        assert!(last.at.starts_with("2026-02-01"), "{}", last.at);
        assert_eq!(ledger.last_drill("bb"), Ok(None), "a failed drill proves nothing");
        assert_eq!(ledger.last_drills().expect("read").len(), 1);
    }
}
