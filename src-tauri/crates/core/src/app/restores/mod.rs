//! Planning a restore. What a plan was made from is kept until the restore
//! starts: the backup that was fetched, and the export that becomes the safety copy.

mod afterwards;
mod case_copies;
mod safety_copies;

use std::sync::{Arc, Mutex, PoisonError};

pub use safety_copies::KeptSafetyCopy;

use super::opened::SettingsVault;
use super::settings::Settings;
use super::{ActiveProfile, Files, Parts, Recovery, Sessions};
use crate::Result;
use crate::clock::Clock;
use crate::error::JobDetail;
use crate::jobs::{self, Outcome, PlannedRestore, RestorePlan, RestoreSource, Watch};
use crate::ledger::Ledger;
use desk_base::done_or_return;

/// At most one planned restore; a newer one takes its place.
#[derive(Default)]
pub(super) struct Planned(Mutex<Option<Kept>>);

struct Kept {
    profile_id: String,
    planned: PlannedRestore,
}

impl Planned {
    /// Keeps it for the profile that it was planned for.
    fn keep(&self, profile_id: &str, planned: PlannedRestore) {
        *self.slot() = Some(Kept { profile_id: profile_id.to_owned(), planned });
    }

    /// What a plan of this profile was made from, when it is still kept; it is not any more
    /// then.
    pub fn take(&self, handle: &str, profile_id: &str) -> Option<PlannedRestore> {
        let is_it = |kept: &mut Kept| kept.planned.plan.handle == handle && kept.profile_id == profile_id;
        self.slot().take_if(is_it).map(|kept| kept.planned)
    }

    /// Nothing is kept any more: the files hold secrets.
    pub fn clear(&self) {
        *self.slot() = None;
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Restores: planning, safety copies, and what is done afterwards.
pub struct Restores {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    files: Arc<Files>,
    opened: Arc<SettingsVault>,
    settings: Arc<Settings>,
    recovery: Arc<Recovery>,
    planned: Arc<Planned>,
}

impl Restores {
    pub(super) fn new(
        parts: &Parts,
        opened: Arc<SettingsVault>,
        settings: Arc<Settings>,
        recovery: Arc<Recovery>,
        planned: Arc<Planned>,
    ) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
            files: Arc::clone(&parts.files),
            opened,
            settings,
            recovery,
            planned,
        }
    }

    /// Plans a restore onto the current server, with calls that leave no trace there.
    ///
    /// # Errors
    /// As [`jobs::plan_restore`].
    pub async fn plan_restore(&self, source: &RestoreSource, watch: &Watch) -> Result<Outcome<RestorePlan>> {
        let signed = self.sessions.needs_signed()?;
        let watch = &watch.within(self.files.room());
        let mut planned = done_or_return!(jobs::plan_restore(&signed.session, source, watch).await?);
        self.note_plan(&signed, &mut planned.plan)?;
        planned.plan.handle = new_handle();
        let plan = planned.plan.clone();
        self.planned.keep(&signed.profile.id, planned);
        Ok(Outcome::Done(plan))
    }

    /// Completes a plan for a person who continues: the server makes an export, which shows what
    /// would be replaced and becomes the safety copy.
    ///
    /// # Errors
    /// `InvalidRequest` when the backup is no longer the one that the plan was made for, and
    /// as [`jobs::complete_restore_plan`].
    pub async fn complete_restore_plan(
        &self,
        plan: &RestorePlan,
        watch: &Watch,
    ) -> Result<Outcome<RestorePlan>> {
        let signed = self.sessions.needs_signed()?;
        let watch = &watch.within(self.files.room());
        let (session, profile) = (&signed.session, &signed.profile.id);
        let mut planned = match self.planned.take(&plan.handle, profile) {
            Some(planned) => planned,
            // It is not kept any more, such as after a lock.
            None => done_or_return!(jobs::plan_restore(session, &plan.source, watch).await?),
        };
        if planned.plan.sha256 != plan.sha256 {
            return Err(JobDetail::BackupChanged.error());
        }
        let outcome = jobs::complete_restore_plan(session, &mut planned, watch).await;
        self.note_plan(&signed, &mut planned.plan)?;
        planned.plan.handle = new_handle();
        let completed = planned.plan.clone();
        // When this was stopped or failed, continuing again starts from the same.
        if !matches!(outcome, Ok(Outcome::Done(()))) {
            planned.plan.handle.clone_from(&plan.handle);
        }
        self.planned.keep(profile, planned);
        done_or_return!(outcome?);
        Ok(Outcome::Done(completed))
    }

    /// No plan is kept any more: its files hold secrets.
    pub(super) fn forget_plan(&self) {
        self.planned.clear();
    }

    /// What a plan of this profile was made from, when it is still kept.
    pub(super) fn take_planned(&self, handle: &str, profile_id: &str) -> Option<PlannedRestore> {
        self.planned.take(handle, profile_id)
    }

    /// Adds what the ledger knows to a plan, and notes what the plan found out.
    fn note_plan(&self, signed: &ActiveProfile, plan: &mut RestorePlan) -> Result<()> {
        plan.brings_targets = self.settings.brought_targets(signed, plan)?;
        match plan.server_storage {
            Some(storage) => self.ledger.note_storage(&signed.profile.id, storage, self.clock.now()),
            None => Ok(()),
        }
    }
}

fn new_handle() -> String {
    uuid::Uuid::new_v4().to_string()
}
