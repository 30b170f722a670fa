//! Backup settings repaired: sent with their real secrets, read again as a proof,
//! and then a verified backup to each target that is to show itself.

use serde_json::Value;

use super::{Outcome, RepairResult, RepairedTarget, Watch, backup};
use crate::progress::Stage;
use crate::server::{BackupSettings, Session};
use crate::{Code, Result};
use desk_base::done_or_return;

/// Repairs the settings with `after`; secrets that it keeps come from `opened`,
/// the settings in the server's shape. Then backs up to each target named in
/// `test`, one after the other, and verifies it. What one target fails with does
/// not keep the others.
///
/// Once the settings are sent, stopping leaves out only the backups that are left.
///
/// # Errors
/// `InvalidRequest` when a secret is to be kept that nobody has, and what every
/// call may fail with until the settings are sent.
pub async fn repair(
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
