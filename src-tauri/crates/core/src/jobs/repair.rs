//! Backup settings repaired: sent with their real secrets, read again as a proof,
//! and then a verified backup to each target that is to show itself.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BackupResult, Job, JobKind, JobServices, Outcome, Prepared, Watch, backup};
use crate::granted::FileGrants;
use crate::health::BackupState;
use crate::places::Provider;
use crate::progress::Stage;
use crate::secrets::ZeroizingJson;
use crate::server::{BackupSettings, Session};
use crate::{Code, Error, Result};
use desk_base::done_or_return;

/// A repair of the backup settings, as requested.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RepairJob {
    /// The opened settings that kept secrets come from; none when all are typed.
    pub handle: Option<String>,
    /// The settings to be.
    pub after: BackupSettings,
    /// The ids of the targets that a backup is made to, as a proof.
    pub test: Vec<String>,
}

/// Repaired backup settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RepairResult {
    /// The targets that the server has again.
    pub targets: Vec<RepairedTarget>,
    /// The server can open its settings again: they were read again. `None` when it could
    /// not be asked.
    pub readable_again: Option<bool>,
}

/// A target that the server has again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RepairedTarget {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub kind: Provider,
    /// The host it is at.
    pub host: String,
    /// A backup to it was requested.
    pub tested: bool,
    /// That backup, when it was made.
    pub backup: Option<BackupResult>,
    /// What that backup failed with.
    pub error: Option<Error>,
}

impl Job for RepairJob {
    const KIND: JobKind = JobKind::Repair;
    type Result = RepairResult;
    type Ready = (Self, Arc<ZeroizingJson>);

    async fn prepare(
        self,
        services: &dyn JobServices,
        _files: &dyn FileGrants,
    ) -> Result<Prepared<Self::Ready>> {
        let opened = match &self.handle {
            Some(handle) => services.opened_settings(handle)?,
            None => Arc::new(ZeroizingJson::new(Value::Null)),
        };
        Ok(Prepared::new(services.profile_name(), (self, opened)))
    }

    async fn run(
        (job, opened): Self::Ready,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<RepairResult>> {
        let mut outcome = repair(services.session()?, &opened, &job.after, &job.test, watch).await?;
        if let Outcome::Done(repaired) = &mut outcome {
            for backup in repaired.targets.iter_mut().filter_map(|target| target.backup.as_mut()) {
                services.keep_backup(backup)?;
            }
            if repaired.readable_again == Some(true) {
                services.keep_readable().await?;
            }
        }
        Ok(outcome)
    }

    fn needs_attention(result: &RepairResult) -> bool {
        result.readable_again != Some(true) || !result.targets.iter().all(RepairedTarget::is_proven)
    }
}

impl RepairedTarget {
    /// It was not to be tested, or its backup was read back and is good.
    fn is_proven(&self) -> bool {
        let check = self.backup.as_ref().and_then(|backup| backup.check.as_ref());
        !self.tested || check.is_some_and(|check| check.state == BackupState::Verified)
    }
}

/// Repairs the settings with `after`; secrets that it keeps come from `opened`,
/// the settings in the server's shape. Then backs up to each target named in
/// `test`, one after the other, and verifies it. What one target fails with does
/// not keep the others.
///
/// Once the settings are sent, stopping leaves out only the backups that are left.
///
/// # Errors
/// `InvalidRequest` when a secret is to be kept that no one has, and what every
/// call may fail with until the settings are sent.
async fn repair(
    session: &Session,
    opened: &Value,
    after: &BackupSettings,
    test: &[String],
    watch: &Watch,
) -> Result<Outcome<RepairResult>> {
    watch.stage(Stage::RepairingSettings);
    let destinations = after.to_wire(opened)?;
    let sent = watch.until_stopped(session.repair_settings(destinations)).await?;
    done_or_return!(sent);
    let readable_again = is_readable(session).await;
    let mut targets = Vec::with_capacity(after.destinations.len());
    for destination in &after.destinations {
        let tested = test.contains(&destination.id);
        let (made, error) = match tested {
            true if watch.cancel.is_cancelled() => (None, None),
            true => match backup(session, Some(&destination.id), watch).await {
                Ok(Outcome::Done(made)) => (Some(made), None),
                Ok(Outcome::Stopped) => (None, None),
                Ok(Outcome::Unknown(error)) => (None, Some(error)),
                Err(error) => (None, Some(error)),
            },
            false => (None, None),
        };
        targets.push(RepairedTarget {
            id: destination.id.clone(),
            name: destination.name.trim().to_owned(),
            kind: destination.location.provider(),
            host: destination.location.host(),
            tested,
            backup: made,
            error,
        });
    }
    Ok(Outcome::Done(RepairResult { targets, readable_again }))
}

/// Whether the server can open its settings; `None` when it did not say, also not when
/// it was asked once more.
async fn is_readable(session: &Session) -> Option<bool> {
    for _ in 0..2 {
        match session.settings().await {
            Ok(_) => return Some(true),
            Err(error) if error.code() == Code::SettingsNeedRepair => return Some(false),
            Err(_) => {}
        }
    }
    None
}
