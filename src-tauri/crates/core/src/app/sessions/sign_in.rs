//! Profiles: signing in, coming back, signing out, and what is kept for it.

use std::sync::Arc;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::super::tasks::unless_stopped;
use super::connection::Route;
use super::token_persistence::TokenPersistence;
use super::{ConnectionForm, Sessions};
use crate::account::KdfGuard;
use crate::error::AccountDetail;
use crate::secrets::SecretKind;
use crate::server::{
    Account, Credentials, Profile, Server, ServerAddress, Session, SignIn, TokenKeeper, TwoStep,
    TwoStepMethod,
};
use crate::{Code, Error, Result};

/// Someone signed in, with the profile it is kept under.
pub struct ActiveProfile {
    /// The profile.
    pub profile: Profile,
    /// The session.
    pub session: Session,
    /// The account is known already under another address; reported only at its first sign-in.
    pub same_account: Option<Profile>,
    pub(super) keeping: Arc<TokenPersistence>,
}

impl ActiveProfile {
    /// The rounds of PBKDF2 that the account's key is derived with, where they are fewer
    /// than what is recommended today.
    pub fn weak_rounds(&self) -> Option<u32> {
        self.session.kdf_guard().known().and_then(|kdf| kdf.weak_rounds())
    }

    /// The keyring has what is needed to come back after the app ends.
    pub fn is_kept(&self) -> bool {
        self.keeping.is_kept()
    }
}

/// What a person enters to sign in.
pub struct SignInForm {
    /// The address as typed.
    pub server_url: String,
    /// The account.
    pub email: String,
    /// The master password.
    pub password: SecretString,
    /// The second step, once it was requested.
    pub two_step: Option<TwoStep>,
    /// The person agreed to a weaker key derivation than the account was known to use.
    pub accept_weaker_kdf: bool,
}

/// The outcome of signing in.
pub enum SignInResult {
    /// Signed in, and current now.
    Done(Arc<ActiveProfile>),
    /// A second step is needed: one of these.
    TwoStepNeeded(Vec<TwoStepMethod>),
}

impl Sessions {
    /// Signs in, keeps the profile in the ledger and its tokens in the keyring, and
    /// makes it the current one. A keyring that is missing does not stop it: the
    /// session then ends with the app. A known profile's server is reached as its
    /// connection settings say.
    ///
    /// # Errors
    /// As [`Server::sign_in`], `KdfWeaker` before anything is derived, and `NotAdministrator`
    /// for accounts that may not administer the server.
    pub async fn sign_in(&self, form: SignInForm) -> Result<SignInResult> {
        self.sign_in_until(form, None, &CancellationToken::new()).await
    }

    /// The same, with connection settings that are kept with the profile.
    ///
    /// # Errors
    /// As [`Sessions::sign_in`] and [`Connection::check`](crate::server::Connection::check).
    pub async fn sign_in_through(
        &self,
        form: SignInForm,
        connection: &ConnectionForm,
    ) -> Result<SignInResult> {
        self.sign_in_until(form, Some(connection), &CancellationToken::new()).await
    }

    /// The same, until it is stopped: no one is signed in then.
    ///
    /// # Errors
    /// As [`Sessions::sign_in_through`], and `Stopped`.
    pub async fn sign_in_until(
        &self,
        form: SignInForm,
        through: Option<&ConnectionForm>,
        cancel: &CancellationToken,
    ) -> Result<SignInResult> {
        // Whether plain http was accepted is known only once the profile is.
        let address = ServerAddress::parse_with(&form.server_url, true)?;
        let email = form.email.trim().to_lowercase();
        let known = self.ledger.profile_of(&address.to_string(), &email)?;
        let way = match (&known, through) {
            (Some(profile), None) => self.way(profile).await?,
            (Some(profile), Some(form)) => {
                Route::from_form(form, &self.way(profile).await.unwrap_or_default())
            }
            (None, Some(form)) => Route::from_form(form, &Route::default()),
            (None, None) => Route::default(),
        };
        let is_new = known.is_none();
        let mut profile = known.unwrap_or_else(|| self.new_profile(&address, &email));
        let server = self.server(&address.to_string(), &way)?;
        let guard = Arc::new(KdfGuard::new(self.ledger.kdf(&profile.id)?, form.accept_weaker_kdf));
        let answer = unless_stopped(cancel, self.answer(&server, &profile, form, &guard)).await?;
        let (session, remembered) = match answer {
            SignIn::Done { session, remembered } => (*session, remembered),
            SignIn::TwoStepNeeded(methods) => return Ok(SignInResult::TwoStepNeeded(methods)),
        };
        let is_readable = match unless_stopped(cancel, must_administer(&session)).await {
            Err(error) if error.code() == Code::Stopped => {
                // No one waits for the server to receive it.
                tokio::spawn(async move { session.sign_out().await });
                return Err(error);
            }
            told => told?,
        };
        let rate_limiter = self.rate_limiters.of(&profile);
        let session = session
            .by_clock(Arc::clone(&self.clock))
            .of_generation(profile.generation)
            .within(rate_limiter)
            .guarded_by(Arc::clone(&guard));
        profile.last_used_at = Some(self.clock.now().to_string());
        self.ledger.save_profile(&profile)?;
        if let Some(kdf) = guard.known() {
            self.ledger.note_kdf(&profile.id, kdf)?;
        }
        if is_readable {
            self.note_readable(&profile.id)?;
        }
        self.note_account(&session, &mut profile);
        let same_account = if is_new { self.ledger.same_account(&profile.id)? } else { None };
        let (session, keeping) = self.keep(session, &profile.id, remembered).await;
        if through.is_some()
            && let Err(error) = self.keep_way(&profile.id, &way).await
        {
            tracing::warn!(code = %error.code(), "the connection's secrets could not be kept");
            // What is no secret is known again: only headers and login are requested.
            self.ledger.save_connection(&profile.id, &way.connection)?;
        }
        let signed = Arc::new(ActiveProfile { profile, session, same_account, keeping });
        self.set_current(Some(Arc::clone(&signed)));
        Ok(SignInResult::Done(signed))
    }

    /// What the server returns to a sign-in, with the remembered device where one
    /// is kept. A device that is refused is not remembered any more.
    async fn answer(
        &self,
        server: &Server,
        profile: &Profile,
        form: SignInForm,
        guard: &KdfGuard,
    ) -> Result<SignIn> {
        let (url, email, now) = (&profile.server_url, &profile.email, self.clock.now());
        let hash = match self.pending.hash(url, email, &form.password, now) {
            Some((hash, kdf)) => {
                guard.check(kdf)?;
                hash
            }
            None => server.prove_with(email, &form.password, guard).await?,
        };
        let entered = form.two_step.is_some();
        let remembered = if entered { None } else { self.remembered_device(&profile.id).await };
        let was_remembered = remembered.is_some();
        let mut credentials = Credentials {
            email: email.clone(),
            password: form.password,
            two_step: form.two_step.or(remembered),
            device_identifier: profile.device_identifier.clone(),
        };
        let mut answer = server.sign_in_with(&credentials, &hash).await;
        let refused = |answer: &Result<SignIn>| match answer {
            Ok(SignIn::TwoStepNeeded(_)) => true,
            Err(error) => error.code() == Code::TwoStepCodeWrong,
            Ok(SignIn::Done { .. }) => false,
        };
        if was_remembered && refused(&answer) {
            self.forget_device(&profile.id).await;
            if answer.is_err() {
                credentials.two_step = None;
                answer = server.sign_in_with(&credentials, &hash).await;
            }
        }
        // A mistyped code or a first demand for one: the same derivation serves again.
        if let (true, Some(kdf)) = (refused(&answer), guard.known()) {
            self.pending.keep(url, email, &credentials.password, &hash, kdf, now);
        } else {
            self.pending.clear();
        }
        answer
    }

    /// A profile of its own, named after the host, or after the account too where
    /// another profile has that name.
    fn new_profile(&self, address: &ServerAddress, email: &str) -> Profile {
        let (host, url) = (address.host(), address.to_string());
        let tries = [host.clone(), format!("{email} ({host})"), format!("{email} ({url})")];
        let names = tries.iter().find_map(|name| self.ledger.free_name(name, None).ok());
        let id = uuid::Uuid::new_v4().to_string();
        Profile {
            // Where every name is taken or too long, the id is one that no one has.
            name: names.unwrap_or_else(|| id.clone()),
            id,
            server_url: url,
            email: email.to_owned(),
            user_id: None,
            generation: None,
            device_identifier: uuid::Uuid::new_v4().to_string(),
            last_used_at: None,
        }
    }

    /// The profile that is kept for an account, if there is one.
    ///
    /// # Errors
    /// `AddressInvalid`, `LedgerFailed`.
    pub fn known_profile(&self, server_url: &str, email: &str) -> Result<Option<Profile>> {
        // Nothing is sent: whether plain http was accepted does not matter.
        let address = ServerAddress::parse_with(server_url, true)?;
        self.ledger.profile_of(&address.to_string(), &email.trim().to_lowercase())
    }

    /// Enters the master password for the steps of the current session that need it.
    ///
    /// # Errors
    /// As [`Session::confirm`].
    pub async fn confirm(&self, password: &SecretString) -> Result<()> {
        let signed = self.needs_signed()?;
        signed.session.confirm(password).await?;
        match signed.session.kdf_guard().known() {
            Some(kdf) => self.ledger.note_kdf(&signed.profile.id, kdf),
            None => Ok(()),
        }
    }

    /// Notes which account this is. That it could not be found out keeps no one out.
    fn note_account(&self, session: &Session, profile: &mut Profile) {
        let Some(mark) = session.account_mark() else { return };
        match self.ledger.note_account(&profile.id, &mark) {
            Ok(()) => profile.user_id = Some(mark.user_id),
            Err(error) => {
                tracing::warn!(code = %error.code(), "which account this is could not be noted");
            }
        }
    }

    async fn forget_device(&self, profile_id: &str) {
        let id = profile_id.to_owned();
        let forgotten = self.ask_keyring(move |secrets| secrets.delete(&id, SecretKind::RememberedDevice));
        if let Err(error) = forgotten.await {
            tracing::warn!(code = %error.code(), "a device that is not remembered any more could not be forgotten");
        }
    }

    /// Comes back to a profile with what the keyring keeps, and makes it the
    /// current one. Steps that need the master password will ask for it.
    ///
    /// # Errors
    /// `ProfileNotFound`, `SessionEnded` when nothing is kept, when the keyring is
    /// missing or locked (with the value `reason` = "keyring"), or when the server
    /// does not know the session any more, and network errors. The profile stays
    /// in any case: signing in with the master password continues without keeping.
    pub async fn resume(&self, profile_id: &str) -> Result<Arc<ActiveProfile>> {
        let signed = self.come_back(profile_id).await?;
        self.ledger.touch_profile(profile_id, self.clock.now())?;
        self.set_current(Some(Arc::clone(&signed)));
        Ok(signed)
    }

    /// The same without making it the current one.
    ///
    /// # Errors
    /// As [`Sessions::resume`].
    pub(in crate::app) async fn come_back(&self, profile_id: &str) -> Result<Arc<ActiveProfile>> {
        let mut profile = self.ledger.profile(profile_id)?;
        let id = profile.id.clone();
        let kept = self.ask_keyring(move |secrets| secrets.get(&id, SecretKind::RefreshToken)).await;
        let token = kept.map_err(|error| keyring_closed(&profile, error))?.ok_or_else(|| {
            AccountDetail::NoSessionKept { email: profile.email.clone(), server: profile.server_url.clone() }
                .error()
        })?;
        let way = self.way(&profile).await?;
        let server = self.server(&profile.server_url, &way)?;
        let account =
            Account { email: profile.email.clone(), device_identifier: profile.device_identifier.clone() };
        let keeping = TokenPersistence::of(Arc::clone(&self.secrets), &profile.id, true);
        let keeper = Arc::clone(&keeping) as Arc<dyn TokenKeeper>;
        let session = Session::resume(server, account, token, profile.generation, Some(keeper))
            .by_clock(Arc::clone(&self.clock))
            .within(self.rate_limiters.of(&profile))
            .guarded_by(Arc::new(KdfGuard::new(self.ledger.kdf(&profile.id)?, false)));
        session.renew().await?;
        if profile.user_id.is_none() {
            self.note_account(&session, &mut profile);
        }
        Ok(Arc::new(ActiveProfile { profile, session, same_account: None, keeping }))
    }

    async fn remembered_device(&self, profile_id: &str) -> Option<TwoStep> {
        let id = profile_id.to_owned();
        let kept = self.ask_keyring(move |secrets| secrets.get(&id, SecretKind::RememberedDevice)).await;
        let code = kept.ok().flatten()?;
        Some(TwoStep { method: TwoStepMethod::Remembered, code, remember: false })
    }
}

/// A keyring that is missing or locked: the master password helps on.
fn keyring_closed(profile: &Profile, error: Error) -> Error {
    if error.code() != Code::KeyringUnavailable {
        return error;
    }
    AccountDetail::SessionInKeyring { email: profile.email.clone(), server: profile.server_url.clone() }
        .error()
        .original(error.body().original.clone().unwrap_or_default())
        .caused_by(error)
}

/// The role is not in the token: the backup settings show it (PROTOCOL section 1).
/// Returns whether they could be read.
async fn must_administer(session: &Session) -> Result<bool> {
    match session.targets().await {
        Err(error) if error.code() == Code::NotAdministrator => {
            let _ = session.sign_out().await;
            Err(error)
        }
        // Settings in need of repair, a busy or failing server: the account may still be right.
        read => Ok(read.is_ok()),
    }
}
