//! Whom a diagnosis checks: a sign-in that fails is a part of what it finds.

use std::sync::Arc;

use desk_core::Error;
use desk_core::app::Desk;
use desk_core::server::Profile;

use super::{Connection, leave, nobody_named, recorded_desk, unrecorded_desk};
use crate::exit::{Ended, Failure};
use crate::stop::Stop;
use crate::waiting;

/// A server that is checked for a diagnosis, with somebody signed in where that is
/// possible.
pub struct Looked {
    pub desk: Arc<Desk>,
    pub profile: Profile,
    /// Why there is no session.
    pub refused: Option<Error>,
    pub stop: Stop,
    stateless: bool,
}

impl Looked {
    /// What this computer did before is on record.
    pub fn has_records(&self) -> bool {
        !self.stateless
    }

    /// Ends a session that was only for this command.
    pub async fn leave(&self) {
        if self.refused.is_none() {
            leave(&self.desk, self.stateless).await;
        }
    }
}

impl Connection {
    /// Whom a diagnosis checks. Signing in is tried; that it fails is part of what is seen.
    pub async fn look(&self) -> Ended<Looked> {
        let (server, email) = match (&self.profile, &self.server, &self.email) {
            (Some(name), ..) => return Self::look_at_profile(name).await,
            (None, Some(server), Some(email)) => (server, email),
            _ => return Err(nobody_named()),
        };
        let password = self.password_for(server, email)?;
        let (desk, profile) = unrecorded_desk(server, email)?;
        let stop = Stop::listen();
        let signed = self.sign_in_to(&desk, server, email, password, &stop).await;
        let refused = refusal(signed)?;
        Ok(Looked { desk, profile, refused, stop, stateless: true })
    }

    /// The same for a kept profile, by its id or its name.
    pub async fn look_at_profile(name: &str) -> Ended<Looked> {
        let desk = recorded_desk()?;
        let profile = desk.ledger().profile(name)?;
        let stop = Stop::listen();
        let resumed = stop.or(async { Ok(desk.sessions().resume(&profile.id).await?) });
        let signed = waiting::during(&format!("signing in to {}", profile.server_url), resumed).await;
        let refused = refusal(signed)?;
        Ok(Looked { desk, profile, refused, stop, stateless: false })
    }
}

/// Why a sign-in failed; that someone stopped it ends the command.
fn refusal<T>(signed: Ended<T>) -> Ended<Option<Error>> {
    match signed {
        Ok(_) => Ok(None),
        Err(Failure::Told { error, .. }) => Ok(Some(error)),
        Err(Failure::Cancelled) => Err(Failure::Cancelled),
    }
}
