//! The server's own shapes (PROTOCOL sections 1 and 2). They live here and are
//! turned into this app's types before anything else sees them.

use secrecy::SecretString;
use serde::Deserialize;

use super::bounded::{List, Plain};
use super::model::{RemoteItem, ServerUser, TwoStepMethod};

/// What a server says of its JWT_SECRET before anyone is signed in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bootstrap {
    /// Null when it is safe; a NodeWarden always has it.
    #[serde(default, deserialize_with = "Plain::present")]
    pub jwt_unsafe_reason: Option<Plain>,
}

/// What a server says that it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
    #[serde(default)]
    pub git_hash: Plain,
    #[serde(default)]
    pub version: Plain,
}

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
    pub providers: List<Plain, 64>,
}

impl TwoStepDemand {
    pub fn methods(&self) -> Vec<TwoStepMethod> {
        self.providers
            .0
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

/// More entries than any folder of a real target lists in one response.
const MOST_ITEMS: usize = 50_000;

#[derive(Deserialize)]
pub(super) struct Listing {
    pub items: List<WireItem, MOST_ITEMS>,
}

/// One entry of a listing. Targets report odd ones: what cannot be read of an entry is
/// unknown, and the others are listed anyway.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireItem {
    #[serde(default)]
    path: Plain,
    #[serde(default)]
    name: Plain,
    #[serde(default)]
    is_directory: Plain,
    #[serde(default)]
    size: Plain,
    #[serde(default)]
    modified_at: Plain,
}

impl WireItem {
    /// The entry, unless it has no path.
    pub fn into_item(self) -> Option<RemoteItem> {
        let path = self.path.into_text().filter(|path| !path.is_empty())?;
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        Some(RemoteItem {
            name: self.name.into_text().unwrap_or_else(|| last.to_owned()),
            is_directory: self.is_directory.as_bool().unwrap_or(false),
            size: self.size.as_u64(),
            modified_at: self.modified_at.into_text(),
            path,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Users {
    pub data: List<ServerUser, 20_000>,
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
        let items: Vec<_> = listing.items.0.into_iter().filter_map(WireItem::into_item).collect();
        let sizes: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.size)).collect();
        assert_eq!(sizes, [("a.zip", None), ("b.zip", None), ("c.zip", None), ("d.zip", Some(7))]);
    }
}
