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
    pub items: Vec<WireItem>,
}

/// One entry of a listing. Targets report odd ones: what cannot be read of an entry is
/// unknown, and the others are listed all the same.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireItem {
    #[serde(default)]
    path: Value,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    is_directory: Value,
    #[serde(default)]
    size: Value,
    #[serde(default)]
    modified_at: Value,
}

impl WireItem {
    /// The entry, unless it has no path.
    pub fn into_item(self) -> Option<RemoteItem> {
        let path = self.path.as_str().filter(|path| !path.is_empty())?.to_owned();
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        Some(RemoteItem {
            name: self.name.as_str().unwrap_or(last).to_owned(),
            is_directory: self.is_directory.as_bool().unwrap_or(false),
            size: self.size.as_u64(),
            modified_at: self.modified_at.as_str().map(str::to_owned),
            path,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Users {
    pub data: Vec<ServerUser>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_with_an_odd_size_does_not_empty_the_list() {
        let listing: Listing = serde_json::from_value(serde_json::json!({"items": [
            {"path": "a.zip", "name": "a.zip", "isDirectory": false, "size": -1, "modifiedAt": null},
            {"path": "b.zip", "name": "b.zip", "isDirectory": false, "size": 1.5},
            {"path": "c.zip", "name": "c.zip", "isDirectory": false},
            {"path": "d.zip", "name": "d.zip", "isDirectory": false, "size": 7}
        ]}))
        .expect("a listing");
        let items: Vec<_> = listing.items.into_iter().filter_map(WireItem::into_item).collect();
        let sizes: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.size)).collect();
        assert_eq!(sizes, [("a.zip", None), ("b.zip", None), ("c.zip", None), ("d.zip", Some(7))]);
    }
}
