//! What is known of targets and backups: the server's facts and the ledger's
//! memory, put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::names::made_at;
use super::settings::Settings;
use super::{ActiveProfile, Parts, Sessions};
use crate::archive::{Storage, TargetRuntime};
use crate::checks::{AttachmentsOnTarget, IntegrityLevel, ListedFile};
use crate::clock::Clock;
use crate::error::TargetDetail;
use crate::health::{
    BackupState, EvidenceSource, LastBackup, TargetFacts, TargetHealth, newest, retention_deletes_last_good,
};
use crate::jobs::{self, DeletePlan, JobKind, JobResult, LossCause};
use crate::ledger::{Check, JobQuery, Ledger, Listed};
use crate::server::{Answer, RemoteItem, Target};
use crate::view::{BackupRow, LastDrill, Overview, TargetCard};
use crate::{Code, Result};

/// How long a target may take to be listed for the overview.
const LOOKING: Duration = Duration::from_secs(10);
/// How many looks of each kind at targets are searched for one at a backup.
const LOOKS: u32 = 5;
/// How often the watch lists a target without a new backup.
const LIST_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// What is known of the backups on a target.
struct KnownBackups {
    /// The newest of them.
    last: Option<LastBackup>,
    /// There were some, and the target lists none any more.
    all_gone: bool,
    /// The last good one, where the retention of the next run deletes it.
    endangered: Option<String>,
    /// Names of those that are no longer listed.
    gone: BTreeSet<String>,
}

/// The health of targets and backups, as the overview shows it.
pub struct Board {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    settings: Arc<Settings>,
}

impl Board {
    pub(super) fn new(parts: &Parts, settings: Arc<Settings>) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
            settings,
        }
    }

    /// The health board of the current server.
    ///
    /// # Errors
    /// `SessionEnded` while signed out, and what every call may fail with.
    pub async fn overview(&self) -> Result<Overview> {
        let is_unknown = |target: &Target| target.runtime.last_success_at.is_none();
        self.overview_with(&*self.sessions.needs_signed()?, is_unknown).await
    }

    /// The health board of the current server, with its targets listed as the watch lists them.
    pub(super) async fn listed_overview(&self) -> Result<Overview> {
        self.listed_overview_of(&*self.sessions.needs_signed()?).await
    }

    /// The same after listing each target that has a new backup, or was not listed for a day:
    /// only its list shows the size of what arrived there.
    pub(super) async fn listed_overview_of(&self, signed: &ActiveProfile) -> Result<Overview> {
        let now = self.clock.now();
        let is_due = |target: &Target| {
            let listed = self.ledger.listed_at(&signed.profile.id, &target.id).ok().flatten();
            let made = target.runtime.last_success_at.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
            listed.is_none_or(|listed| {
                made.is_none_or(|made| made > listed) || now.duration_since(listed).abs() >= LIST_AGAIN
            })
        };
        self.overview_with(signed, is_due).await
    }

    async fn overview_with(
        &self,
        signed: &ActiveProfile,
        is_to_list: impl Fn(&Target) -> bool,
    ) -> Result<Overview> {
        let answer = match signed.session.targets().await {
            Ok(answer) => answer,
            Err(error) if error.code() == Code::SettingsNeedRepair => {
                return Ok(Overview { settings_need_repair: true, targets: Vec::new() });
            }
            Err(error) => return Err(error),
        };
        self.settings.remember(signed, &answer)?;
        let targets: Vec<Target> = answer
            .value
            .into_iter()
            .map(|target| self.at_its_place(signed, target))
            .collect::<Result<_>>()?;
        let due: Vec<&Target> = targets.iter().filter(|target| is_to_list(target)).collect();
        self.list_targets(signed, due).await?;
        let cards = targets.into_iter().map(|target| self.card(signed, target)).collect::<Result<_>>()?;
        Ok(Overview { settings_need_repair: false, targets: cards })
    }

    /// A target with what the server says about its runs at the place where it is now.
    fn at_its_place(&self, signed: &ActiveProfile, mut target: Target) -> Result<Target> {
        if let Some(before) = self.ledger.runtime_before_move(&signed.profile.id, &target.id)? {
            forget_old_place(&mut target.runtime, &before);
        }
        Ok(target)
    }

    /// Lists targets: after a repair the server has forgotten what its targets hold
    /// (PROTOCOL section 7).
    async fn list_targets(&self, signed: &ActiveProfile, targets: Vec<&Target>) -> Result<()> {
        let looks = targets.into_iter().map(|target| async move {
            let listing = signed.session.list(Some(&target.id), "");
            // A target that cannot be listed in time is shown with what is known.
            match tokio::time::timeout(LOOKING, listing).await {
                Ok(Ok(listing)) => self.rows(signed, target, "", listing.value).await.map(drop),
                Ok(Err(_)) | Err(_) => Ok(()),
            }
        });
        futures_util::future::try_join_all(looks).await.map(drop)
    }

    fn card(&self, signed: &ActiveProfile, target: Target) -> Result<TargetCard> {
        let profile = &signed.profile.id;
        let verified = self.ledger.last_verified(profile, &target.id)?;
        let (last_verified_file_name, last_verified_at) = match verified {
            Some((path, check)) => (Some(path), Some(check.at)),
            None => (None, None),
        };
        let runtime = &target.runtime;
        let failed_last = match (&runtime.last_error_at, &runtime.last_success_at) {
            (Some(error), Some(success)) => error > success,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let words = runtime.last_error_message.as_deref().unwrap_or_default();
        let known = self.known_backups(profile, &target)?;
        // A name is for finding the file: one that is gone is none.
        let last_verified_file_name = last_verified_file_name.filter(|name| !known.gone.contains(name));
        let facts = TargetFacts {
            schedule: &target.schedule,
            failed_last,
            last_backup: known.last.as_ref(),
            all_gone: known.all_gone,
            last_verified_at: last_verified_at.as_deref(),
        };
        Ok(TargetCard {
            health: TargetHealth::of(&facts, self.clock.now()),
            last_backup: known.last,
            retention_deletes: known.endangered,
            last_error: failed_last.then(|| crate::server::error_from_target(words)),
            last_verified_at,
            last_verified_file_name,
            trend: self.ledger.trend(profile, &target.id)?,
            no_storage: self.ledger.storage(profile)?.is_some_and(|(storage, _)| storage == Storage::None),
            target,
        })
    }

    /// What is known of the backups on a target, from the server's record of its last run
    /// and from what was listed.
    fn known_backups(&self, profile: &str, target: &Target) -> Result<KnownBackups> {
        let standings = self.ledger.standings(profile, &target.id)?;
        let state_of = |name: &str| standings.get(name).map_or(BackupState::NotChecked, Check::last_state);
        let found = |at: String, file_name: Option<String>, source| {
            let check = file_name.as_ref().and_then(|name| standings.get(name));
            LastBackup {
                at,
                source,
                state: file_name.as_deref().map_or(BackupState::NotChecked, state_of),
                changed: check.and_then(|check| check.changed.clone()),
                attachments: check.and_then(|check| check.attachments.clone()),
                file_name,
            }
        };
        let gone = self.ledger.no_longer_listed(profile, &target.id)?;
        let runtime = &target.runtime;
        let uploaded = runtime.last_uploaded_file_name.clone();
        let by_server = runtime.last_success_at.clone();
        let by_server = by_server
            .filter(|_| uploaded.as_ref().is_none_or(|name| !gone.contains(name)))
            .map(|at| found(at, uploaded, EvidenceSource::Server));
        let listed = self.ledger.last_listed(profile, &target.id)?;
        let states: Vec<BackupState> = listed.iter().map(|(name, _)| state_of(name)).collect();
        let endangered = retention_deletes_last_good(&states, target.schedule.retention_count);
        let endangered = endangered.and_then(|place| listed.get(place)).map(|(name, _)| name.clone());
        // Another server's backup is none of this one.
        let origins = self.settings.origins(profile)?;
        let newest_listed = listed.into_iter().find(|(name, _)| !origins.is_others(name));
        let newest_listed = newest_listed.map(|(name, at)| found(at, Some(name), EvidenceSource::Listing));
        let last = newest(by_server.into_iter().chain(newest_listed));
        let last = last.map(|last| self.seen_directly(profile, &target.id, last)).transpose()?;
        Ok(KnownBackups { all_gone: last.is_none() && !gone.is_empty(), last, endangered, gone })
    }

    /// What this computer saw of the newest backup's attachments on the target since its check.
    fn seen_directly(&self, profile: &str, target_id: &str, last: LastBackup) -> Result<LastBackup> {
        let Some(name) = last.file_name.as_deref() else { return Ok(last) };
        let checked_at = self.ledger.standings(profile, target_id)?.get(name).map(|check| check.at.clone());
        let mut seen: Option<(String, AttachmentsOnTarget)> = None;
        for kind in [JobKind::ExamineTarget, JobKind::VerifyTarget, JobKind::HealTarget] {
            let query = JobQuery { kind: Some(kind), limit: Some(LOOKS), ..JobQuery::default() };
            for job in self.ledger.jobs(&query)? {
                let (Some(at), Some(found)) =
                    (job.ended_at, job.result.and_then(|found| on_target(&found, name)))
                else {
                    continue;
                };
                if seen.as_ref().is_none_or(|(known, _)| at > *known) {
                    seen = Some((at, found));
                }
            }
        }
        Ok(match seen {
            Some((at, found)) if checked_at.is_none_or(|checked| at > checked) => {
                last.with_attachments(found)
            }
            _ => last,
        })
    }

    /// One folder of a target of the current server, with what is known of each
    /// backup in it.
    ///
    /// # Errors
    /// `TargetNotFound`, `TargetFailed`, and what every call may fail with.
    pub async fn list_backups(&self, target_id: &str, path: &str) -> Result<Vec<BackupRow>> {
        Ok(self.list_backups_raw(target_id, path).await?.value)
    }

    /// The same, with the server's own response.
    ///
    /// # Errors
    /// As [`Board::list_backups`].
    pub async fn list_backups_raw(&self, target_id: &str, path: &str) -> Result<Answer<Vec<BackupRow>>> {
        let signed = self.sessions.needs_signed()?;
        let target = target(&signed, target_id).await?;
        let Answer { value, raw } = signed.session.list(Some(&target.id), path).await?;
        let mut rows = self.rows(&signed, &target, path, value).await?;
        self.settings.tell_origins(&signed, &target.id, &mut rows).await?;
        Ok(Answer { value: rows, raw })
    }

    async fn rows(
        &self,
        signed: &ActiveProfile,
        target: &Target,
        folder: &str,
        items: Vec<RemoteItem>,
    ) -> Result<Vec<BackupRow>> {
        let (is_root, now) = (folder.trim_matches('/').is_empty(), self.clock.now());
        let (ledger, profile_id) = (Arc::clone(&self.ledger), signed.profile.id.clone());
        let (target_id, zone) = (target.id.clone(), target.schedule.timezone.clone());
        // Thousands of lines, and a disk that makes sure: off the async threads.
        super::tasks::blocking(move || {
            let listed: Vec<Listed> = items
                .iter()
                .filter(|item| !item.is_directory)
                .map(|item| Listed {
                    path: item.path.clone(),
                    name: item.name.clone(),
                    bytes: item.size,
                    modified_at: item.modified_at.clone(),
                    made_at: made_at(&item.name, &zone),
                })
                .collect();
            let standings = ledger.note_listing(&profile_id, &target_id, &listed)?;
            if is_root {
                let names: Vec<String> = listed.into_iter().map(|file| file.name).collect();
                ledger.note_root(&profile_id, &target_id, &names, now)?;
            }
            let drills = ledger.last_drills()?;
            Ok(items.into_iter().map(|item| row(item, &zone, &standings, &drills)).collect())
        })
        .await
    }

    /// What deleting backups from a target would mean. All must be in one folder.
    ///
    /// # Errors
    /// As [`Board::list_backups`].
    pub async fn plan_delete(&self, target_id: &str, paths: &[String]) -> Result<DeletePlan> {
        let signed = self.sessions.needs_signed()?;
        self.plan_delete_at(&signed, target_id, paths).await
    }

    /// The same on the server of a session.
    pub(super) async fn plan_delete_at(
        &self,
        signed: &ActiveProfile,
        target_id: &str,
        paths: &[String],
    ) -> Result<DeletePlan> {
        let target = target(signed, target_id).await?;
        let folder = paths.first().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let items = signed.session.list(Some(&target.id), folder).await?.value;
        let mut plan = jobs::plan_delete(&target, &self.rows(signed, &target, folder, items).await?, paths);
        // What may be evidence, or the last good copy, stays until the recovery has ended.
        if let Some((case, _)) = self.ledger.open_case(&signed.profile.id)?
            && case.branch.freezes()
            && case.subject.target_id() == Some(target_id)
        {
            plan.blocked = Some(TargetDetail::TargetFrozen { target: target.name.clone() }.error());
        }
        Ok(plan)
    }
}

/// What a look at a target says of the attachments of one of its backups; `None` when it does not
/// know all of them.
fn on_target(found: &JobResult, name: &str) -> Option<AttachmentsOnTarget> {
    let examined = match found {
        JobResult::ExamineTarget(found) => found,
        JobResult::HealTarget(healed) => healed.after.as_deref()?,
        JobResult::VerifyTarget(found) => {
            let archive =
                found.archives.iter().find(|archive| archive.name == name && archive.error.is_none())?;
            return found.unread.is_empty().then(|| AttachmentsOnTarget {
                listed: archive.listed,
                missing: archive.lost,
                ..AttachmentsOnTarget::default()
            });
        }
        _ => return None,
    };
    let backup = examined.backups.iter().find(|backup| backup.name == name && backup.error.is_none())?;
    let of = |cause| backup.would_lose.iter().filter(|lost| lost.cause == cause).count() as u64;
    let wrong_size = of(LossCause::SizeDiffers);
    examined.unread.is_empty().then(|| AttachmentsOnTarget {
        listed: backup.listed,
        missing: backup.would_lose_count.saturating_sub(wrong_size),
        unknown: 0,
        wrong_size,
        paths: backup.would_lose.iter().map(|lost| lost.path.clone()).collect(),
    })
}

/// A line of a folder, with what is known of it.
fn row(
    item: RemoteItem,
    zone: &str,
    standings: &BTreeMap<String, Check>,
    drills: &BTreeMap<String, LastDrill>,
) -> BackupRow {
    let known = standings.get(&item.path);
    let listed = ListedFile { bytes: item.size, modified_at: item.modified_at.clone() };
    // What was read of other bytes says nothing about these.
    let current = known.filter(|check| check.is_of(listed.bytes, listed.modified_at.as_deref()));
    BackupRow {
        made_at: made_at(&item.name, zone).map(|at| at.to_string()).or(item.modified_at),
        kind: current.and_then(|check| check.kind),
        integrity: current.map_or(IntegrityLevel::NotChecked, |check| check.level),
        state: known.map_or(BackupState::NotChecked, |check| check.state(&listed)),
        changed: known.and_then(|check| check.changed.clone()),
        attachments: current.and_then(|check| check.attachments.clone()),
        checked_at: known.map(|check| check.at.clone()),
        repairable_by: current.and_then(|check| check.repairable_by.clone()),
        refused: current.is_some_and(|check| check.refusal.is_some()),
        origin: None,
        last_drill: current.and_then(|check| drills.get(check.sha256.as_ref()?).cloned()),
        path: item.path,
        name: item.name,
        is_directory: item.is_directory,
        size: item.size,
    }
}

/// A target of the current server.
pub(super) async fn target(signed: &ActiveProfile, target_id: &str) -> Result<Target> {
    let targets = signed.session.targets().await?.value;
    targets
        .into_iter()
        .find(|target| target.id == target_id)
        .ok_or_else(|| TargetDetail::TargetNotFound.error())
}

/// Keeps what is about the place where the target is now; `before` is what the server told
/// when the target moved there.
fn forget_old_place(runtime: &mut TargetRuntime, before: &TargetRuntime) {
    if runtime.last_success_at == before.last_success_at {
        runtime.last_success_at = None;
        runtime.last_uploaded_file_name = None;
        runtime.last_uploaded_size_bytes = None;
    }
    if runtime.last_error_at == before.last_error_at {
        runtime.last_error_at = None;
        runtime.last_error_message = None;
    }
    if runtime.last_attempt_at == before.last_attempt_at {
        runtime.last_attempt_at = None;
    }
}
