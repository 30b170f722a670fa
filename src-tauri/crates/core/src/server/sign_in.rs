//! Signing in (PROTOCOL section 1).

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};

use super::failure;
use super::model::TwoStepMethod;
use super::session::{Account, Session};
use super::transport::Server;
use super::wire::{TokenAnswer, TwoStepDemand, provider_number};
use crate::Result;
use crate::account::{KdfGuard, MasterKey};
use crate::error::AccountDetail;

/// What a person enters to sign in.
pub struct Credentials {
    /// The email address.
    pub email: String,
    /// The master password.
    pub password: SecretString,
    /// The second step, when it was requested or a device is remembered.
    pub two_step: Option<TwoStep>,
    /// The UUID that this installation uses with the server.
    pub device_identifier: String,
}

/// A second step.
pub struct TwoStep {
    /// The method.
    pub method: TwoStepMethod,
    /// The code or the remembered token.
    pub code: SecretString,
    /// Ask the server to remember this device for 30 days.
    pub remember: bool,
}

/// What the server returned to a sign-in.
pub enum SignIn {
    /// Signed in.
    Done {
        /// The session.
        session: Box<Session>,
        /// The token of the remembered device, when that was requested.
        remembered: Option<SecretString>,
    },
    /// A second step is needed: one of these.
    TwoStepNeeded(Vec<TwoStepMethod>),
}

impl Server {
    /// Signs in. Derives the master key once, off the async threads.
    ///
    /// # Errors
    /// `WrongPassword`, `AccountLocked`, `TwoStepCodeWrong`, `TwoStepUnsupported`, and what
    /// [`Server::probe`] may fail with.
    pub async fn sign_in(&self, credentials: &Credentials) -> Result<SignIn> {
        let proof = self.prove(&credentials.email, &credentials.password).await?;
        self.sign_in_with(credentials, &proof).await
    }

    /// Derives what proves the master password to this server: the one slow step
    /// of signing in, off the async threads. It serves for the second step too.
    ///
    /// # Errors
    /// What [`Server::probe`] may fail with.
    pub async fn prove(&self, email: &str, password: &SecretString) -> Result<SecretString> {
        self.prove_with(email, password, &KdfGuard::default()).await
    }

    /// The same for an account of which it is known how its key was derived.
    ///
    /// # Errors
    /// `KdfWeaker`, before anything is derived, and as [`Server::prove`].
    pub async fn prove_with(
        &self,
        email: &str,
        password: &SecretString,
        guard: &KdfGuard,
    ) -> Result<SecretString> {
        self.probe().await?;
        self.derive_hash(&email.trim().to_lowercase(), password, guard).await
    }

    /// Signs in with what [`Server::prove`] derived.
    ///
    /// # Errors
    /// As [`Server::sign_in`].
    pub async fn sign_in_with(&self, credentials: &Credentials, hash: &SecretString) -> Result<SignIn> {
        self.waiting(|| self.try_sign_in(credentials, hash)).await
    }

    async fn try_sign_in(&self, credentials: &Credentials, hash: &SecretString) -> Result<SignIn> {
        let email = credentials.email.trim().to_lowercase();
        let device = device_type();
        let mut form = vec![
            ("grant_type", "password"),
            ("username", &email),
            ("password", hash.expose_secret()),
            ("scope", "api offline_access"),
            ("client_id", "desktop"),
            ("deviceType", device),
            ("deviceIdentifier", &credentials.device_identifier),
            ("deviceName", "NodeWarden Desk"),
        ];
        if let Some(step) = &credentials.two_step {
            form.push(("twoFactorProvider", provider_number(step.method)));
            form.push(("twoFactorToken", step.code.expose_secret().trim()));
            if step.remember {
                form.push(("twoFactorRemember", "1"));
            }
        }
        let request = self.request(Method::POST, "/identity/connect/token").form(&form);
        let response = self.send(request, self.timeouts().ordinary).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_success() {
            let answer: TokenAnswer = self.json_before_sign_in(response).await?;
            let account = Account { email, device_identifier: credentials.device_identifier.clone() };
            let session = Session::signed_in(self.clone(), account, &answer, hash.clone());
            return Ok(SignIn::Done { session: Box::new(session), remembered: answer.two_factor_token });
        }
        let body = self.refusal_body(response).await?;
        match serde_json::from_slice::<TwoStepDemand>(&body) {
            Ok(demand) => two_step_needed(&demand),
            Err(_) => Err(self.told(failure::refusal(status, &headers, &body, &self.address().host())).await),
        }
    }

    /// The hash that proves the master password to the server.
    async fn derive_hash(
        &self,
        email: &str,
        password: &SecretString,
        guard: &KdfGuard,
    ) -> Result<SecretString> {
        let kdf = self.waiting(|| self.kdf(email)).await?;
        guard.check(kdf)?;
        let (email, password) = (email.to_owned(), password.clone());
        let derived = tokio::task::spawn_blocking(move || {
            Ok(MasterKey::derive(&password, &email, &kdf)?.password_hash(&password))
        });
        derived
            .await
            .map_err(|_| failure::unreadable(&self.address().host(), "the key derivation did not finish"))?
    }
}

impl Session {
    /// Enters the master password for calls that need it. It is tried on the
    /// account's own keys, which servers hand out with a token: servers before 1.7
    /// never look at what such a call proves. Where there are no keys, a wrong
    /// password shows at the first call that uses it.
    ///
    /// # Errors
    /// `WrongPassword`, `KdfWeaker`, `AccountKeysUnreadable`, `SessionEnded`, and network errors.
    pub async fn confirm(&self, password: &SecretString) -> Result<()> {
        if self.sealed_keys().await?.is_some() {
            return self.unlock(password).await.map(drop);
        }
        let hash = self.server().derive_hash(&self.account().email, password, self.kdf_guard()).await?;
        self.confirm_with(hash);
        Ok(())
    }
}

/// The methods that work here. The recovery code always does, though servers do
/// not list it.
fn two_step_needed(demand: &TwoStepDemand) -> Result<SignIn> {
    let mut methods = demand.methods();
    if methods.iter().any(|method| *method != TwoStepMethod::Webauthn) {
        if !methods.contains(&TwoStepMethod::RecoveryCode) {
            methods.push(TwoStepMethod::RecoveryCode);
        }
        return Ok(SignIn::TwoStepNeeded(methods));
    }
    Err(AccountDetail::TwoStepUnsupported.error())
}

/// The device type of this system (PROTOCOL section 1).
fn device_type() -> &'static str {
    if cfg!(target_os = "windows") {
        "6"
    } else if cfg!(target_os = "macos") {
        "7"
    } else {
        "8"
    }
}
