//! Who is calling: the access token, the call limit, the role, the password.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use serde_json::Value;

use super::reply::Refusal;
use super::token::{self, Claims};
use crate::database::{Session, User};
use crate::state::Instance;

/// Someone signed in.
pub(crate) struct Caller {
    pub user: User,
    pub device_id: String,
    pub user_agent: String,
    pub request: String,
}

/// Someone signed in who is an active administrator.
pub(crate) struct Administrator(pub Caller);

impl FromRequestParts<Arc<Instance>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self, Refusal> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(Refusal::unauthorized)?;
        let (user, device_id) = instance.signed_in(token)?.ok_or_else(Refusal::unauthorized)?;
        instance.limits.call(&user.id, instance.now()).map_err(Refusal::rate_limited)?;
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            user,
            device_id,
            user_agent: user_agent.unwrap_or_default().to_owned(),
            request: format!("{} {}", parts.method, parts.uri.path()),
        })
    }
}

impl FromRequestParts<Arc<Instance>> for Administrator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self, Refusal> {
        let caller = Caller::from_request_parts(parts, instance).await?;
        if caller.user.is_active_admin() { Ok(Self(caller)) } else { Err(Refusal::forbidden()) }
    }
}

impl Instance {
    /// The account and device of an access token that is good here and now.
    pub(crate) fn signed_in(&self, token: &str) -> Result<Option<(User, String)>, Refusal> {
        let Ok(secret) = self.jwt_secret() else { return Ok(None) };
        let Some(claims) = Claims::verify(token, &secret, self.now()) else { return Ok(None) };
        let connection = self.database.lock();
        let Some(user) = User::by_id(&connection, &claims.sub)? else { return Ok(None) };
        let session = Session { user_id: claims.sub, device_id: claims.did };
        let stamp = session.known_stamp(&connection)?;
        let good = user.status == "active"
            && user.security_stamp == claims.sstamp
            && stamp.is_some_and(|stamp| stamp == claims.dstamp);
        Ok(good.then_some((user, session.device_id)))
    }
}

/// How the server asks for the password when it is not there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask {
    Password,
    PasswordOrVerification,
}

impl Administrator {
    /// Checks the `masterPasswordHash` of a body; older servers never ask for it.
    pub async fn confirm(&self, instance: &Instance, body: &Value, ask: Ask) -> Result<(), Refusal> {
        self.confirm_hash(instance, body.get("masterPasswordHash").and_then(Value::as_str), ask).await
    }

    /// The same with the hash itself.
    pub async fn confirm_hash(
        &self,
        instance: &Instance,
        hash: Option<&str>,
        ask: Ask,
    ) -> Result<(), Refusal> {
        if instance.is_legacy() {
            return Ok(());
        }
        let hash = hash.filter(|hash| !hash.is_empty()).ok_or_else(|| {
            Refusal::bad(match ask {
                Ask::Password => "masterPasswordHash is required",
                Ask::PasswordOrVerification => "masterPasswordHash or userVerificationToken is required",
            })
        })?;
        if is_password_of(&self.0.user, hash).await { Ok(()) } else { Err(Refusal::bad("Invalid password")) }
    }
}

/// Compares a password hash away from the threads that handle requests: it takes a while.
pub(crate) async fn is_password_of(user: &User, hash: &str) -> bool {
    let (user, hash) = (user.clone(), hash.to_owned());
    tokio::task::spawn_blocking(move || token::is_password_of(&user, &hash)).await.unwrap_or(false)
}
