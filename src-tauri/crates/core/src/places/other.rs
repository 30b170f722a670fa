//! A kind of target that this version does not know: it is shown, and saved back as it came.

use opendal::Operator;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{Field, Kind};
use crate::Result;
use crate::error::TargetDetail;
use crate::places::Provider;
use crate::places::checks::Findings;
use crate::secrets::SecretField;

/// A target of a kind that this version does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct OtherPlace {
    /// What the server calls the kind.
    pub kind: String,
}

impl Kind for OtherPlace {
    fn provider(&self) -> Provider {
        Provider::Other
    }

    fn name(&self) -> &str {
        &self.kind
    }

    fn fields(&self) -> Vec<Field> {
        Vec::new()
    }

    fn secret(&self) -> Option<(&'static str, &SecretField)> {
        None
    }

    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        None
    }

    fn address_mut(&mut self) -> Option<&mut String> {
        None
    }

    fn parts(&self) -> Vec<&str> {
        Vec::new()
    }

    fn check(&self, _: &mut Findings<'_>) {}

    fn operator(&self, _: &SecretString) -> Result<Operator> {
        Err(TargetDetail::KindNotSupported { provider: self.kind.clone() }.into())
    }
}
