//! Who is in the backup, what belongs to them, and what the rows tell to
//! everyone who has the file.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::json::Row;
use super::rules::{Belongings, Listener, MOST_PEOPLE, Table};
use super::{Exposure, PersonFacts, TargetMemory, TargetRuntime};

/// A settings row longer than this is none.
const LONGEST_SETTING: usize = 1024 * 1024;
const MOST_TARGETS: usize = 100;
/// AES-GCM's initialisation vector and tag, and a key wrapped by RSA-2048
/// (PROTOCOL section 5).
const IV_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const WRAP_BYTES: usize = 256;
/// The longest that any text of a person is: an email address.
const LONGEST_TEXT: usize = 320;

/// What the rows contain.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// Everyone, in the order of the rows.
    pub people: Vec<PersonFacts>,
    /// Active administrators, also beyond those listed.
    pub active_administrators: u64,
    /// The backup settings' row is there.
    pub settings: Settings,
    /// The last known result of each target.
    pub targets: Vec<TargetMemory>,
    /// Tables that no server restores.
    pub unknown_tables: Vec<String>,
    /// Rows too long to be read.
    pub too_long: Vec<Table>,
    exposed: Exposed,
    wraps: HashSet<String>,
}

/// The backup settings, as far as they can be seen without a key.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settings {
    /// There are none.
    #[default]
    Missing,
    /// They exist, but no one can open them.
    Unreadable,
    /// An old server's, with unencrypted secrets.
    Plain,
    /// They have a portable part.
    Portable,
}

#[derive(Debug, Default)]
struct Exposed {
    verifiers: u64,
    hints: u64,
    totp_secrets: u64,
    recovery_codes: u64,
    plain_settings: u64,
}

impl People {
    /// Kinds of secret that anyone with the file can read; never their values.
    pub(crate) fn exposes(&self) -> Vec<Exposure> {
        let Exposed { verifiers, hints, totp_secrets, recovery_codes, plain_settings } = self.exposed;
        let kinds = [
            ("totp-secret", totp_secrets),
            ("recovery-code", recovery_codes),
            ("password-hint", hints),
            ("password-verifier", verifiers),
            ("target-credentials", plain_settings),
        ];
        let found = kinds.into_iter().filter(|(_, count)| *count > 0);
        found.map(|(kind, count)| Exposure { kind: kind.to_owned(), count }).collect()
    }

    /// Combines what different tables contain about one person.
    pub(crate) fn settle(&mut self, belongings: &Belongings) {
        for (place, person) in self.people.iter_mut().enumerate() {
            let owned = belongings.of(place);
            person.has_wrap = self.wraps.contains(&person.user_id);
            (person.ciphers, person.folders, person.attachments) =
                (owned.ciphers, owned.folders, owned.attachments);
        }
    }

    fn user(&mut self, row: &Row<'_>) {
        let text = |column| row.get(column).trimmed().chars().take(LONGEST_TEXT).collect();
        let has = |column| !row.get(column).trimmed().is_empty();
        self.exposed.verifiers += u64::from(has("master_password_hash"));
        self.exposed.hints += u64::from(has("master_password_hint"));
        self.exposed.totp_secrets += u64::from(has("totp_secret"));
        self.exposed.recovery_codes += u64::from(has("totp_recovery_code"));
        let person = PersonFacts {
            user_id: text("id"),
            email: text("email"),
            role: text("role"),
            status: text("status"),
            two_step: has("totp_secret"),
            has_wrap: false,
            ciphers: 0,
            folders: 0,
            attachments: 0,
        };
        self.active_administrators += u64::from(is_active_administrator(&person));
        if self.people.len() < MOST_PEOPLE {
            self.people.push(person);
        }
    }

    fn setting(&mut self, row: &Row<'_>) {
        let key = row.get("key").trimmed();
        if !matches!(&*key, "backup.settings.v1" | "backup.runtime.v1") || row.raw().len() > LONGEST_SETTING {
            return;
        }
        let value = row.get("value").text().and_then(|text| serde_json::from_str::<Json>(&text).ok());
        if key == "backup.settings.v1" {
            self.settings(value.as_ref());
        } else {
            self.targets = value.as_ref().map(target_memories).unwrap_or_default();
        }
    }

    fn settings(&mut self, value: Option<&Json>) {
        let portable = value.filter(|value| value["version"] == 2).map(|value| &value["portable"]);
        let portable = portable.filter(|portable| {
            is_sealed(&portable["iv"], IV_BYTES, IV_BYTES)
                && is_sealed(&portable["ciphertext"], TAG_BYTES, usize::MAX)
        });
        let wraps = portable.and_then(|portable| portable["wraps"].as_array());
        self.wraps = wraps
            .into_iter()
            .flatten()
            .filter(|wrap| is_sealed(&wrap["wrappedKey"], WRAP_BYTES, usize::MAX))
            .filter_map(|wrap| Some(wrap["userId"].as_str()?.to_owned()))
            .take(MOST_PEOPLE)
            .collect();
        self.settings = match value {
            Some(value) if is_plain(value) => {
                self.exposed.plain_settings =
                    value["destinations"].as_array().map_or(1, |list| list.len() as u64);
                Settings::Plain
            }
            Some(_) if wraps.is_some() => Settings::Portable,
            _ => Settings::Unreadable,
        };
    }
}

/// A base64 text of so many bytes.
fn is_sealed(text: &Json, least: usize, most: usize) -> bool {
    let bytes = text.as_str().and_then(|text| STANDARD.decode(text).ok());
    bytes.is_some_and(|bytes| (least..=most).contains(&bytes.len()))
}

/// Settings of an old server, not encrypted: a list of targets, or one alone.
fn is_plain(value: &Json) -> bool {
    value["destinations"].is_array() || value["destinationType"].is_string()
}

/// An administrator who can sign in.
pub(crate) fn is_active_administrator(person: &PersonFacts) -> bool {
    person.role == "admin" && person.status == "active"
}

impl Listener for People {
    fn table(&mut self, table: Table) {
        match table {
            Table::Users => {
                self.people.clear();
                self.active_administrators = 0;
                let plain_settings = self.exposed.plain_settings;
                self.exposed = Exposed { plain_settings, ..Exposed::default() };
            }
            Table::Config => {
                self.settings = Settings::Missing;
                self.exposed.plain_settings = 0;
                self.targets.clear();
                self.wraps.clear();
            }
            _ => {}
        }
    }

    fn row(&mut self, table: Table, row: &Row<'_>, _owner: Option<u32>) {
        if row.too_long && !self.too_long.contains(&table) {
            self.too_long.push(table);
        }
        match table {
            Table::Users => self.user(row),
            Table::Config => self.setting(row),
            _ => {}
        }
    }

    fn other(&mut self, key: &str) {
        if self.unknown_tables.len() < MOST_TARGETS {
            self.unknown_tables.push(super::damage::shown(key));
        }
    }
}

fn target_memories(value: &Json) -> Vec<TargetMemory> {
    let text = |target: &Json, key: &str| target[key].as_str().map(str::to_owned);
    let targets = value["destinations"].as_object().into_iter().flatten().take(MOST_TARGETS);
    targets
        .map(|(id, target)| TargetMemory {
            id: id.clone(),
            runtime: TargetRuntime {
                last_attempt_at: text(target, "lastAttemptAt"),
                last_success_at: text(target, "lastSuccessAt"),
                last_error_at: text(target, "lastErrorAt"),
                last_error_message: text(target, "lastErrorMessage"),
                last_uploaded_file_name: text(target, "lastUploadedFileName"),
                last_uploaded_size_bytes: target["lastUploadedSizeBytes"].as_u64(),
            },
        })
        .collect()
}
