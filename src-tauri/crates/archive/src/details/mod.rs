//! What exactly is damaged, and what exactly is warned of: one variant for each sentence,
//! with the values in it. The sentences are in the message files that the window uses too
//! (`ui/messages`): a variant without one compiles neither there nor passes a test here.

mod damage;
#[cfg(test)]
mod tests;
mod warning;
mod words;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

pub use damage::{DamageDetail, DamageKind};
pub use warning::{WarningDetail, WarningKind};
pub use words::{HeaderField, TableChange};

/// An enum of details, with each variant's code and the keys of its messages.
macro_rules! details {
    (
        $(#[$doc:meta])*
        $name:ident, $kind:ident, $codes:ident {
            $($variant:ident $({ $($field:ident: $type:ty),+ })? => $code:ident $(/ $severity:ident)?, $sentence:ident $(, $hint:ident)?;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, specta::Type)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "the sentence of each variant is its description")]
        pub enum $name {
            $($variant $({ $($field: $type),+ })?,)+
        }

        impl $name {
            pub(crate) const KINDS: &'static [$kind] = &[$($kind {
                code: $codes::$code,
                $(severity: crate::Severity::$severity,)?
                sentence: stringify!($sentence),
                $(hint: stringify!($hint),)?
                variant: stringify!($variant),
                fields: &[$($(stringify!($field)),+)?],
            },)+];

            /// Every kind by its name in JSON, for the window.
            pub fn kinds() -> std::collections::BTreeMap<String, &'static $kind> {
                Self::KINDS.iter().map(|kind| (desk_base::text::kebab_case(kind.variant), kind)).collect()
            }

            fn variant(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant),)+
                }
            }

            pub(crate) fn kind(&self) -> &'static $kind {
                let mine = Self::KINDS.iter().find(|kind| kind.variant == self.variant());
                mine.unwrap_or(&Self::KINDS[0])
            }

            /// Its code.
            pub fn code(&self) -> $codes {
                self.kind().code
            }

            /// What it is, in an English sentence.
            pub fn sentence(&self) -> String {
                desk_base::messages::sentence(self.kind().sentence, &self.values())
            }

            /// The values as they stand in the sentence.
            fn values(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Self::$variant $({ $($field),+ })? => {
                        vec![$($((stringify!($field), desk_base::messages::Worded::worded($field))),+)?]
                    })+
                }
            }
        }
    };
}
use details;

/// A detail that may have been written by another version: then it is none.
pub(crate) fn known<'de, D, T>(stored: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let stored = serde_json::Value::deserialize(stored)?;
    Ok(T::deserialize(stored).ok())
}
