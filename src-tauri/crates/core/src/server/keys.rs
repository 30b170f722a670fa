//! The account's own keys, and the state of an access token.

use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::session::Session;
use super::token::AccessToken;
use super::transport::Server;
use super::wire::Prelogin;
use crate::account::{AccountKeys, Kdf, MasterKey, unlock};
use crate::error::AccountDetail;
use crate::{Code, Result};

/// What distinguishes an account from every other one: two addresses that lead to the same mark lead
/// to the same account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountMark {
    /// The user id on the server.
    pub user_id: String,
    /// A hash of the account's private key as the server keeps it, sealed.
    pub key_hash: String,
}

/// What happened to the access token that a session holds.
#[derive(Debug, Clone)]
pub enum TokenLook {
    /// It is taken.
    Accepted(SecretString),
    /// It is refused although its time is not up; [`Session::refused_early`] has it.
    RefusedEarly,
    /// Its time is up, or none is held.
    NoneHeld,
}

impl Server {
    /// Whether an access token is taken, without renewing anything.
    ///
    /// # Errors
    /// A network error, and what else keeps the server from saying.
    pub async fn takes_token(&self, token: &SecretString) -> Result<bool> {
        let request = self
            .request(Method::GET, "/api/admin/backup/settings/repair")
            .bearer_auth(token.expose_secret().trim());
        let answer = self.send(request, self.timeouts().ordinary).await?;
        match self.expect_success(answer).await {
            Ok(_) => Ok(true),
            Err(error) => match error.code() {
                Code::SessionEnded => Ok(false),
                // Refused for another reason than the token: the token was read.
                Code::NotAdministrator | Code::SettingsNeedRepair | Code::RateLimited => Ok(true),
                _ => Err(error),
            },
        }
    }

    /// The keys' settings for an email address.
    pub(super) async fn kdf(&self, email: &str) -> Result<Kdf> {
        let request = self
            .request(Method::POST, "/identity/accounts/prelogin")
            .json(&serde_json::json!({"email": email}));
        let answer = self.expect_success(self.send(request, self.timeouts().ordinary).await?).await?;
        let told: Prelogin = self.json_before_sign_in(answer).await?;
        Kdf::from_wire(told.kdf, told.kdf_iterations, told.kdf_memory, told.kdf_parallelism)
    }
}

impl Session {
    /// Tests the access token that is held, before anything renews it: a changed
    /// JWT_SECRET shows only there. A refused one is forgotten, and that noted.
    ///
    /// # Errors
    /// As [`Server::takes_token`].
    pub async fn look_at_token(&self, now: Timestamp) -> Result<TokenLook> {
        let Some((token, expires_at)) = self.held_token() else { return Ok(TokenLook::NoneHeld) };
        if expires_at <= now {
            return Ok(TokenLook::NoneHeld);
        }
        let waits = self.server().waits_of(&crate::progress::Silent);
        self.rate_limiter().take(self.server().timeouts(), false, waits).await;
        if self.server().takes_token(&token).await? {
            return Ok(TokenLook::Accepted(token));
        }
        self.token_refused(&token);
        Ok(TokenLook::RefusedEarly)
    }

    /// The current access token, to be kept for a later secret check.
    ///
    /// # Errors
    /// `SessionEnded`, or a network error.
    pub async fn test_value(&self) -> Result<SecretString> {
        self.access_token().await
    }

    /// The account's user id, as its access token names it.
    ///
    /// # Errors
    /// `SessionEnded`, `AnswerUnreadable`, and network errors.
    pub async fn user_id(&self) -> Result<String> {
        let token = AccessToken::read(&self.access_token().await?);
        token.and_then(|token| token.user_id).ok_or_else(|| AccountDetail::NoAccountInToken.error())
    }

    /// What distinguishes this account from every other, whatever address leads to its server;
    /// `None` when the server has not shown it with the last token. Nothing is asked.
    pub fn account_mark(&self) -> Option<AccountMark> {
        let (_, private_key) = self.held_keys()?;
        let user_id = AccessToken::read(&self.held_token()?.0)?.user_id?;
        let digest = Sha256::digest(private_key.as_bytes());
        let key_hash = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(AccountMark { user_id, key_hash })
    }

    /// Opens the account's own keys with the master password, which also confirms
    /// the session from now on: it is asked once.
    ///
    /// # Errors
    /// `WrongPassword`, `KdfWeaker`, `AccountKeysUnreadable`, `SessionEnded`, and network errors.
    pub async fn unlock(&self, password: &SecretString) -> Result<AccountKeys> {
        let (key, private_key) =
            self.sealed_keys().await?.ok_or_else(|| AccountDetail::KeysNotSent.error())?;
        let email = self.account().email.trim().to_lowercase();
        let kdf = self.server().kdf(&email).await?;
        self.kdf_guard().check(kdf)?;
        let password = password.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let master_key = MasterKey::derive(&password, &email, &kdf)?;
            let keys = unlock(&master_key, &key, &private_key)?;
            Ok((keys, master_key.password_hash(&password)))
        });
        let (keys, hash) = opened.await.unwrap_or_else(|_| Err(AccountDetail::KdfNotFinished.error()))?;
        self.confirm_with(hash);
        Ok(keys)
    }
}
