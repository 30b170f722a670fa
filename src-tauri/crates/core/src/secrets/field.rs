//! A secret in a form: unset, kept where it is, or a new one. What leaves this
//! crate never holds its value.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// A secret in a form that a person fills in.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SecretField {
    /// None is there.
    #[default]
    Unset,
    /// The one that is there stays; no one sees it.
    Kept,
    /// This one from now on.
    New {
        /// Its value; only ever on its way in.
        #[specta(type = String)]
        value: SecretString,
    },
}

impl SecretField {
    /// A new secret; an empty one is none.
    pub fn new(value: impl Into<SecretString>) -> Self {
        let value = value.into();
        if value.expose_secret().is_empty() { Self::Unset } else { Self::New { value } }
    }

    /// There is one, or there will be.
    pub fn is_set(&self) -> bool {
        !matches!(self, Self::Unset)
    }
}

/// Two kept secrets are the same; a new one may be any.
impl PartialEq for SecretField {
    fn eq(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Unset, Self::Unset) | (Self::Kept, Self::Kept))
    }
}

/// A new secret is never written out: it reads as kept.
impl Serialize for SecretField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename_all = "kebab-case")]
        enum Shown {
            Unset,
            Kept,
        }
        if self.is_set() { Shown::Kept.serialize(serializer) } else { Shown::Unset.serialize(serializer) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_secret_is_neither_logged_nor_serialized() {
        let field: SecretField =
            serde_json::from_str(r#"{"type":"new","value":"hush"}"#).expect("a field of a form");
        assert!(matches!(&field, SecretField::New { value } if value.expose_secret() == "hush"));
        assert!(!format!("{field:?}").contains("hush"));
        assert_eq!(serde_json::to_string(&field).expect("JSON"), r#"{"type":"kept"}"#);
        assert_eq!(serde_json::to_string(&SecretField::new("")).expect("JSON"), r#"{"type":"unset"}"#);
    }
}
