//! What healing a target would do, before anything is done.

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::doctor::loss;
use super::sources::{Open, new_bodies};
use super::{DoctorResult, HealSource, HealSourceKind, LossCause, WouldLose, doctor};
use crate::Result;
use crate::archive::Attachment;
use crate::jobs::{Outcome, Watch};
use crate::targets::{BodiesThere, IndexState, TargetFolder, hex};
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
    /// Stands for all of this: healing is refused when another plan would be made then.
    pub fingerprint: String,
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

/// Plans healing: checks the target and at which source has what it lacks. Only reads.
///
/// # Errors
/// As [`doctor`], and when a source cannot be opened.
pub async fn plan_heal(
    folder: &TargetFolder,
    sources: &[HealSource<'_>],
    watch: &Watch,
) -> Result<Outcome<HealPlan>> {
    let new = done_or_return!(new_bodies(sources, watch).await?);
    let found = done_or_return!(doctor(folder, watch).await?);
    let looking = async {
        let there = if new.is_some() { folder.bodies(|_, _| ()).await? } else { BodiesThere::default() };
        Ok((Open::all(sources).await?, there))
    };
    let (sources, there) = done_or_return!(watch.until_stopped(looking).await?);
    watch.until_stopped(async { Ok(plan_of(found, new.as_deref(), &there, &sources).await) }).await
}

/// The plan for what was found, with sources that are open. `new` is what the server holds, when the
/// target is to have all of that.
pub(super) async fn plan_of(
    mut found: DoctorResult,
    new: Option<&[Attachment]>,
    there: &BodiesThere,
    sources: &[Open<'_>],
) -> HealPlan {
    for attachment in new.unwrap_or_default() {
        let path = attachment.blob_name();
        let is_known = found.lost.iter().any(|lost| lost.path == path);
        if let Some(cause) = loss(&path, attachment.size_bytes, there).filter(|_| !is_known) {
            let (size_bytes, owner) = (attachment.size_bytes, attachment.owner_email.clone());
            found.lost.push(WouldLose { path, size_bytes, owner, cause });
        }
    }
    found.lost.sort_by(|one, other| one.path.cmp(&other.path));
    let mut bodies = Vec::new();
    for lost in found.lost.iter().filter(|lost| lost.cause != LossCause::UnsafeName) {
        let mut from = None;
        for source in sources {
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
    let index = index_action(&found, uploads, new.is_some());
    let fingerprint = fingerprint(&found.place, &bodies, index);
    HealPlan { found, bodies, index, fingerprint }
}

/// One text for what a plan would do: where, which bodies from which sources, and to the index.
fn fingerprint(place: &str, bodies: &[PlannedBody], index: HealAction) -> String {
    let all = serde_json::to_vec(&(place, bodies, index)).unwrap_or_default();
    hex(digest(&SHA256, &all).as_ref())
}

/// An index that fits what is there stays; one that is missing is written only when there are
/// bodies that the server need not upload again. `lists_all`: it is to list everything that is there.
pub(super) fn index_action(found: &DoctorResult, uploads: bool, lists_all: bool) -> HealAction {
    let has_unlisted = lists_all && !found.index.present_but_unlisted.is_empty();
    match found.index.state {
        IndexState::Stale | IndexState::Unreadable | IndexState::Foreign => HealAction::Write,
        IndexState::Good if uploads || has_unlisted => HealAction::Write,
        IndexState::Absent if uploads || found.bodies > 0 => HealAction::Write,
        IndexState::Good | IndexState::Absent | IndexState::NotRead => HealAction::Keep,
    }
}
