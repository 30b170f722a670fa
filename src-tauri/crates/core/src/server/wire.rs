//! The server's own shapes (PROTOCOL sections 1 and 2). They live here and are
//! turned into this app's types before anything else sees them.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::model::{RemoteItem, ServerUser, TwoStepMethod};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prelogin {
    pub kdf: i64,
    pub kdf_iterations: i64,
    pub kdf_memory: Option<i64>,
    pub kdf_parallelism: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub access_token: SecretString,
    #[serde(default)]
    pub refresh_token: Option<SecretString>,
    #[serde(default)]
    pub expires_in: Option<i64>,
    #[serde(rename = "Key", default)]
    pub key: Option<String>,
    #[serde(rename = "PrivateKey", default)]
    pub private_key: Option<String>,
    #[serde(rename = "TwoFactorToken", default)]
    pub two_factor_token: Option<SecretString>,
}

/// The refusal that asks for a second step.
#[derive(Deserialize)]
pub(super) struct TwoStepDemand {
    #[serde(rename = "TwoFactorProviders")]
    pub providers: Vec<Value>,
}

impl TwoStepDemand {
    pub fn methods(&self) -> Vec<TwoStepMethod> {
        self.providers
            .iter()
            .filter_map(|number| match number.as_u64().or_else(|| number.as_str()?.parse().ok())? {
                0 => Some(TwoStepMethod::Authenticator),
                3 => Some(TwoStepMethod::Yubikey),
                7 => Some(TwoStepMethod::Webauthn),
                8 => Some(TwoStepMethod::RecoveryCode),
                _ => None,
            })
            .collect()
    }
}

/// The number of a two-step method in a token request.
pub(super) fn provider_number(method: TwoStepMethod) -> &'static str {
    match method {
        TwoStepMethod::Authenticator => "0",
        TwoStepMethod::Yubikey => "3",
        TwoStepMethod::Remembered => "5",
        TwoStepMethod::Webauthn => "7",
        TwoStepMethod::RecoveryCode => "8",
    }
}

#[derive(Deserialize)]
pub(super) struct Listing {
    pub items: Vec<RemoteItem>,
}

#[derive(Deserialize)]
pub(super) struct Users {
    pub data: Vec<ServerUser>,
}
