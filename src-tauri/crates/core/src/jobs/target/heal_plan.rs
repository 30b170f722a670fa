//! What healing a target would do, before anything is done.

use serde::{Deserialize, Serialize};

use super::sources::Open;
use super::{DoctorResult, HealSource, HealSourceKind, LossCause, doctor};
use crate::Result;
use crate::jobs::{Outcome, Watch};
use crate::targets::{IndexState, TargetFolder};
use desk_base::done_or_return;

/// What healing would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct HealPlan {
    /// The target as it is.
    pub found: DoctorResult,
    /// The bodies that backups lack, and where each would come from.
    pub bodies: Vec<PlannedBody>,
    /// What would become of the attachment index.
    pub index: HealAction,
}

impl HealPlan {
    /// There is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.index == HealAction::Keep && self.bodies.iter().all(|body| body.from.is_none())
    }
}

/// A body that backups lack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PlannedBody {
    /// "cipherId/attachmentId".
    pub path: String,
    /// The size that the backup names.
    pub size_bytes: u64,
    /// Whose it is.
    pub owner: Option<String>,
    /// The first source that seems to have it; `None` when no source does.
    pub from: Option<HealSourceKind>,
    /// Something else has its name on the target, and would get another one.
    pub replaces: bool,
}

/// What becomes of the attachment index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum HealAction {
    /// It stays.
    Keep,
    /// It is written from what is there; the old one is kept under another name.
    Write,
}

/// Plans healing: looks at the target and at which source has what it lacks. Only reads.
///
/// # Errors
/// As [`doctor`], and when a source cannot be opened.
pub async fn plan_heal(
    folder: &TargetFolder,
    sources: &[HealSource<'_>],
    watch: &Watch,
) -> Result<Outcome<HealPlan>> {
    let found = done_or_return!(doctor(folder, watch).await?);
    let sources = done_or_return!(watch.until_stopped(Open::all(sources)).await?);
    let mut bodies = Vec::new();
    for lost in found.lost.iter().filter(|lost| lost.cause != LossCause::UnsafeName) {
        let mut from = None;
        for source in &sources {
            if source.may_have(&lost.path, lost.size_bytes).await {
                from = Some(source.kind());
                break;
            }
        }
        bodies.push(PlannedBody {
            path: lost.path.clone(),
            size_bytes: lost.size_bytes,
            owner: lost.owner.clone(),
            from,
            replaces: lost.cause == LossCause::SizeDiffers,
        });
    }
    let uploads = bodies.iter().any(|body| body.from.is_some());
    let index = index_action(&found, uploads);
    Ok(Outcome::Done(HealPlan { found, bodies, index }))
}

/// An index that fits what is there stays; one that is missing is written only when there are
/// bodies that the server need not upload again.
pub(super) fn index_action(found: &DoctorResult, uploads: bool) -> HealAction {
    match found.index.state {
        IndexState::Stale | IndexState::Unreadable | IndexState::Foreign => HealAction::Write,
        IndexState::Good if uploads => HealAction::Write,
        IndexState::Absent if uploads || found.bodies > 0 => HealAction::Write,
        IndexState::Good | IndexState::Absent | IndexState::NotRead => HealAction::Keep,
    }
}
