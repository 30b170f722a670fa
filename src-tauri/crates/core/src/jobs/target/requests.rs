//! The four kinds of job on a target: check it, examine it, heal it, copy it.

use serde::Deserialize;

use super::choice::{HealFrom, OpenSources, OpenTarget, TargetChoice};
use super::{
    CopyResult, Depth, DoctorResult, HealResult, StillMissingCause, VerifyResult, copy_target, doctor, heal,
    verify,
};
use crate::granted::FileGrants;
use crate::jobs::{Job, JobKind, JobServices, JobState, Outcome, Prepared, Watch};
use crate::{Error, Result};

/// Reads every backup of a target, and its bodies as deep as is asked.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct VerifyTargetJob {
    /// The target.
    pub target: TargetChoice,
    /// How much of the bodies is read.
    pub depth: Depth,
}

/// Compares a target's backups, index and bodies.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ExamineTargetJob {
    /// The target.
    pub target: TargetChoice,
}

/// Carries out a plan that was shown.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct HealTargetJob {
    /// The target.
    pub target: TargetChoice,
    /// Where bodies come from, in this order.
    pub sources: Vec<HealFrom>,
    /// The fingerprint of the plan: it is refused when another one would be made now.
    pub plan: String,
}

/// Copies what a second place lacks.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CopyTargetJob {
    /// Where from.
    pub from: TargetChoice,
    /// Where to.
    pub to: TargetChoice,
}

impl Job for VerifyTargetJob {
    const KIND: JobKind = JobKind::VerifyTarget;
    type Result = VerifyResult;
    type Ready = (OpenTarget, Depth);

    fn needs_session(&self) -> bool {
        false
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<Self::Ready>> {
        let target = self.target.open(services, files, false)?;
        Ok(Prepared::new(target.name.clone(), (target, self.depth)))
    }

    async fn run(
        (target, depth): Self::Ready,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<VerifyResult>> {
        let seen = services.seen_files(target.folder.place());
        verify(&target.folder, depth, seen.as_ref(), services.now(), watch).await
    }

    fn needs_attention(result: &VerifyResult) -> bool {
        result.is_damaged() || result.is_missing_something() || result.is_unsure()
    }
}

impl Job for ExamineTargetJob {
    const KIND: JobKind = JobKind::ExamineTarget;
    type Result = DoctorResult;
    type Ready = OpenTarget;

    fn needs_session(&self) -> bool {
        false
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<Self::Ready>> {
        let target = self.target.open(services, files, false)?;
        Ok(Prepared::new(target.name.clone(), target))
    }

    async fn run(
        target: OpenTarget,
        _services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<DoctorResult>> {
        doctor(&target.folder, watch).await
    }

    fn needs_attention(result: &DoctorResult) -> bool {
        !result.is_good()
    }
}

/// A heal that was not refused.
pub struct ReadyHeal {
    target: OpenTarget,
    sources: OpenSources,
    plan: String,
}

impl Job for HealTargetJob {
    const KIND: JobKind = JobKind::HealTarget;
    type Result = HealResult;
    type Ready = ReadyHeal;

    fn needs_session(&self) -> bool {
        self.sources.iter().any(HealFrom::is_server)
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<Self::Ready>> {
        let target = self.target.open(services, files, true)?;
        let sources = OpenSources::open(self.sources, services, files)?;
        Ok(Prepared::new(target.name.clone(), ReadyHeal { target, sources, plan: self.plan }))
    }

    async fn run(ready: ReadyHeal, services: &dyn JobServices, watch: &Watch) -> Result<Outcome<HealResult>> {
        let ReadyHeal { target, sources, plan } = ready;
        let seen = services.seen_files(target.folder.place());
        let sources = sources.sources(services)?;
        heal(&target.folder, &sources, &plan, seen.as_ref(), services.now(), watch).await
    }

    fn needs_attention(result: &HealResult) -> bool {
        // What is new on the server goes there ahead of the backup that names it.
        let is_ahead = result.on_server.is_some();
        let is_right =
            result.after.as_ref().is_some_and(|after| after.is_good() || is_ahead && after.is_ready());
        !result.still_missing.is_empty() || !is_right
    }

    fn end(result: &HealResult, was_stopped: bool) -> (JobState, Option<Error>) {
        let not_reached = result.still_missing.iter().any(|body| body.why == StillMissingCause::NotReached);
        match &result.error {
            Some(error) => (JobState::Failed, Some(error.clone())),
            None if was_stopped && not_reached => (JobState::Cancelled, None),
            None if Self::needs_attention(result) => (JobState::Attention, None),
            None => (JobState::Succeeded, None),
        }
    }
}

impl Job for CopyTargetJob {
    const KIND: JobKind = JobKind::CopyTarget;
    type Result = CopyResult;
    type Ready = (OpenTarget, OpenTarget);

    fn needs_session(&self) -> bool {
        false
    }

    async fn prepare(
        self,
        services: &dyn JobServices,
        files: &dyn FileGrants,
    ) -> Result<Prepared<Self::Ready>> {
        let from = self.from.open(services, files, false)?;
        let to = self.to.open(services, files, true)?;
        Ok(Prepared::new(format!("{} → {}", from.name, to.name), (from, to)))
    }

    async fn run(
        (from, to): Self::Ready,
        services: &dyn JobServices,
        watch: &Watch,
    ) -> Result<Outcome<CopyResult>> {
        copy_target(&from.folder, &to.folder, services.now(), watch).await
    }

    fn needs_attention(result: &CopyResult) -> bool {
        !result.failed.is_empty() || !result.conflicts.is_empty()
    }

    fn end(result: &CopyResult, was_stopped: bool) -> (JobState, Option<Error>) {
        match &result.error {
            Some(error) => (JobState::Failed, Some(error.clone())),
            None if was_stopped => (JobState::Cancelled, None),
            None if Self::needs_attention(result) => (JobState::Attention, None),
            None => (JobState::Succeeded, None),
        }
    }
}
