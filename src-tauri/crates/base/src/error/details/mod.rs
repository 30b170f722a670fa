//! What can go wrong, exactly: one enum for each area, each variant with its code and
//! the keys of its sentence and hint in `ui/messages/en.json`. The window gets the same
//! table, generated, and a key without a message compiles neither there nor here.

mod account;
mod archive;
mod cli;
mod connection;
mod envelope;
mod file;
mod job;
mod ledger;
mod practice;
mod server;
mod target;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use account::AccountDetail;
pub use archive::ArchiveDetail;
pub use cli::CommandDetail;
pub use connection::ConnectionDetail;
pub use envelope::EnvelopeDetail;
pub use file::FileDetail;
pub use job::JobDetail;
pub use ledger::LedgerDetail;
pub use practice::PracticeDetail;
pub use server::ServerDetail;
pub use target::TargetDetail;

use super::Code;
use crate::messages::sentence;
use crate::text::kebab_case;

/// One kind of failure: what is the same whenever it happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// The code that it has.
    pub code: Code,
    /// The key of its sentence.
    pub sentence: &'static str,
    /// The key of its hint.
    pub hint: &'static str,
    #[serde(skip)]
    pub(crate) variant: &'static str,
    #[serde(skip)]
    #[cfg_attr(not(test), allow(dead_code, reason = "the messages are compared with them"))]
    pub(crate) fields: &'static [&'static str],
}

/// An enum of details, with each variant's code and the keys of its messages.
macro_rules! details {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($variant:ident $({ $($field:ident: $type:ty),+ })? => $code:ident, $sentence:ident, $hint:ident;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, specta::Type)]
        #[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
        #[allow(missing_docs, reason = "the sentence of each variant is its description")]
        pub enum $name {
            $($variant $({ $($field: $type),+ })?,)+
        }

        impl $name {
            pub(crate) const KINDS: &'static [super::Kind] = &[$(super::Kind {
                code: crate::error::Code::$code,
                sentence: stringify!($sentence),
                hint: stringify!($hint),
                variant: stringify!($variant),
                fields: &[$($(stringify!($field)),+)?],
            },)+];

            fn variant(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant),)+
                }
            }

            pub(crate) fn kind(&self) -> &'static super::Kind {
                let mine = Self::KINDS.iter().find(|kind| kind.variant == self.variant());
                mine.unwrap_or(&Self::KINDS[0])
            }

            /// The error with this detail.
            pub fn error(self) -> crate::error::Error {
                crate::error::Error::of(self)
            }
        }
    };
}
use details;

/// All areas in one enum.
macro_rules! areas {
    ($($area:ident($detail:ident),)+) => {
        /// What went wrong exactly, with the values in its sentence.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
        #[serde(untagged)]
        #[allow(missing_docs, reason = "each area describes itself")]
        pub enum Detail {
            $($area($detail),)+
        }

        impl Detail {
            fn kind(&self) -> &'static Kind {
                match self {
                    $(Self::$area(detail) => detail.kind(),)+
                }
            }

            /// Every kind of failure by its name in JSON, for the window.
            pub fn kinds() -> BTreeMap<String, &'static Kind> {
                let all = [$($detail::KINDS),+];
                all.into_iter().flatten().map(|kind| (kebab_case(kind.variant), kind)).collect()
            }

            #[cfg(test)]
            pub(crate) fn count() -> usize {
                [$($detail::KINDS.len()),+].iter().sum()
            }
        }

        $(impl From<$detail> for Detail {
            fn from(detail: $detail) -> Self {
                Self::$area(detail)
            }
        }

        impl From<$detail> for super::Error {
            fn from(detail: $detail) -> Self {
                Self::of(detail)
            }
        })+
    };
}

areas! {
    File(FileDetail),
    Connection(ConnectionDetail),
    Account(AccountDetail),
    Server(ServerDetail),
    Target(TargetDetail),
    Archive(ArchiveDetail),
    Envelope(EnvelopeDetail),
    Job(JobDetail),
    Ledger(LedgerDetail),
    Practice(PracticeDetail),
    Command(CommandDetail),
}

/// What the server asked a target for when it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct TargetCall {
    /// Who failed: "WebDAV" or "S3".
    pub provider: String,
    /// At what: "upload", "listing" and others.
    pub operation: String,
    /// With which status.
    pub status: String,
}

impl TargetCall {
    /// It was to change something there.
    pub fn writes(&self) -> bool {
        matches!(&*self.operation, "upload" | "delete" | "directory creation" | "mkdir")
    }
}

impl Detail {
    /// The name of its kind, as in JSON.
    pub fn name(&self) -> String {
        kebab_case(self.kind().variant)
    }

    /// What went wrong, for those who act on it.
    pub fn code(&self) -> Code {
        self.kind().code
    }

    /// What went wrong, in an English sentence.
    pub fn sentence(&self) -> String {
        self.say(self.kind().sentence)
    }

    /// What to do now, in English.
    pub fn hint(&self) -> String {
        self.say(self.kind().hint)
    }

    fn say(&self, key: &str) -> String {
        let values = self.values();
        let values: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        sentence(key, &values)
    }

    /// The values as they stand in the messages.
    fn values(&self) -> Vec<(String, String)> {
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else { return Vec::new() };
        let mut values = Vec::new();
        for (name, value) in fields {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                _ => continue,
            };
            values.push((name, text));
        }
        values
    }
}
