//! Attachment bodies whose content was seen: SHA-256 by name and size. A body never changes
//! under its name.

use std::collections::HashMap;

use super::Ledger;
use crate::Result;

/// A body whose content was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBody {
    /// "cipherId/attachmentId".
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, 64 lower-case hex digits.
    pub sha256: String,
}

impl Ledger {
    /// Remembers the content of bodies.
    pub fn remember_bodies(&self, bodies: &[SeenBody]) -> Result<()> {
        self.write(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO bodies (name, bytes, sha256) VALUES (?, ?, ?)
                 ON CONFLICT (name, bytes) DO UPDATE SET sha256 = excluded.sha256",
            )?;
            for body in bodies {
                insert.execute((&body.name, body.bytes, &body.sha256))?;
            }
            Ok(())
        })
    }

    /// SHA-256 of each of these bodies that was seen with its size, by name.
    pub fn known_bodies(&self, bodies: &[(String, u64)]) -> Result<HashMap<String, String>> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached("SELECT sha256 FROM bodies WHERE name = ? AND bytes = ?")?;
            let mut known = HashMap::new();
            for (name, bytes) in bodies {
                let mut rows = query.query((name, bytes))?;
                if let Some(row) = rows.next()? {
                    known.insert(name.clone(), row.get(0)?);
                }
            }
            Ok(known)
        })
    }
}
