//! After a restore: its result with what is known elsewhere, other copies of what it left out,
//! and the list of what is still to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Restores;
use crate::app::ActiveProfile;
use crate::app::page::save;
use crate::app::tasks::blocking;
use crate::error::{ArchiveDetail, EnvelopeDetail, JobDetail};
use crate::granted::FileGrants;
use crate::health::BackupState;
use crate::jobs::{
    self, BodyCopy, Checklist, ChecklistItem, ChecklistState, CopySearch, ExportRequest, JobKind, JobRecord,
    JobResult, JobState, Missing, Outcome, RestoreResult, RestoreSource, RestoreStep, SearchedTarget,
    SourceChoice, Watch,
};
use crate::ledger::{JobQuery, Place};
use crate::server::BackupSettings;
use crate::targets::TargetFolder;
use crate::{Code, Result, text};
use desk_base::done_or_return;

/// How many backups since a restore are looked through for a verified one.
const LATEST: u32 = 200;

impl Restores {
    /// Saves the record of a restore as JSON: counts, skipped list with copies, and the steps
    /// afterwards. A file of that name is replaced: the system's dialog has asked.
    ///
    /// # Errors
    /// `InvalidRequest` when the job is no restore, and what the file system says.
    pub async fn save_restore_report(&self, job_id: i64, path: PathBuf) -> Result<()> {
        let report = serde_json::json!({
            "restore": self.restore_job(job_id)?,
            "checklist": self.restore_checklist(job_id)?.items,
        });
        blocking(move || {
            let json = text::json_pretty(&report)
                .map_err(|error| ArchiveDetail::ReportNotWritten.error().caused_by(error))?;
            save(&path, json.as_bytes())
        })
        .await
    }

    /// Looks for other copies of what a restore left out: in every ZIP that this computer knows,
    /// and in `places`: targets of opened settings, folders with the layout of a target, other
    /// ZIPs. The server itself is no place: a restore deletes bodies that no row names. What is
    /// found is kept with the restore, beside what was found on other targets before.
    ///
    /// # Errors
    /// `InvalidRequest` when the restore left nothing out by name or a place was not chosen by
    /// the person, `PasswordNeeded` when the settings are closed.
    pub async fn find_copies(
        &self,
        job_id: i64,
        places: Vec<SourceChoice>,
        files: &dyn FileGrants,
        watch: &Watch,
    ) -> Result<Outcome<CopySearch>> {
        let (_, restored) = self.restored(job_id)?;
        if restored.skipped.is_empty() {
            return Err(JobDetail::NothingSkipped.error());
        }
        let (zips, mut searched) = self.searched(places, files)?;
        let known = restored.skipped.iter().flat_map(|line| &line.copies);
        let folders: BTreeSet<&String> = known
            .filter_map(|copy| match copy {
                BodyCopy::Folder { path } => Some(path),
                BodyCopy::Zip { .. } | BodyCopy::Target { .. } => None,
            })
            .collect();
        // They were chosen when they were first searched; one that is gone has no copy any more.
        for path in folders.into_iter().map(Path::new).filter(|path| path.is_dir()) {
            let again = in_folder(path);
            if searched.iter().all(|place| place.copy != again.copy) {
                searched.push(again);
            }
        }
        let found = jobs::find_copies(&restored.skipped, &zips, &searched, watch).await?;
        let (mut copies, mut search) = done_or_return!(found);
        let is_searched =
            |copy: &BodyCopy| searched.iter().any(|place| place.folder.is_ok() && place.copy == *copy);
        for line in &restored.skipped {
            let elsewhere = line.copies.iter().filter(|copy| matches!(copy, BodyCopy::Target { .. }));
            for copy in elsewhere.filter(|copy| !is_searched(copy)) {
                copies.entry(line.path.clone()).or_default().push(copy.clone());
            }
        }
        search.found = copies.len() as u64;
        self.ledger.keep_copies(job_id, &copies)?;
        Ok(Outcome::Done(search))
    }

    /// Every ZIP that this computer knows, with those of `places`, and the folders and targets of
    /// `places`.
    pub(super) fn searched(
        &self,
        places: Vec<SourceChoice>,
        files: &dyn FileGrants,
    ) -> Result<(Vec<PathBuf>, Vec<SearchedTarget>)> {
        let mut zips = self.known_zips()?;
        let mut searched = Vec::new();
        for place in places {
            match place {
                SourceChoice::Zip { zip } => zips.push(zip.path(files)?),
                SourceChoice::Folder { folder } => searched.push(in_folder(&folder.to_read(files)?)),
                SourceChoice::Target { handle, destination_id, http_accepted } => {
                    searched.push(self.searched_target(&handle, &destination_id, http_accepted)?);
                }
                SourceChoice::Server => {}
            }
        }
        zips.sort();
        zips.dedup();
        Ok((zips, searched))
    }

    /// Adds copies in the ZIPs of this computer to a restore that has just ended.
    pub(in crate::app) async fn note_copies(&self, restored: &mut RestoreResult, watch: &Watch) {
        if restored.skipped.is_empty() {
            return;
        }
        let Ok(zips) = self.known_zips() else { return };
        // The restore is over: that nothing was found does not change how it ended.
        if let Ok(Outcome::Done((mut copies, _))) =
            jobs::find_copies(&restored.skipped, &zips, &[], watch).await
        {
            for line in &mut restored.skipped {
                line.copies = copies.remove(&line.path).unwrap_or_default();
            }
        }
    }

    /// What a complete ZIP of the restored backup is made from that has the bodies which were left
    /// out: the ZIPs and targets that have copies, and for the others the server. What is found
    /// nowhere is left out of it, so that the server imports it.
    ///
    /// # Errors
    /// `InvalidRequest` when no copy is known or the restored backup is not on this computer.
    pub fn retry_request(
        &self,
        job_id: i64,
        folder: &Path,
        targets: &[SourceChoice],
    ) -> Result<ExportRequest> {
        let (job, restored) = self.restored(job_id)?;
        let copies: BTreeSet<&BodyCopy> = restored.skipped.iter().flat_map(|line| &line.copies).collect();
        if copies.is_empty() {
            return Err(JobDetail::NoCopyKnown.error());
        }
        let mut sources = Vec::new();
        for copy in copies {
            match copy {
                BodyCopy::Zip { path } if Path::new(path).is_file() => {
                    sources.push(SourceChoice::Zip { zip: path.into() });
                }
                BodyCopy::Folder { path } if Path::new(path).is_dir() => {
                    sources.push(SourceChoice::Folder { folder: path.into() });
                }
                // Without the opened settings, the other copies may be enough.
                BodyCopy::Target { target_id, .. } => {
                    let is_it = |one: &&SourceChoice| matches!(one, SourceChoice::Target { destination_id, .. } if destination_id == target_id);
                    sources.extend(targets.iter().find(is_it).cloned());
                }
                BodyCopy::Zip { .. } | BodyCopy::Folder { .. } => {}
            }
        }
        let signed =
            self.sessions.signed().filter(|signed| Some(&signed.profile.id) == job.profile_id.as_ref());
        if signed.is_some() {
            sources.push(SourceChoice::Server);
        }
        let base = self.restored_zip(&restored)?;
        let mut request = ExportRequest::of_zip(&base, folder, sources);
        request.missing = Missing::LeaveOut;
        Ok(request)
    }

    /// The steps after a restore, as they were last seen.
    ///
    /// # Errors
    /// `InvalidRequest` when the job is no restore.
    pub fn restore_checklist(&self, job_id: i64) -> Result<Checklist> {
        let job = self.restore_job(job_id)?;
        let profile = job.profile_id.as_deref().and_then(|id| self.ledger.profile(id).ok());
        let address = profile.map(|profile| profile.server_url).unwrap_or_default();
        let made_at = match &job.result {
            Some(JobResult::Restore(restored)) => restored.backup_made_at.clone(),
            _ => None,
        };
        Ok(Checklist {
            job_id,
            items: self.ledger.steps(job_id)?,
            notices: jobs::users_notices(&address, made_at.as_deref()),
        })
    }

    /// Checks every step that can be checked. Comparing all rows asks the server for an
    /// export, which its log notes: it is done only when `compare` says so.
    ///
    /// # Errors
    /// `InvalidRequest` when the job is no restore, `LedgerFailed`. What the server could not be
    /// asked is in the step.
    pub async fn check_restore(
        &self,
        job_id: i64,
        compare: bool,
        watch: &Watch,
    ) -> Result<Outcome<Checklist>> {
        let job = self.restore_job(job_id)?;
        let signed =
            self.sessions.signed().filter(|signed| Some(&signed.profile.id) == job.profile_id.as_ref());
        let signed_in = done_or_return!(watch.until_stopped(self.see_sign_in(signed.as_deref())).await?);
        let is_in = signed_in.state == ChecklistState::Done;
        self.keep_seen(job_id, signed_in)?;
        if let Some(signed) = signed.filter(|_| is_in) {
            let repaired = done_or_return!(watch.until_stopped(self.see_repair(&signed)).await?);
            self.keep_seen(job_id, repaired)?;
            if compare {
                let counted = done_or_return!(self.see_counts(&job, &signed, watch).await?);
                self.keep_seen(job_id, counted)?;
            }
        }
        self.keep_seen(job_id, self.see_backup(&job)?)?;
        self.restore_checklist(job_id).map(Outcome::Done)
    }

    /// A person says that the users know, or do not.
    ///
    /// # Errors
    /// As [`Restores::restore_checklist`].
    pub fn note_users_informed(&self, job_id: i64, informed: bool) -> Result<Checklist> {
        self.restore_job(job_id)?;
        let state = if informed { ChecklistState::Done } else { ChecklistState::Open };
        self.keep_seen(job_id, ChecklistItem { state, ..ChecklistItem::open(RestoreStep::UsersInformed) })?;
        self.restore_checklist(job_id)
    }

    /// Keeps a step as it is seen now. What was once done by a person stays done where it can
    /// no longer be checked.
    fn keep_seen(&self, job_id: i64, item: ChecklistItem) -> Result<()> {
        let item = ChecklistItem { checked_at: Some(self.clock.now().to_string()), ..item };
        self.ledger.keep_step(job_id, &item)
    }

    async fn see_sign_in(&self, signed: Option<&ActiveProfile>) -> Result<ChecklistItem> {
        let open = ChecklistItem::open(RestoreStep::SignedIn);
        let Some(signed) = signed else { return Ok(open) };
        // The session from before the restore is over: only one that the server takes counts.
        Ok(match signed.session.users().await {
            Ok(_) => ChecklistItem { state: ChecklistState::Done, ..open },
            Err(error) if matches!(error.code(), Code::SessionEnded) => open,
            Err(error) => ChecklistItem { state: ChecklistState::Unknown, error: Some(error), ..open },
        })
    }

    async fn see_repair(&self, signed: &ActiveProfile) -> Result<ChecklistItem> {
        let open = ChecklistItem::open(RestoreStep::SettingsRepaired);
        Ok(match signed.session.repair_state().await {
            Ok(answer) if answer.value.needs_repair => open,
            Ok(_) => ChecklistItem { state: ChecklistState::Done, ..open },
            Err(error) => ChecklistItem { state: ChecklistState::Unknown, error: Some(error), ..open },
        })
    }

    async fn see_counts(
        &self,
        job: &JobRecord,
        signed: &ActiveProfile,
        watch: &Watch,
    ) -> Result<Outcome<ChecklistItem>> {
        let open = ChecklistItem::open(RestoreStep::CountsCompared);
        let Some(JobResult::Restore(restored)) = &job.result else {
            return Ok(Outcome::Done(ChecklistItem { state: ChecklistState::Unknown, ..open }));
        };
        let watch = &watch.within(self.files.room());
        let rows = match jobs::rows_on_server(&signed.session, watch).await {
            Ok(outcome) => done_or_return!(outcome),
            // The person is asked for it, and the step is checked again.
            Err(error) if error.code() == Code::PasswordNeeded => return Err(error),
            Err(error) => {
                return Ok(Outcome::Done(ChecklistItem {
                    state: ChecklistState::Unknown,
                    error: Some(error),
                    ..open
                }));
            }
        };
        let counts = jobs::compared(restored, &rows);
        let differs = counts.iter().any(|count| count.found != count.expected);
        let state = match (counts.is_empty(), differs) {
            (true, _) => ChecklistState::Unknown,
            (false, true) => ChecklistState::Attention,
            (false, false) => ChecklistState::Done,
        };
        Ok(Outcome::Done(ChecklistItem { state, counts, ..open }))
    }

    /// A backup of the same server that was made and verified after the restore.
    fn see_backup(&self, job: &JobRecord) -> Result<ChecklistItem> {
        let open = ChecklistItem::open(RestoreStep::BackupVerified);
        let query = JobQuery {
            profile_id: job.profile_id.clone(),
            kind: Some(JobKind::Backup),
            before: None,
            limit: Some(LATEST),
        };
        let since = self.ledger.jobs(&query)?.into_iter().filter(|backup| backup.id > job.id);
        let verified = since.filter_map(|backup| match backup.result {
            Some(JobResult::Backup(result)) => Some(result),
            _ => None,
        });
        let is_verified = |backup: &jobs::BackupResult| {
            backup.check.as_ref().is_some_and(|check| check.state == BackupState::Verified)
        };
        Ok(match verified.into_iter().find(is_verified) {
            Some(backup) => {
                ChecklistItem { state: ChecklistState::Done, backup: Some(backup.file_name), ..open }
            }
            None => open,
        })
    }

    /// A restore that has ended.
    fn restore_job(&self, job_id: i64) -> Result<JobRecord> {
        let job = self.ledger.job(job_id)?;
        job.filter(|job| job.kind == JobKind::Restore && job.state != JobState::Running)
            .ok_or_else(|| JobDetail::NotAnEndedRestore.error())
    }

    /// The same with its result.
    pub(super) fn restored(&self, job_id: i64) -> Result<(JobRecord, RestoreResult)> {
        let job = self.restore_job(job_id)?;
        match job.result.clone() {
            Some(JobResult::Restore(restored)) => Ok((job, restored)),
            _ => Err(JobDetail::RestoreWithoutResult.error()),
        }
    }

    /// The ZIPs that this computer knows and still has; safety copies too.
    fn known_zips(&self) -> Result<Vec<PathBuf>> {
        let local = self.ledger.local_backups()?.into_iter().map(|backup| PathBuf::from(backup.path));
        let copies = self.safety_copies()?.into_iter().map(|copy| PathBuf::from(copy.path));
        let all: BTreeSet<PathBuf> = local.chain(copies).filter(|path| path.is_file()).collect();
        Ok(all.into_iter().collect())
    }

    fn searched_target(&self, handle: &str, id: &str, http_accepted: bool) -> Result<SearchedTarget> {
        let settings = BackupSettings::from_wire(&*self.opened.held_settings(handle)?)?;
        let found = settings.destinations.into_iter().find(|one| one.id == id);
        let target = found.ok_or_else(|| EnvelopeDetail::SettingsTargetNotFound.error())?;
        Ok(SearchedTarget {
            folder: self.opened.reach(handle, id, http_accepted),
            copy: BodyCopy::Target { target_id: target.id, name: target.name },
        })
    }

    /// The restored backup on this computer: where it was restored from, or a download of it.
    fn restored_zip(&self, restored: &RestoreResult) -> Result<PathBuf> {
        let mut places = BTreeMap::new();
        if let Some(RestoreSource::Local { path }) = &restored.source {
            places.insert(0, PathBuf::from(path));
        }
        for (at, place) in self.ledger.places_of(&restored.sha256)?.into_iter().enumerate() {
            if let Place::Local { path } = place {
                places.insert(at + 1, PathBuf::from(path));
            }
        }
        places
            .into_values()
            .find(|path| path.is_file())
            .ok_or_else(|| JobDetail::RestoredBackupNotHere { name: restored.file_name.clone() }.error())
    }
}

fn in_folder(path: &Path) -> SearchedTarget {
    let copy = BodyCopy::Folder { path: path.to_string_lossy().into_owned() };
    SearchedTarget { copy, folder: TargetFolder::local(path) }
}
