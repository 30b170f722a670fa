//! The servers and accounts that this app knows.

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::words::{Json, Word, word};
use super::{Ledger, time};
use crate::account::Kdf;
use crate::archive::Storage;
use crate::error::AccountDetail;
use crate::server::{AccountMark, Generation, Profile};
use crate::{Result, text};

/// The most characters that a profile's name has.
const LONGEST_NAME: usize = 80;

/// What is known of a profile's server, and goes with the profile.
const FORGOTTEN: [&str; 11] = [
    "places",
    "targets",
    "target_backups",
    "target_totals",
    "target_schedules",
    "sightings",
    "backup_origins",
    "watched",
    "server_runs",
    "log_reads",
    "past_alerts",
];

/// Everything that belongs to a profile: with the history, which outlives it.
const OF_PROFILES: [&str; 12] = [
    "places",
    "targets",
    "target_backups",
    "target_totals",
    "target_schedules",
    "server_runs",
    "past_alerts",
    "sightings",
    "backup_origins",
    "jobs",
    "recovery_cases",
    "desk_targets",
];

impl Ledger {
    /// Every profile, the one last used first.
    pub fn profiles(&self) -> Result<Vec<Profile>> {
        self.read(|connection| {
            connection
                .prepare("SELECT * FROM profiles ORDER BY last_used_at DESC NULLS LAST, name")?
                .query_map([], profile)?
                .collect()
        })
    }

    /// The profile with this id or this name. A name that several have is refused:
    /// the wrong server may be the one that is replaced.
    pub fn profile(&self, id_or_name: &str) -> Result<Profile> {
        let mut found: Vec<Profile> = self.read(|connection| {
            connection
                .prepare("SELECT * FROM profiles WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC, last_used_at DESC")?
                .query_map([id_or_name], profile)?
                .collect()
        })?;
        if found.len() > 1 && found[0].id != id_or_name {
            let whose = found.iter().map(|one| format!("{} on {}", one.email, one.server_url));
            let whose: Vec<String> = whose.collect();
            return Err(AccountDetail::ProfileAmbiguous {
                name: id_or_name.to_owned(),
                accounts: whose.join(", "),
            }
            .error());
        }
        found.truncate(1);
        found.pop().ok_or_else(|| AccountDetail::ProfileNotFound { name: id_or_name.to_owned() }.error())
    }

    /// The profile for this account of this server, if there is one.
    pub fn profile_of(&self, server_url: &str, email: &str) -> Result<Option<Profile>> {
        self.read(|connection| {
            connection
                .query_row(
                    "SELECT * FROM profiles WHERE server_url = ?1 AND email = ?2",
                    [server_url, email],
                    profile,
                )
                .optional()
        })
    }

    /// The name as it would be kept for the profile with this id, or for a new one.
    ///
    /// # Errors
    /// `NameEmpty`, `NameTooLong`, `NameUnsafe`, or `NameTaken` when another profile has
    /// this name or id.
    pub fn free_name(&self, name: &str, id: Option<&str>) -> Result<String> {
        let name = name.trim();
        if name.is_empty() {
            return Err(AccountDetail::NameEmpty.into());
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(AccountDetail::NameTooLong {
                limit: u32::try_from(LONGEST_NAME).unwrap_or(u32::MAX),
            }
            .into());
        }
        if name.chars().any(text::is_unsafe) {
            return Err(AccountDetail::NameUnsafe.into());
        }
        let profiles = self.profiles()?;
        let is_taken = |one: &&Profile| Some(one.id.as_str()) != id && (one.name == name || one.id == name);
        match profiles.iter().find(is_taken) {
            Some(Profile { email, server_url, .. }) => {
                let (name, email, server) = (name.to_owned(), email.clone(), server_url.clone());
                Err(AccountDetail::NameTaken { name, email, server }.into())
            }
            None => Ok(name.to_owned()),
        }
    }

    /// Gives a profile another name.
    ///
    /// # Errors
    /// As [`Ledger::free_name`], `ProfileNotFound`.
    pub fn rename_profile(&self, id: &str, name: &str) -> Result<Profile> {
        let name = self.free_name(name, Some(id))?;
        let mut profile = self.profile(id)?;
        profile.name = name;
        self.save_profile(&profile)?;
        Ok(profile)
    }

    /// Keeps a profile: a new one, or in place of the one with its id.
    pub fn save_profile(&self, profile: &Profile) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO profiles (id, name, server_url, email, user_id, generation,
                    device_identifier, last_used_at, has_secrets)
                 VALUES (:id, :name, :server_url, :email, :user_id, :generation,
                    :device_identifier, :last_used_at, FALSE)
                 ON CONFLICT (id) DO UPDATE SET
                    name = excluded.name, server_url = excluded.server_url, email = excluded.email,
                    user_id = excluded.user_id, generation = excluded.generation,
                    device_identifier = excluded.device_identifier, last_used_at = excluded.last_used_at",
                named_params! {
                    ":id": profile.id,
                    ":name": profile.name,
                    ":server_url": profile.server_url,
                    ":email": profile.email,
                    ":user_id": profile.user_id,
                    ":generation": Word(profile.generation),
                    ":device_identifier": profile.device_identifier,
                    ":last_used_at": profile.last_used_at,
                },
            )
        })
        .map(drop)
    }

    /// Notes which account of which server a profile is for, whatever its address.
    pub fn note_account(&self, id: &str, account: &AccountMark) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE profiles SET user_id = ?2, account_key = ?3 WHERE id = ?1",
                [id, &account.user_id, &account.key_hash],
            )
        })
        .map(drop)
    }

    /// Another profile of the same account, kept under another address; the one last
    /// used when there are several.
    pub fn same_account(&self, id: &str) -> Result<Option<Profile>> {
        self.read(|connection| {
            connection
                .query_row(
                    "SELECT other.* FROM profiles AS one JOIN profiles AS other
                         ON other.user_id = one.user_id AND other.account_key = one.account_key
                     WHERE one.id = ?1 AND other.id <> one.id
                     ORDER BY other.last_used_at DESC NULLS LAST LIMIT 1",
                    [id],
                    profile,
                )
                .optional()
        })
    }

    /// Makes one profile of two: this one takes the name, the history and the known targets
    /// of the old one, which is then gone.
    ///
    /// # Errors
    /// `ProfileNotFound`, `LedgerFailed`.
    pub fn take_over(&self, id: &str, old: &str) -> Result<Profile> {
        let name = self.profile(old)?.name;
        self.profile(id)?;
        self.write(|transaction| {
            for table in OF_PROFILES {
                // What both have is kept as the newer one knows it.
                transaction.execute(
                    &format!("UPDATE OR IGNORE {table} SET profile_id = ?1 WHERE profile_id = ?2"),
                    [id, old],
                )?;
            }
            for table in FORGOTTEN {
                transaction.execute(&format!("DELETE FROM {table} WHERE profile_id = ?1"), [old])?;
            }
            transaction.execute("DELETE FROM profiles WHERE id = ?1", [old])?;
            transaction.execute("UPDATE profiles SET name = ?2 WHERE id = ?1", [id, &name])
        })?;
        self.profile(id)
    }

    /// Notes the generation of a profile's server. A profile that is gone stays gone.
    pub fn note_generation(&self, id: &str, generation: Option<Generation>) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE profiles SET generation = ?2 WHERE id = ?1",
                rusqlite::params![id, Word(generation)],
            )
        })
        .map(drop)
    }

    /// How the key of a profile's account was derived when someone last signed in.
    pub fn kdf(&self, id: &str) -> Result<Option<Kdf>> {
        self.read(|connection| {
            let kdf: Option<Option<Json<Kdf>>> = connection
                .query_row("SELECT kdf FROM profiles WHERE id = ?", [id], |row| row.get(0))
                .optional()?;
            Ok(kdf.flatten().map(|Json(kdf)| kdf))
        })
    }

    /// Notes how the key of a profile's account is derived.
    pub fn note_kdf(&self, id: &str, kdf: Kdf) -> Result<()> {
        self.write(|transaction| {
            transaction
                .execute("UPDATE profiles SET kdf = ?2 WHERE id = ?1", rusqlite::params![id, Json(kdf)])
        })
        .map(drop)
    }

    /// Where a profile's server keeps attachment bodies, as it last said, and when; RFC 3339.
    pub fn storage(&self, id: &str) -> Result<Option<(Storage, String)>> {
        self.read(|connection| {
            let known: Option<(Option<Word<Storage>>, Option<String>)> = connection
                .query_row("SELECT storage, storage_at FROM profiles WHERE id = ?", [id], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            Ok(known.and_then(|(storage, at)| Some((storage?.0, at?))))
        })
    }

    /// Notes where a profile's server says that it keeps attachment bodies.
    pub fn note_storage(&self, id: &str, storage: Storage, at: jiff::Timestamp) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE profiles SET storage = ?2, storage_at = ?3 WHERE id = ?1",
                rusqlite::params![id, Word(storage), time(at)],
            )
        })
        .map(drop)
    }

    /// Notes that a profile was used.
    pub fn touch_profile(&self, id: &str, at: jiff::Timestamp) -> Result<()> {
        self.write(|transaction| {
            transaction.execute("UPDATE profiles SET last_used_at = ?2 WHERE id = ?1", [id, &time(at)])
        })
        .map(drop)
    }

    /// Forgets a profile and what was known of its targets. Jobs and recoveries
    /// stay. Its secrets are the keyring's to forget.
    pub fn forget_profile(&self, id: &str) -> Result<()> {
        self.write(|transaction| {
            for table in FORGOTTEN {
                transaction.execute(&format!("DELETE FROM {table} WHERE profile_id = ?1"), [id])?;
            }
            transaction.execute("DELETE FROM profiles WHERE id = ?1", [id])
        })
        .map(drop)
    }
}

fn profile(row: &Row<'_>) -> rusqlite::Result<Profile> {
    Ok(Profile {
        id: row.get("id")?,
        name: row.get("name")?,
        server_url: row.get("server_url")?,
        email: row.get("email")?,
        user_id: row.get("user_id")?,
        generation: word(row, "generation")?,
        device_identifier: row.get("device_identifier")?,
        last_used_at: row.get("last_used_at")?,
    })
}
