//! How the servers of profiles are reached.

use std::sync::{Arc, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Sessions;
use crate::Result;
use crate::error::ConnectionDetail;
use crate::secrets::{SecretField, SecretKind};
use crate::server::{Connection, ConnectionSecrets, Profile, Server, ServerAddress};

/// Connection settings as a person fills them in.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct ConnectionForm {
    /// A PEM file with certificate authorities that are trusted besides the system's.
    pub ca_file: Option<String>,
    /// The proxy, without its login.
    pub proxy: Option<String>,
    /// "user:password" of the proxy.
    pub proxy_login: SecretField,
    /// Extra request headers.
    pub headers: Vec<HeaderForm>,
    /// The person accepted that plain http shows everything to the network.
    pub http_accepted: bool,
}

/// An extra request header.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct HeaderForm {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretField,
}

/// Both halves.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Route {
    pub connection: Connection,
    pub secrets: ConnectionSecrets,
}

impl Route {
    /// What a form asks for; secrets that it keeps come from the way before.
    pub fn from_form(form: &ConnectionForm, before: &Self) -> Self {
        let some = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let mut secrets = ConnectionSecrets::default();
        let secret = |field: &SecretField, kept: Option<&SecretString>| match field {
            SecretField::New { value } => Some(value.clone()),
            SecretField::Kept => kept.cloned(),
            SecretField::Unset => None,
        };
        let headers: Vec<String> = form.headers.iter().map(|header| header.name.trim().to_owned()).collect();
        for (header, name) in form.headers.iter().zip(&headers) {
            if let Some(value) = secret(&header.value, before.secrets.headers.get(name)) {
                secrets.headers.insert(name.clone(), value);
            }
        }
        let proxy = some(&form.proxy);
        if proxy.is_some() {
            secrets.proxy_login = secret(&form.proxy_login, before.secrets.proxy_login.as_ref())
                .filter(|login| !login.expose_secret().is_empty());
        }
        let connection = Connection {
            // The ledger is read from other folders than this one.
            ca_file: some(&form.ca_file).map(|file| absolute(&file)),
            proxy_has_login: secrets.proxy_login.is_some(),
            proxy,
            headers,
            http_accepted: form.http_accepted,
        };
        Self { connection, secrets }
    }
}

fn absolute(file: &str) -> String {
    std::path::absolute(file).map_or_else(|_| file.to_owned(), |full| full.to_string_lossy().into_owned())
}

impl Sessions {
    /// How a profile's server is reached, without any secret.
    ///
    /// # Errors
    /// `ProfileNotFound`, `LedgerFailed`.
    pub fn connection(&self, profile_id: &str) -> Result<Connection> {
        self.ledger.connection(&self.ledger.profile(profile_id)?.id)
    }

    /// Changes how a profile's server is reached. It holds from the next sign-in
    /// or return to the profile.
    ///
    /// # Errors
    /// `ProfileNotFound`, `InvalidRequest`, a file error, `KeyringUnavailable` when
    /// the form has secrets and they cannot be kept.
    pub async fn set_connection(&self, profile_id: &str, form: &ConnectionForm) -> Result<Connection> {
        let profile = self.ledger.profile(profile_id)?;
        let before = self.way(&profile).await.unwrap_or_default();
        let way = Route::from_form(form, &before);
        way.connection.check(&way.secrets)?;
        self.keep_way(&profile.id, &way).await?;
        Ok(way.connection)
    }

    /// How a profile's server is reached, with the secrets. The keyring is only
    /// asked when there are any.
    pub(in crate::app) async fn way(&self, profile: &Profile) -> Result<Route> {
        let connection = self.ledger.connection(&profile.id)?;
        if connection.headers.is_empty() && !connection.proxy_has_login {
            return Ok(Route { connection, secrets: ConnectionSecrets::default() });
        }
        let id = profile.id.clone();
        let kept = self.ask_keyring(move |secrets| secrets.get(&id, SecretKind::Connection)).await?;
        let secrets = kept.as_ref().map(ConnectionSecrets::from_secret).unwrap_or_default();
        if connection.proxy_has_login && secrets.proxy_login.is_none() {
            return Err(ConnectionDetail::ProxyLoginMissing.error());
        }
        Ok(Route { connection, secrets })
    }

    /// Keeps a way: what may be read in the ledger, the rest in the keyring.
    pub(super) async fn keep_way(&self, profile_id: &str, way: &Route) -> Result<()> {
        let had = self.ledger.has_secrets(profile_id)?;
        if !way.secrets.is_empty() || had {
            self.ledger.note_secrets(profile_id, true)?;
            let (id, secrets) = (profile_id.to_owned(), way.secrets.clone());
            let kept = self.ask_keyring(move |keyring| {
                if secrets.is_empty() {
                    keyring.delete(&id, SecretKind::Connection)
                } else {
                    keyring.set(&id, SecretKind::Connection, &secrets.to_secret())
                }
            });
            let kept = kept.await;
            if let Err(error) = kept
                && !way.secrets.is_empty()
            {
                // A keyring that was never reached holds nothing of this profile.
                if !had {
                    self.ledger.note_secrets(profile_id, false)?;
                }
                return Err(error);
            }
        }
        self.ledger.save_connection(profile_id, &way.connection)
    }

    /// The server of a profile, reached as its way says.
    pub(in crate::app) fn server(&self, url: &str, way: &Route) -> Result<Server> {
        let address = ServerAddress::parse_with(url, way.connection.http_accepted)?;
        let waits = Arc::clone(&self.waits.read().unwrap_or_else(PoisonError::into_inner));
        let server = Server::reached(address, &way.connection, &way.secrets, self.timeouts())?;
        Ok(server.reporting_waits_to(waits))
    }
}
