//! Which server made which backup, as far as that was seen. The names of backups tell them
//! apart: time and hash are in them.

use std::collections::BTreeMap;

use super::Ledger;
use crate::Result;
use crate::server::Profile;

impl Ledger {
    /// Notes backups that a profile's server is known to have made.
    pub fn note_origins<'a>(
        &self,
        profile_id: &str,
        file_names: impl IntoIterator<Item = &'a str>,
    ) -> Result<()> {
        self.write(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO backup_origins (file_name, profile_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            )?;
            for name in file_names {
                insert.execute([name, profile_id])?;
            }
            Ok(())
        })
    }

    /// The profiles whose servers made each backup, by name.
    pub fn origins(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let pairs: Vec<(String, String)> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT file_name, profile_id FROM backup_origins ORDER BY file_name, profile_id",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })?;
        let mut origins: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, profile_id) in pairs {
            origins.entry(name).or_default().push(profile_id);
        }
        Ok(origins)
    }

    /// The profiles of other servers than this profile's. Two accounts of one server are
    /// one server, also where it is reached with and without https.
    pub fn other_servers(&self, profile_id: &str) -> Result<Vec<Profile>> {
        let profiles = self.profiles()?;
        let own =
            profiles.iter().find(|one| one.id == profile_id).map(|one| bare(&one.server_url).to_owned());
        Ok(profiles.into_iter().filter(|one| own.as_deref() != Some(bare(&one.server_url))).collect())
    }

    /// Names under which this content was seen.
    pub fn names_of(&self, sha256: &str) -> Result<Vec<String>> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT name FROM archives WHERE sha256 = ?1 UNION
                     SELECT path FROM places JOIN checks ON place_id = places.id WHERE sha256 = ?1",
                )?
                .query_map([sha256], |row| row.get::<_, String>(0))?
                .map(|path| path.map(|path| last_part(&path).to_owned()))
                .collect()
        })
    }
}

fn bare(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.trim_end_matches('/')
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or_default()
}
