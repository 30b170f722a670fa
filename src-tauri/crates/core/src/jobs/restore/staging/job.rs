//! Staging as a job.

use std::path::PathBuf;

use serde::Deserialize;

use super::{StagingOrder, StagingResult, journals_folder, stage};
use crate::Result;
use crate::granted::{FileGrants, FileToRead};
use crate::jobs::{Job, JobKind, JobServices, Outcome, Prepared, Watch};
use crate::targets::TargetFolder;

/// A complete ZIP that is to be put on a target.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StagingJob {
    /// The ZIP.
    pub file: FileToRead,
    /// The handle of the opened settings that the target is reached with.
    pub handle: String,
    /// The target's id in them.
    pub destination_id: String,
    /// Plain http to it is accepted: the network sees its login and the backups.
    pub http_accepted: bool,
}

/// A target that a ZIP is put on.
pub struct StagingTarget {
    /// The id of the server's target.
    pub target_id: String,
    /// Its name.
    pub target_name: String,
    /// Its folder, reached from this computer.
    pub folder: TargetFolder,
    /// Where it is, without a login.
    pub place: String,
}

/// A staging that was not refused.
pub struct ReadyStaging {
    file: PathBuf,
    asked: StagingJob,
}

impl Job for StagingJob {
    const KIND: JobKind = JobKind::Staging;
    type Result = StagingResult;
    type Ready = ReadyStaging;

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<ReadyStaging>> {
        let file = self.file.clone().path(files)?;
        // Closed settings and plain http are refused before the job begins.
        services.target_directly(&self.handle, &self.destination_id, self.http_accepted)?;
        let subject = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Prepared::new(subject, ReadyStaging { file, asked: self }))
    }

    async fn run(
        ready: ReadyStaging,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<StagingResult>> {
        let StagingJob { handle, destination_id, http_accepted, .. } = &ready.asked;
        let finding = services.staging_target(handle, destination_id, *http_accepted);
        let target = desk_base::done_or_return!(watch.until_stopped(finding).await?);
        let journals = journals_folder(services.data_folder());
        let order = StagingOrder { file: &ready.file, target: &target, journals: &journals };
        stage(services.session()?, &order, watch).await
    }

    fn needs_attention(_result: &StagingResult) -> bool {
        false
    }
}
