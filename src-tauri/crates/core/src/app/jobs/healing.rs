//! Plans of healing, made before their job starts.

use std::sync::Arc;

use super::Jobs;
use super::services::ServicesOfJob;
use crate::Result;
use crate::granted::{AllGranted, FileGrants};
use crate::jobs::{self, HealFrom, HealPlan, OpenSources, Outcome, TargetChoice, Watch};
use crate::targets::TargetFolder;

impl Jobs {
    /// Prepares to reach a target. Nothing is asked of it yet.
    ///
    /// # Errors
    /// As [`TargetChoice::open`].
    pub fn target_folder(&self, target: TargetChoice) -> Result<TargetFolder> {
        let services = ServicesOfJob::new(Arc::clone(&self.services), None, false);
        Ok(target.open(&services, &AllGranted, false)?.folder)
    }

    /// Plans what healing a target would do. Only reads. `files` says which files and folders the
    /// request may name.
    ///
    /// # Errors
    /// As [`TargetChoice::open`] and [`jobs::plan_heal`].
    pub async fn plan_heal(
        &self,
        target: TargetChoice,
        sources: Vec<HealFrom>,
        files: &dyn FileGrants,
        watch: &Watch,
    ) -> Result<Outcome<HealPlan>> {
        let signed = self.sessions.signed();
        let services = ServicesOfJob::new(Arc::clone(&self.services), signed, false);
        let target = target.open(&services, files, true)?;
        let sources = OpenSources::open(sources, &services, files)?;
        let room = self.services.files.room();
        jobs::plan_heal(&target.folder, &sources.sources(&services)?, &watch.within(room)).await
    }
}
