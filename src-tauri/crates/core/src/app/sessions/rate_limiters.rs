//! One budget of calls for each account, whatever sessions it has had: the server
//! counts for the user, also across a new sign-in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::server::{Profile, RateLimiter};

/// The budgets of the accounts that were signed in since the app started.
#[derive(Default)]
pub(super) struct RateLimiters(Mutex<HashMap<(String, String), Arc<RateLimiter>>>);

impl RateLimiters {
    /// The budget of a profile's account.
    pub fn of(&self, profile: &Profile) -> Arc<RateLimiter> {
        let account = (profile.server_url.clone(), profile.email.clone());
        let mut rate_limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(rate_limiters.entry(account).or_default())
    }
}
