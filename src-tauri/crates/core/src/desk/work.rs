//! The desk's jobs: each runs for the current session, and what it finds is noted
//! in the ledger.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::names::made_at;
use super::{ActiveProfile, Desk};
use crate::Result;
use crate::checks::CheckedHere;
use crate::error::AccountDetail;
use crate::jobs::{
    self, DeletePlan, DownloadResult, IfThere, IntegrityResult, JobKind, JobResult, Outcome, RepairResult,
    RestorePlan, Watch,
};
use crate::ledger::{KnownArchive, NewCheck, Place};
use crate::runner::NewJob;
use crate::secrets::ZeroizingJson;
use crate::server::{BackupSettings, Profile};
use desk_base::done_or_return;

/// A job that can be started at the desk.
#[derive(Debug, Clone)]
pub enum JobRequest {
    /// Back up to a target, read it back and verify it.
    Backup {
        /// The target's id; the server's first one when none.
        target_id: Option<String>,
    },
    /// Download a backup into a folder.
    Download {
        /// The target's id.
        target_id: String,
        /// The path below the target's root.
        path: String,
        /// The folder on this computer.
        folder: PathBuf,
        /// What to do when another file has the name.
        if_there: IfThere,
    },
    /// Download a backup under another name than its own.
    DownloadAs {
        /// The target's id.
        target_id: String,
        /// The path below the target's root.
        path: String,
        /// The full path on this computer.
        to: PathBuf,
    },
    /// Check a backup on its target.
    Integrity {
        /// The target's id.
        target_id: String,
        /// The path below the target's root.
        path: String,
        /// Read it in full here as well.
        deep: bool,
    },
    /// Delete what a plan names.
    Delete(Box<DeletePlan>),
    /// Restore what a plan names.
    Restore(Box<RestorePlan>),
    /// Repair the backup settings, and back up to targets to prove it.
    Repair {
        /// The opened settings that kept secrets come from; none when all are typed.
        handle: Option<String>,
        /// The settings to be.
        after: Box<BackupSettings>,
        /// The ids of the targets that are to show themselves.
        test: Vec<String>,
    },
}

impl Desk {
    /// Starts a job in the background; answers its number.
    ///
    /// # Errors
    /// `SessionEnded`, `PasswordNeeded`, `LedgerFailed`. What the job itself fails
    /// with is in its record.
    pub async fn start(self: &Arc<Self>, work: JobRequest) -> Result<i64> {
        let (signed, job, opened) = self.prepare(&work)?;
        let desk = Arc::clone(self);
        self.runner
            .start(&job, move |watch| async move { desk.do_work(&signed, work, &opened, &watch).await })
    }

    /// Runs a job to its end; `cancel` stops it. `listener` hears of it through
    /// [`crate::runner::Runner::listen`].
    ///
    /// # Errors
    /// As [`Desk::start`].
    pub async fn run(
        self: &Arc<Self>,
        work: JobRequest,
        cancel: tokio_util::sync::CancellationToken,
    ) -> Result<jobs::JobRecord> {
        let (signed, job, opened) = self.prepare(&work)?;
        let doing = |watch| async move { self.do_work(&signed, work, &opened, &watch).await };
        self.runner.run(&job, cancel, doing).await
    }

    /// Everything that can be refused at once, before a job begins; with the opened
    /// settings that it needs, which a lock then does not close any more. Calls no
    /// server: whoever starts a job sees it, and can stop it, from the first call on.
    fn prepare(&self, work: &JobRequest) -> Result<(Arc<ActiveProfile>, NewJob, Arc<ZeroizingJson>)> {
        let signed = self.sessions.needs_signed()?;
        if !signed.session.can_confirm() {
            return Err(AccountDetail::PasswordNeeded.error());
        }
        let opened = match work {
            JobRequest::Repair { handle: Some(handle), .. } => self.held_settings(handle)?,
            _ => Arc::new(ZeroizingJson::new(serde_json::Value::Null)),
        };
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let (kind, subject) = match work {
            JobRequest::Backup { target_id } => {
                (JobKind::Backup, self.known_target_name(&signed, target_id.as_deref())?)
            }
            JobRequest::Download { path, .. } | JobRequest::DownloadAs { path, .. } => {
                (JobKind::Download, last(path))
            }
            JobRequest::Integrity { path, .. } => (JobKind::Integrity, last(path)),
            JobRequest::Delete(plan) => (JobKind::Delete, plan.target_name.clone()),
            JobRequest::Restore(plan) => (JobKind::Restore, plan.file_name.clone()),
            JobRequest::Repair { .. } => (JobKind::Repair, self.name_of(&signed.profile)),
        };
        let job = NewJob { kind, profile_id: Some(signed.profile.id.clone()), subject };
        Ok((signed, job, opened))
    }

    /// What a target was called when it was last seen; its id when it was never
    /// seen, and nothing when the server is to choose. The job corrects it.
    fn known_target_name(&self, signed: &ActiveProfile, target_id: Option<&str>) -> Result<String> {
        let Some(id) = target_id else { return Ok(String::new()) };
        let known = self.ledger.remembered_targets(&signed.profile.id)?.into_iter();
        let name = known.map(|(target, _)| target).find(|target| target.id == id).map(|target| target.name);
        Ok(name.unwrap_or_else(|| id.to_owned()))
    }

    /// What the profile is called now: it may have another name since it signed in.
    fn name_of(&self, profile: &Profile) -> String {
        self.ledger.profile(&profile.id).map_or_else(|_| profile.name.clone(), |known| known.name)
    }

    async fn do_work(
        &self,
        signed: &ActiveProfile,
        work: JobRequest,
        opened: &ZeroizingJson,
        watch: &Watch,
    ) -> Result<Outcome<JobResult>> {
        let watch = &watch.within(self.room());
        let session = &signed.session;
        // While a job runs, idle time does not lock what it needs.
        let _at_work = session.at_work();
        let profile = &signed.profile.id;
        let outcome = match work {
            JobRequest::Backup { target_id } => {
                let mut outcome = jobs::backup(session, target_id.as_deref(), watch).await?;
                if let Outcome::Done(backup) = &mut outcome {
                    self.ledger.note_origins(profile, [backup.file_name.as_str()])?;
                    if let Some(check) = &mut backup.check {
                        if let Some(storage) = check.here.as_ref().and_then(|here| here.storage) {
                            self.ledger.note_storage(profile, storage, self.clock.now())?;
                        }
                        self.note_remote(profile, &backup.target_id, &backup.file_name, check)?;
                    }
                }
                map(outcome, JobResult::Backup)
            }
            JobRequest::Download { target_id, path, folder, if_there } => {
                let outcome = jobs::download(session, &target_id, &path, &folder, if_there, watch).await?;
                self.note_download(profile, &target_id, &path, outcome)?
            }
            JobRequest::DownloadAs { target_id, path, to } => {
                let outcome =
                    jobs::download_as(session, &target_id, &path, &to, IfThere::Refuse, watch).await?;
                self.note_download(profile, &target_id, &path, outcome)?
            }
            JobRequest::Integrity { target_id, path, deep } => {
                let mut outcome = jobs::integrity(session, &target_id, &path, deep, watch).await?;
                if let Outcome::Done(check) = &mut outcome {
                    self.note_remote(profile, &target_id, &path, check)?;
                }
                map(outcome, JobResult::Integrity)
            }
            JobRequest::Delete(plan) => {
                // Planned anew: what was true when the person looked may not be any more.
                let planning = self.plan_delete_at(signed, &plan.target_id, &plan.paths);
                let now = done_or_return!(watch.until_stopped(planning).await?);
                let outcome = jobs::delete(session, &now, watch).await?;
                if let Outcome::Done(result) = &outcome {
                    for path in &result.deleted {
                        self.ledger.forget_place(&remote(profile, &plan.target_id, path))?;
                    }
                }
                map(outcome, JobResult::Delete)
            }
            JobRequest::Restore(plan) => {
                let planned = self.planned.take(&plan.handle, profile);
                let outcome = jobs::restore(session, &plan, planned, &self.safety_folder(), watch).await?;
                map(outcome, JobResult::Restore)
            }
            JobRequest::Repair { handle: _, after, test } => {
                let mut outcome = jobs::repair(session, opened, &after, &test, watch).await?;
                if let Outcome::Done(repair) = &mut outcome {
                    self.note_repair(profile, repair)?;
                    if repair.readable_again == Some(true) {
                        self.sessions.note_readable(profile)?;
                        self.renew_after_repair(signed).await;
                    }
                }
                map(outcome, JobResult::Repair)
            }
        };
        self.note_generation(signed);
        Ok(outcome)
    }

    fn note_download(
        &self,
        profile: &str,
        target_id: &str,
        path: &str,
        mut outcome: Outcome<DownloadResult>,
    ) -> Result<Outcome<JobResult>> {
        if let Outcome::Done(download) = &mut outcome {
            self.note_remote(profile, target_id, path, &mut download.check)?;
            self.note_local(Path::new(&download.saved_to), &download.check)?;
        }
        Ok(map(outcome, JobResult::Download))
    }

    /// What a repair made and read back is known like every other backup.
    fn note_repair(&self, profile: &str, repair: &mut RepairResult) -> Result<()> {
        for backup in repair.targets.iter_mut().filter_map(|target| target.backup.as_mut()) {
            self.ledger.note_origins(profile, [backup.file_name.as_str()])?;
            if let Some(check) = &mut backup.check {
                self.note_remote(profile, &backup.target_id, &backup.file_name, check)?;
            }
        }
        Ok(())
    }

    /// Notes what a check of a backup on a target showed. The check then also says what
    /// was known before: one check alone cannot tell that the content changed.
    fn note_remote(
        &self,
        profile: &str,
        target_id: &str,
        path: &str,
        check: &mut IntegrityResult,
    ) -> Result<()> {
        let place = remote(profile, target_id, path);
        self.note(&place, check)?;
        if let Some(known) = self.ledger.standing(&place)? {
            check.state = check.state.max(known.last_state());
            check.changed = known.changed;
        }
        let zone =
            self.ledger.remembered_targets(profile)?.into_iter().find(|(target, _)| target.id == target_id);
        let zone = zone.map_or_else(|| "UTC".to_owned(), |(target, _)| target.schedule.timezone);
        match (&check.here, made_at(&check.file_name, &zone)) {
            (Some(here), Some(at)) => {
                self.ledger.remember_backup(profile, target_id, &check.file_name, at, here.bytes)
            }
            _ => Ok(()),
        }
    }

    /// Notes what looking at a file on this computer showed.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn note_local(&self, path: &Path, check: &IntegrityResult) -> Result<()> {
        let full = std::path::absolute(path).map_err(|error| crate::Error::file(path, &error))?;
        self.note(&Place::Local { path: full.to_string_lossy().into_owned() }, check)
    }

    fn note(&self, place: &Place, check: &IntegrityResult) -> Result<()> {
        let now = self.clock.now();
        if let Some(here) = &check.here {
            self.ledger.record_archive(&known_archive(&check.file_name, here), now)?;
        }
        let new = NewCheck {
            level: check.level,
            sha256: check.here.as_ref().map(|here| here.sha256.clone()),
            bytes: check.here.as_ref().map(|here| here.bytes),
            name_hash: check.here.as_ref().map(|here| here.name_hash),
            refusal: check.here.as_ref().and_then(|here| here.refusal.clone()),
            listed: check.listed.clone(),
            attachments: check.attachments.clone(),
        };
        self.ledger.record_check(place, &new, now)
    }
}

fn remote(profile: &str, target_id: &str, path: &str) -> Place {
    Place::Remote { profile_id: profile.to_owned(), target_id: target_id.to_owned(), path: path.to_owned() }
}

fn known_archive(name: &str, here: &CheckedHere) -> KnownArchive {
    KnownArchive {
        sha256: here.sha256.clone(),
        name: name.to_owned(),
        bytes: here.bytes,
        kind: here.kind,
        app_version: here.app_version.clone(),
        exported_at: here.exported_at.clone(),
        repairable_by: here.repairable_by.clone(),
    }
}

pub(super) fn map<T>(outcome: Outcome<T>, result: impl FnOnce(T) -> JobResult) -> Outcome<JobResult> {
    match outcome {
        Outcome::Done(value) => Outcome::Done(result(value)),
        Outcome::Stopped => Outcome::Stopped,
        Outcome::Unknown(known) => Outcome::Unknown(known),
    }
}
