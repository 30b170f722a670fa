//! Files of targets that were read in full: a hash that changes under an unchanged name is an alarm.
//! They belong to the place, whichever server or profile leads to it.

use std::collections::BTreeMap;

use rusqlite::params;

use super::Ledger;
use crate::Result;
use crate::checks::SeenFile;

impl Ledger {
    /// The files of a place that were read, by their path.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn seen_files(&self, place: &str) -> Result<BTreeMap<String, SeenFile>> {
        self.read(|connection| {
            connection
                .prepare("SELECT path, bytes, sha256, checked_at FROM seen_files WHERE place = ?")?
                .query_map([place], |row| {
                    let path: String = row.get("path")?;
                    let seen = SeenFile {
                        path: path.clone(),
                        bytes: row.get("bytes")?,
                        sha256: row.get("sha256")?,
                        checked_at: row.get("checked_at")?,
                    };
                    Ok((path, seen))
                })?
                .collect()
        })
    }

    /// Remembers files of a place that were read and found right.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn keep_seen_files(&self, place: &str, files: &[SeenFile]) -> Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            // A file of another size than before is another file: its name may be used again.
            let mut upsert = transaction.prepare(
                "INSERT INTO seen_files (place, path, bytes, sha256, first_seen_at, checked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                 ON CONFLICT (place, path) DO UPDATE SET
                   checked_at = excluded.checked_at, bytes = excluded.bytes, sha256 = excluded.sha256,
                   first_seen_at = iif(sha256 = excluded.sha256, first_seen_at, excluded.first_seen_at)",
            )?;
            for file in files {
                upsert.execute(params![place, file.path, file.bytes, file.sha256, file.checked_at])?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_files_are_recorded_by_location() {
        let ledger = Ledger::in_memory().expect("a ledger");
        let file = |sha256: &str, at: &str| SeenFile {
            path: "attachments/c/a".into(),
            bytes: 3,
            sha256: sha256.into(),
            checked_at: at.into(),
        };
        ledger.keep_seen_files("here", &[file("aa", "2026-01-01T00:00:00Z")]).expect("kept");
        ledger.keep_seen_files("here", &[file("aa", "2026-01-02T00:00:00Z")]).expect("kept");
        let seen = ledger.seen_files("here").expect("read");
        assert_eq!(seen["attachments/c/a"], file("aa", "2026-01-02T00:00:00Z"));
        assert!(ledger.seen_files("there").expect("read").is_empty());
    }
}
