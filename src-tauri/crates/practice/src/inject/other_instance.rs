//! A backup of another instance, restored over this one.

use desk_core::error::PracticeDetail;
use desk_core::{Error, Result};

use crate::database::User;
use crate::failed::broken;
use crate::sample::{Elsewhere, OWNER};
use crate::state::Instance;

impl Instance {
    /// Restores a backup of another instance over this one.
    pub(super) fn restore_other_instance(&self, wrapped: bool) -> Result<()> {
        const NOT_RESTORED: &str = "The backup of another instance could not be restored.";
        let users = User::all(&self.database.lock()).map_err(|error| broken(NOT_RESTORED, &error))?;
        let known = users.iter().find(|user| user.is_active_admin() && user.email != OWNER);
        let known = known.ok_or_else(nobody)?;
        let elsewhere = Elsewhere::grow(self, known, wrapped)?;
        self.take_over(&elsewhere.instance, known).map_err(|refusal| broken(NOT_RESTORED, &refusal.message()))
    }
}

fn nobody() -> Error {
    PracticeDetail::PracticeNobody.error()
}
