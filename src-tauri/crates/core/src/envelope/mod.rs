//! The settings envelope (PROTOCOL section 5): the portable part that an
//! administrator opens with the master password, and the runtime part that
//! JWT_SECRET opens. Both hold the same `{"destinations":[…]}` with real secrets.

mod found;
mod in_backup;
mod portable;
mod rows;
mod sealed;
mod secret_check;

use std::fmt;

use rand::CryptoRng;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use in_backup::{
    BackupAccount, BackupAccounts, accounts_in_backup, redacted, revealed, runtimes_in_backup,
    settings_in_backup,
};
pub use portable::{Portable, Wrap};
pub use sealed::Sealed;
pub use secret_check::{Evidence, Verdict, secret_check};

use crate::error::EnvelopeDetail;
use crate::{Error, Result};

/// The row's key in the `config` table.
const KEY: &str = "backup.settings.v1";
/// The version that 1.3 to 1.8 write.
const VERSION: u64 = 2;
/// A row longer than this holds no settings, in bytes.
const LONGEST_ROW: usize = 1024 * 1024;

/// What the `config` row `backup.settings.v1` holds.
#[derive(Debug, Clone)]
pub enum Stored {
    /// An envelope.
    Envelope(Envelope),
    /// The unencrypted settings, as old instances keep them: JSON text.
    Plain(SecretString),
}

/// A settings envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    portable_only: bool,
    runtime: Sealed,
    portable: Portable,
}

/// What distinguishes an envelope from unencrypted settings. Nothing of it is kept: text
/// of a few bytes can become values of many times its size.
#[derive(Deserialize)]
struct Outline {
    #[serde(default)]
    destinations: Shape,
    #[serde(default)]
    version: Shape,
}

/// What kind of value something is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Shape {
    #[default]
    Missing,
    List,
    Count(u64),
    Other,
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> serde::de::Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Shape, A::Error> {
        while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        Ok(Shape::List)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut fields: A) -> std::result::Result<Shape, A::Error> {
        while fields.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
        Ok(Shape::Other)
    }

    fn visit_u64<E>(self, count: u64) -> std::result::Result<Shape, E> {
        Ok(Shape::Count(count))
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> std::result::Result<Shape, E> {
        Ok(Shape::Other)
    }
}

/// The envelope as the row spells it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    version: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    portable_only: bool,
    #[serde(default)]
    runtime: Sealed,
    #[serde(default)]
    portable: Portable,
}

impl Envelope {
    /// Reads the row's value: an envelope, or the plain settings of an old instance.
    pub fn parse(row_value: &str) -> Result<Stored> {
        if row_value.len() > LONGEST_ROW {
            return Err(damaged("it is far longer than settings are"));
        }
        let unreadable =
            |error: serde_json::Error| damaged("the row is not JSON").original(without_content(&error));
        // A list would be read as the fields in their order.
        let is_object = row_value.trim_ascii_start().starts_with('{');
        let outline: Outline = match serde_json::from_str(row_value) {
            Ok(outline) if is_object => outline,
            Ok(_) => Outline { destinations: Shape::Missing, version: Shape::Missing },
            // JSON, but no object.
            Err(error) if error.is_data() => {
                Outline { destinations: Shape::Missing, version: Shape::Missing }
            }
            Err(error) => return Err(unreadable(error)),
        };
        // Plain settings may carry fields of any name; what no envelope has is
        // unencrypted targets.
        if outline.destinations == Shape::List {
            return Ok(Stored::Plain(row_value.into()));
        }
        match outline.version {
            Shape::Count(VERSION) => {}
            version @ (Shape::Count(_) | Shape::List | Shape::Other) => {
                let shown = match version {
                    Shape::Count(version) => Some(version.to_string()),
                    _ => None,
                };
                return Err(match shown {
                    Some(version) => EnvelopeDetail::EnvelopeVersionUnknown { version }.into(),
                    None => EnvelopeDetail::EnvelopeVersionUnreadable.into(),
                });
            }
            Shape::Missing => return Err(damaged("it names no version and holds no targets")),
        }
        let row: Row = serde_json::from_str(row_value)
            .map_err(|error| damaged("a part of it is missing").original(without_content(&error)))?;
        Ok(Stored::Envelope(Self {
            portable_only: row.portable_only,
            runtime: row.runtime,
            portable: row.portable,
        }))
    }

    /// Seals settings (JSON text): the runtime part under `jwt_secret`, the
    /// portable part for each administrator, given as user id and SPKI public key.
    pub fn seal(
        settings: &SecretString,
        jwt_secret: &SecretString,
        administrators: &[(&str, &[u8])],
        random: &mut impl CryptoRng,
    ) -> Result<Self> {
        Ok(Self {
            portable_only: false,
            runtime: Sealed::seal(settings, &sealed::runtime_key(jwt_secret), random),
            portable: Portable::seal(settings, administrators, random)?,
        })
    }

    /// Opens the portable part with an administrator's private key: the settings
    /// as JSON text.
    pub fn open_portable(&self, user_id: &str, key: &crate::account::PrivateKey) -> Result<SecretString> {
        self.portable.open(user_id, key)
    }

    /// Opens the runtime part: the settings as JSON text. A wrong secret is
    /// [`Code::WrongSecret`]; a part that is not there, as in every backup, is
    /// [`Code::SettingsNeedRepair`].
    pub fn open_runtime(&self, jwt_secret: &SecretString) -> Result<SecretString> {
        if self.runtime.is_absent() {
            return Err(EnvelopeDetail::NoRuntimePart.error());
        }
        self.runtime
            .open(&sealed::runtime_key(jwt_secret))?
            .ok_or_else(|| EnvelopeDetail::SecretDoesNotOpen.error())
    }

    /// The part that JWT_SECRET opens; `None` in every backup.
    pub fn runtime(&self) -> Option<&Sealed> {
        (!self.runtime.is_absent()).then_some(&self.runtime)
    }

    /// The part that administrators open; `None` when it is not there at all.
    pub fn portable(&self) -> Option<&Portable> {
        (!self.portable.is_absent()).then_some(&self.portable)
    }

    /// The user ids of those for whom the portable part is wrapped.
    pub fn wrapped_for(&self) -> impl Iterator<Item = &str> {
        self.portable.wraps.iter().map(|wrap| wrap.user_id.as_str())
    }

    /// The wrap for this account, or why there is none.
    ///
    /// # Errors
    /// `NoWrapForAccount`.
    pub fn wrap_for(&self, user_id: &str) -> Result<&Wrap> {
        self.portable.wrap_for(user_id)
    }

    /// What a backup carries: the same without the runtime part.
    #[must_use]
    pub fn portable_only(self) -> Self {
        Self { portable_only: true, runtime: Sealed::default(), ..self }
    }

    /// The row's value.
    pub fn to_row(&self) -> String {
        let row = Row {
            version: VERSION,
            portable_only: self.portable_only,
            runtime: self.runtime.clone(),
            portable: self.portable.clone(),
        };
        serde_json::to_string(&row).expect("text and numbers always serialise")
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("portable_only", &self.portable_only)
            .field("runtime", &self.runtime())
            .field("wrapped_for", &self.wrapped_for().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

fn damaged(why: &str) -> Error {
    EnvelopeDetail::EnvelopeDamaged.error().original(why)
}

/// Where JSON went wrong, without quoting any of it: it may be unencrypted settings.
fn without_content(error: &serde_json::Error) -> String {
    format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column())
}

#[cfg(test)]
mod tests;
