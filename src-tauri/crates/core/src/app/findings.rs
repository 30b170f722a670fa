//! Looking at a server and its targets for everything that is wrong.

use super::Desk;
use crate::Result;
use crate::incidents::{Findings, detect};

impl Desk {
    /// What is wrong with a profile's server and its targets: the current profile's
    /// when none is given. No sign-in is needed; the targets are checked only
    /// for the account that is.
    ///
    /// # Errors
    /// As [`Recovery::diagnose`](super::Recovery::diagnose). A server that cannot be asked is part of the result.
    pub async fn findings(&self, profile_id: Option<&str>) -> Result<Findings> {
        let is_here = match (self.sessions.signed(), profile_id) {
            (Some(signed), Some(id)) => signed.profile.id == id,
            (signed, None) => signed.is_some(),
            (None, Some(_)) => false,
        };
        let board = async { if is_here { Some(self.board.listed_overview().await) } else { None } };
        let (diagnosis, board) = tokio::join!(self.recovery.diagnose(profile_id), board);
        let diagnosis = diagnosis?;
        let (overview, error) = match board.transpose() {
            Ok(overview) => (overview, None),
            Err(error) => (None, Some(error)),
        };
        let alerts = match (self.sessions.signed(), &overview) {
            (Some(signed), Some(overview)) => self.watch.alerts_at(&signed, overview).await?,
            _ => Vec::new(),
        };
        let targets = overview.as_ref().and_then(|overview| u32::try_from(overview.targets.len()).ok());
        Ok(Findings {
            findings: detect(&diagnosis, overview.as_ref(), error.as_ref()),
            targets,
            error,
            alerts,
            diagnosis,
        })
    }
}
