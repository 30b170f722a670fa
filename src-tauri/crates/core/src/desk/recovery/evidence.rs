//! Looking everywhere that tells something of JWT_SECRET and the backup settings.

use std::sync::Arc;

use secrecy::SecretString;

use super::super::{Desk, Signed};
use crate::envelope::Portable;
use crate::jobs::{JobKind, JobState};
use crate::ledger::{JobQuery, Sighting};
use crate::recovery::{
    AccessToken, BackupTells, Diagnosis, Evidence, PortableSeen, Repairers, Seen, SettingsSeen, TestValue,
    TokenSeen, diagnose,
};
use crate::secrets::SecretKind;
use crate::server::{Profile, Server, TokenLook};
use crate::{Code, Result};

/// How much of the server's log is looked at.
const EVENTS: u32 = 100;

/// How much is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Everything.
    Full,
    /// What changes while a person is at work: cheap enough to ask every few seconds.
    Glance,
}

impl Desk {
    /// What is wrong with a profile's server, as far as can be seen: the current
    /// profile's when none is given. Nobody needs to be signed in; what can then not
    /// be looked at is said.
    ///
    /// # Errors
    /// `ProfileNotFound`, `SessionEnded` when no profile is given and nobody is
    /// signed in, `LedgerFailed`.
    pub async fn diagnose(&self, profile_id: Option<&str>) -> Result<Diagnosis> {
        let profile = match profile_id {
            Some(id) => self.ledger.profile(id)?,
            None => self.needs_signed()?.profile.clone(),
        };
        Ok(diagnose(&self.gather(&profile, Depth::Full).await?))
    }

    /// Who could repair the settings of the current server, should they need it.
    ///
    /// # Errors
    /// `SessionEnded`, and what every call may fail with.
    pub async fn repairers(&self) -> Result<Repairers> {
        let signed = self.needs_signed()?;
        let users = signed.session.users().await?;
        let portable = match signed.session.repair_state().await?.value {
            state if state.needs_repair => Some(seen_portable(state.portable.as_ref())?),
            _ => None,
        };
        let backup = self.newest_backup(&signed.profile.id)?;
        let email = &signed.profile.email;
        let test_value = self.test_value(&signed.profile.id).await;
        Ok(Repairers::new(&users, email, portable.as_ref(), backup.as_ref(), test_value))
    }

    /// Keeps the access token of now in the keyring, or forgets the one kept: it
    /// proves a JWT_SECRET candidate one day, and opens nothing once its time is up.
    ///
    /// # Errors
    /// `SessionEnded`, `KeyringUnavailable`, and network errors.
    pub async fn keep_test_value(&self, keep: bool) -> Result<TestValue> {
        let signed = self.needs_signed()?;
        let token = if keep { Some(signed.session.test_value().await?) } else { None };
        if keep {
            self.ledger.note_secrets(&signed.profile.id, true)?;
        }
        let (secrets, id) = (Arc::clone(&self.secrets), signed.profile.id.clone());
        Self::blocking(move || match token {
            Some(token) => secrets.set(&id, SecretKind::AccessToken, &token),
            None => secrets.delete(&id, SecretKind::AccessToken),
        })
        .await?;
        Ok(self.test_value(&signed.profile.id).await)
    }

    async fn test_value(&self, profile_id: &str) -> TestValue {
        match self.kept_token(profile_id).await {
            Ok(Some(_)) => TestValue::Kept,
            Ok(None) => TestValue::Offered,
            Err(_) => TestValue::NotPossible,
        }
    }

    /// The access token that is kept for a profile.
    pub(super) async fn kept_token(&self, profile_id: &str) -> Result<Option<SecretString>> {
        let (secrets, id) = (Arc::clone(&self.secrets), profile_id.to_owned());
        Self::blocking(move || secrets.get(&id, SecretKind::AccessToken)).await
    }

    /// Looks everywhere. What fails is part of the answer.
    pub(super) async fn gather(&self, profile: &Profile, depth: Depth) -> Result<Evidence> {
        let now = self.clock.now();
        let mut seen = Evidence::new(&profile.id, &profile.server_url, now);
        self.remember(profile, &mut seen)?;
        let signed = self.signed().filter(|signed| signed.profile.id == profile.id);
        let server = match &signed {
            Some(signed) => signed.session.server().clone(),
            None => match self.way(profile).await.and_then(|way| self.server(&profile.server_url, &way)) {
                Ok(server) => server,
                Err(error) => {
                    seen.bootstrap = Seen::Failed(error);
                    return Ok(seen);
                }
            },
        };
        seen.bootstrap = server.jwt_unsafe().await.into();
        let kept = self.kept_token(&profile.id).await.ok().flatten();
        seen.my_user_id = kept.as_ref().and_then(AccessToken::read).and_then(|token| token.user_id);
        // A server without a safe secret answers nothing else.
        if !matches!(seen.bootstrap, Seen::As(None)) {
            return Ok(seen);
        }
        self.look_at_tokens(&server, signed.as_deref(), kept.as_ref(), &mut seen).await;
        if let Some(signed) = signed {
            self.ask(&signed, depth, &mut seen).await?;
        }
        Ok(seen)
    }

    fn remember(&self, profile: &Profile, seen: &mut Evidence) -> Result<()> {
        seen.remembered = self.ledger.remembered_targets(&profile.id)?;
        seen.last_readable_at = self.ledger.sighting(&profile.id, Sighting::SettingsReadable)?;
        let restores = JobQuery {
            profile_id: Some(profile.id.clone()),
            kind: Some(JobKind::Restore),
            limit: Some(10),
            ..JobQuery::default()
        };
        let done = |state| matches!(state, JobState::Succeeded | JobState::Attention | JobState::Unknown);
        let restored = self.ledger.jobs(&restores)?.into_iter().find(|job| done(job.state));
        seen.restored_here = restored.and_then(|job| Some((job.ended_at?, job.subject)));
        seen.backup = self.newest_backup(&profile.id)?;
        Ok(())
    }

    fn newest_backup(&self, profile_id: &str) -> Result<Option<BackupTells>> {
        let newest = self.ledger.newest_that_tells(profile_id)?;
        Ok(newest.and_then(|archive| {
            Some(BackupTells {
                repairable_by: archive.repairable_by?,
                name: archive.name,
                exported_at: archive.exported_at,
            })
        }))
    }

    /// The token of before is looked at first: whatever is asked later renews it, and
    /// a token of after a change proves nothing.
    async fn look_at_tokens(
        &self,
        server: &Server,
        signed: Option<&Signed>,
        kept: Option<&SecretString>,
        seen: &mut Evidence,
    ) {
        let id = &seen.profile_id;
        let refused_before = self.ledger.sighting(id, Sighting::TokenRefusedEarly).ok().flatten();
        let since_readable = refused_before.filter(|at| seen.last_readable_at.as_ref() < Some(at));
        let looked = self.look_at_kept(server, kept, seen).await;
        let kept_is_taken = looked == Seen::As(TokenSeen::Accepted);
        seen.token = match looked {
            Seen::NotLooked => match signed {
                Some(signed) => match signed.session.look_at_token(seen.at).await {
                    Ok(TokenLook::Accepted) => Seen::As(TokenSeen::Accepted),
                    Ok(TokenLook::RefusedEarly(at)) => Seen::As(TokenSeen::RefusedEarly(at)),
                    Ok(TokenLook::NoneHeld) => Seen::NotLooked,
                    Err(error) => Seen::Failed(error),
                },
                None => Seen::NotLooked,
            },
            looked => looked,
        };
        let Some(signed) = signed else { return };
        // What the session met on its own, or this app met another day, counts as long
        // as neither the kept token nor readable settings have shown the secret since.
        if kept_is_taken {
            return;
        }
        let met = signed
            .session
            .refused_early()
            .filter(|at| seen.last_readable_at.as_deref().is_none_or(|readable| is_before(readable, *at)));
        let noted = since_readable.and_then(|at| at.parse().ok());
        if let Some(at) = met.or(noted)
            && !matches!(seen.token, Seen::As(TokenSeen::RefusedEarly(_)))
        {
            seen.token = Seen::As(TokenSeen::RefusedEarly(at));
        }
        if matches!(seen.token, Seen::As(TokenSeen::RefusedEarly(_))) {
            seen.refresh = match signed.session.renew().await {
                Ok(()) => Seen::As(true),
                Err(error) if error.code() == Code::SessionEnded => Seen::As(false),
                Err(error) => Seen::Failed(error),
            };
        }
    }

    /// The token in the keyring, while its time is not up.
    async fn look_at_kept(
        &self,
        server: &Server,
        kept: Option<&SecretString>,
        seen: &Evidence,
    ) -> Seen<TokenSeen> {
        let Some(kept) = kept else { return Seen::NotLooked };
        let expires = AccessToken::read(kept).and_then(|token| token.expires_at);
        if expires.is_none_or(|expires| expires <= seen.at) {
            return Seen::NotLooked;
        }
        match server.takes_token(kept).await {
            Ok(true) => Seen::As(TokenSeen::Accepted),
            Ok(false) => Seen::As(TokenSeen::RefusedEarly(seen.at)),
            Err(error) => Seen::Failed(error),
        }
    }

    /// What only someone signed in may ask.
    async fn ask(&self, signed: &Signed, depth: Depth, seen: &mut Evidence) -> Result<()> {
        let (session, id) = (&signed.session, &signed.profile.id);
        seen.settings = match session.settings().await {
            Ok(settings) => {
                if depth == Depth::Full
                    && let Ok(targets) = session.targets().await
                {
                    self.ledger.remember_targets(id, &targets.value, seen.at)?;
                }
                self.ledger.note_sighting(id, Sighting::SettingsReadable, seen.at)?;
                self.ledger.remember_settings(id, &settings.without_logins())?;
                seen.last_readable_at = Some(seen.at.to_string());
                if matches!(&seen.token, Seen::As(TokenSeen::RefusedEarly(at)) if *at < seen.at) {
                    // An old refusal that readable settings have overtaken.
                    seen.token = Seen::NotLooked;
                }
                Seen::As(SettingsSeen::Readable)
            }
            Err(error) if error.code() == Code::SettingsNeedRepair => {
                Seen::As(SettingsSeen::NeedRepair(error.body().original.clone()))
            }
            Err(error) => Seen::Failed(error),
        };
        if let Seen::As(TokenSeen::RefusedEarly(at)) = seen.token
            && seen.refresh == Seen::As(true)
        {
            self.ledger.note_sighting(id, Sighting::TokenRefusedEarly, at)?;
        }
        match session.repair_state().await {
            Ok(state) => {
                seen.needs_repair = Seen::As(state.value.needs_repair);
                if state.value.needs_repair {
                    seen.portable = seen_portable(state.value.portable.as_ref()).into();
                }
            }
            Err(error) => seen.needs_repair = Seen::Failed(error),
        }
        if let Ok(user_id) = session.user_id().await {
            seen.my_user_id = Some(user_id);
        }
        if depth == Depth::Full {
            seen.users = session.users().await.into();
            seen.audit = session.audit(EVENTS, 0).await.map(|page| page.events).into();
        }
        Ok(())
    }
}

fn is_before(text: &str, at: jiff::Timestamp) -> bool {
    text.parse::<jiff::Timestamp>().is_ok_and(|time| time < at)
}

fn seen_portable(portable: Option<&serde_json::Value>) -> Result<PortableSeen> {
    let Some(portable) = portable.filter(|portable| !portable.is_null()) else {
        return Ok(PortableSeen::Absent);
    };
    let portable = Portable::from_wire(portable)?;
    if portable.is_absent() {
        return Ok(PortableSeen::Absent);
    }
    Ok(PortableSeen::WrappedFor(portable.wraps.into_iter().map(|wrap| wrap.user_id).collect()))
}
