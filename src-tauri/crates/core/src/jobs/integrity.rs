//! Checks of a backup on its target.

use serde::Deserialize;

use super::checked::integrity_result;
use super::download::{Source, listed_as, read_back};
use super::job::last_part;
use super::taken::file_name;
use super::{IntegrityResult, Job, JobKind, JobServices, Outcome, Prepared, Watch};
use crate::Result;
use crate::granted::FileGrants;
use crate::health::BackupState;
use crate::progress::Stage;
use crate::server::Session;
use desk_base::done_or_return;

/// A check of a backup on its target, as requested.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityJob {
    /// The target's id.
    pub target_id: String,
    /// The path below the target's root.
    pub path: String,
    /// Read it in full here as well.
    pub deep: bool,
}

impl Job for IntegrityJob {
    const KIND: JobKind = JobKind::Integrity;
    type Result = IntegrityResult;
    type Ready = Self;

    async fn prepare(self, _services: &dyn JobServices, _files: &dyn FileGrants) -> Result<Prepared<Self>> {
        Ok(Prepared::new(last_part(&self.path), self))
    }

    async fn run(ready: Self, services: &dyn JobServices, watch: &Watch) -> Result<Outcome<IntegrityResult>> {
        let Self { target_id, path, deep } = ready;
        let mut outcome = integrity(services.session()?, &target_id, &path, deep, watch).await?;
        if let Outcome::Done(check) = &mut outcome {
            services.keep_remote_check(&target_id, &path, check)?;
        }
        Ok(outcome)
    }

    fn needs_attention(result: &IntegrityResult) -> bool {
        !matches!(result.state, BackupState::Verified | BackupState::NameHashMatches)
    }
}

/// Checks a backup where it is: the server compares the hash in its name, and with
/// `deep` it is read in full here as well. Nothing of it stays on this computer.
async fn integrity(
    session: &Session,
    target_id: &str,
    path: &str,
    deep: bool,
    watch: &Watch,
) -> Result<Outcome<IntegrityResult>> {
    let name = file_name(path)?;
    watch.stage(Stage::CheckingOnServer);
    let from = Source::Server { session, target_id };
    // Before the first reading: what changes from here on shows as changed.
    let listed = done_or_return!(listed_as(from, path, watch).await?);
    let asked = session.integrity(target_id, path, watch.progress.as_ref());
    let answer = done_or_return!(watch.until_stopped(asked).await?);
    let here =
        if deep { Some(done_or_return!(read_back(from, path, listed.clone(), watch).await?)) } else { None };
    let mut result = integrity_result(name, Some(answer.value), here);
    result.listed = result.listed.or(listed);
    result.answer = answer.raw;
    Ok(Outcome::Done(result))
}
