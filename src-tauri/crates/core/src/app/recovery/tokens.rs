//! Access tokens as witnesses of JWT_SECRET: the one kept for a later secret check, and
//! what happens to the previous ones.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::Recovery;
use crate::app::ActiveProfile;
use crate::incidents::{Evidence, Seen, TestValue, TokenSeen};
use crate::ledger::Sighting;
use crate::secrets::SecretKind;
use crate::server::AccessToken;
use crate::server::{Server, TokenLook};
use crate::{Code, Result};

/// A token whose time is up so soon is not checked: the server's clock may be ahead.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

impl Recovery {
    /// Keeps the current access token in the keyring, or forgets the one kept: it
    /// proves a JWT_SECRET candidate one day, and opens nothing once its time is up.
    ///
    /// # Errors
    /// `SettingsNeedRepair` when there is nothing to keep: a current token would only prove
    /// the current secret. `SessionEnded`, `KeyringUnavailable`, and network errors.
    pub async fn keep_test_value(&self, keep: bool) -> Result<TestValue> {
        let signed = self.sessions.needs_signed()?;
        let id = signed.profile.id.clone();
        if keep {
            signed.session.settings().await?;
            self.sessions.note_readable(&id)?;
            let token = signed.session.test_value().await?;
            self.ledger.note_secrets(&signed.profile.id, true)?;
            self.sessions
                .ask_keyring(move |secrets| secrets.set(&id, SecretKind::AccessToken, &token))
                .await?;
        } else {
            self.sessions.ask_keyring(move |secrets| secrets.delete(&id, SecretKind::AccessToken)).await?;
        }
        Ok(self.test_value(&signed.profile.id).await)
    }

    /// Puts the current token in the place of the one kept, if one is: the settings were
    /// just read with it, so it is of the secret that opens them. `held` is the token that
    /// was held before they were read.
    pub(super) async fn renew_test_value(
        &self,
        signed: &ActiveProfile,
        held: Option<(SecretString, Timestamp)>,
    ) {
        let same = |one: &SecretString, other: &SecretString| one.expose_secret() == other.expose_secret();
        let (Some((before, _)), Some((now, _))) = (held, signed.session.held_token()) else { return };
        let id = signed.profile.id.clone();
        let Ok(Some(kept)) = self.kept_token(&id).await else { return };
        if !same(&before, &now) || same(&kept, &now) {
            return;
        }
        let renewed =
            self.sessions.ask_keyring(move |secrets| secrets.set(&id, SecretKind::AccessToken, &now));
        if let Err(error) = renewed.await {
            tracing::warn!(code = %error.code(), "the test value could not be renewed");
        }
    }

    /// After a repair the settings may be sealed under another secret: the test value of
    /// before proves nothing any more.
    pub(in crate::app) async fn renew_after_repair(&self, signed: &ActiveProfile) {
        let held = signed.session.held_token();
        if signed.session.settings().await.is_ok() {
            self.renew_test_value(signed, held).await;
        }
    }

    pub(super) async fn test_value(&self, profile_id: &str) -> TestValue {
        match self.kept_token(profile_id).await {
            Ok(Some(_)) => TestValue::Kept,
            Ok(None) => TestValue::Offered,
            Err(_) => TestValue::NotPossible,
        }
    }

    /// The access token that is kept for a profile.
    pub(super) async fn kept_token(&self, profile_id: &str) -> Result<Option<SecretString>> {
        let id = profile_id.to_owned();
        self.sessions.ask_keyring(move |secrets| secrets.get(&id, SecretKind::AccessToken)).await
    }

    /// The previous tokens are checked first: whatever is asked later renews the one
    /// that is held.
    pub(super) async fn look_at_tokens(
        &self,
        server: &Server,
        signed: Option<&ActiveProfile>,
        kept: Option<&SecretString>,
        seen: &mut Evidence,
    ) {
        let mut looks = Vec::new();
        match look_at_kept(server, kept, seen.at).await {
            Ok(look) => looks.extend(look),
            Err(error) => seen.token = Seen::Failed(error),
        }
        let mut of_now = None;
        if let Some(signed) = signed {
            match signed.session.look_at_token(seen.at).await {
                Ok(TokenLook::Accepted(token)) => {
                    of_now = AccessToken::read(&token);
                    looks.extend(of_now.clone().map(|token| Look { token, taken: true, at: seen.at }));
                }
                Ok(TokenLook::RefusedEarly | TokenLook::NoneHeld) => {}
                Err(error) => seen.token = Seen::Failed(error),
            }
            // Just now, or whenever a call met it.
            let met = signed.session.refused_early();
            let met = met.filter(|(_, at)| is_news(seen, *at));
            let met = met
                .and_then(|(token, at)| Some(Look { token: AccessToken::read(&token)?, taken: false, at }));
            looks.extend(met);
        }
        let noted = self.noted_refusal(seen);
        let is_refused = looks.iter().any(|look| !look.taken) || noted.is_some();
        if let (Some(signed), true) = (signed, is_refused) {
            let renewed = match of_now {
                Some(token) => Ok(Some(token)),
                None => token_of_now(signed).await,
            };
            of_now = renewed.as_ref().ok().cloned().flatten();
            seen.refresh = renewed.map(|token| token.is_some()).into();
        }
        let readable = seen.last_readable_at.as_deref();
        let seen_tokens = looks
            .iter()
            .map(|look| TokenSeen::of(&look.token, look.taken, look.at, of_now.as_ref(), readable));
        let token = seen_tokens.chain(noted.map(TokenSeen::RefusedEarly)).min_by_key(|token| match token {
            // The previous secret is there again, whatever was refused meanwhile.
            TokenSeen::Accepted => 0,
            TokenSeen::RefusedEarly(_) => 1,
            TokenSeen::EndedOtherwise => 2,
            TokenSeen::GivenSince => 3,
        });
        if let Some(token) = token {
            seen.token = Seen::As(token);
        }
    }

    /// A refusal that this app met another day, unless the settings were readable since.
    fn noted_refusal(&self, seen: &Evidence) -> Option<Timestamp> {
        let at = self.ledger.sighting(&seen.profile_id, Sighting::TokenRefusedEarly).ok().flatten()?;
        at.parse().ok().filter(|at| is_news(seen, *at))
    }
}

/// A refusal counts as long as readable settings have not shown the secret since.
fn is_news(seen: &Evidence, at: Timestamp) -> bool {
    let readable = seen.last_readable_at.as_deref().map(str::parse::<Timestamp>);
    readable.is_none_or(|readable| readable.is_ok_and(|readable| readable < at))
}

/// An access token that was shown to the server.
struct Look {
    token: AccessToken,
    taken: bool,
    at: Timestamp,
}

/// The token in the keyring, while its time is not up.
async fn look_at_kept(server: &Server, kept: Option<&SecretString>, at: Timestamp) -> Result<Option<Look>> {
    let Some((kept, token)) = kept.and_then(|kept| Some((kept, AccessToken::read(kept)?))) else {
        return Ok(None);
    };
    if token.expires_at.is_none_or(|expires| expires <= at + CLOCKS_DIFFER) {
        return Ok(None);
    }
    let taken = server.takes_token(kept).await?;
    Ok(Some(Look { token, taken, at }))
}

/// The token that the session has now, if the server takes it; `None` when the session
/// is over.
async fn token_of_now(signed: &ActiveProfile) -> Result<Option<AccessToken>> {
    let token = match signed.session.test_value().await {
        Ok(token) => token,
        Err(error) if error.code() == Code::SessionEnded => return Ok(None),
        Err(error) => return Err(error),
    };
    let taken = signed.session.server().takes_token(&token).await?;
    Ok(AccessToken::read(&token).filter(|_| taken))
}
