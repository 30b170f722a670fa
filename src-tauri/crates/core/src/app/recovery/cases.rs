//! Recoveries that a person is led through.

use super::Recovery;
use super::evidence::Depth;
use crate::Result;
use crate::error::EnvelopeDetail;
use crate::incidents::{
    CaseProgress, CaseReport, CaseSubject, CompletedStep, EvidenceKind, Fact, FactDetail, PlaybookPath,
    RecoveryCase, StepKind, StepState, checked, diagnose, lost_now, report, steps,
};
use crate::jobs::{JobRecord, WouldLose};
use crate::ledger::JobQuery;

/// More jobs than a recovery ever takes.
const JOBS: u32 = 200;

impl Recovery {
    /// The recovery of a profile that is open.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn recovery_case(&self, profile_id: &str) -> Result<Option<RecoveryCase>> {
        Ok(self.ledger.open_case(profile_id)?.map(|(case, _)| case))
    }

    /// Every recovery of a profile, the newest first.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn recovery_history(&self, profile_id: &str) -> Result<Vec<RecoveryCase>> {
        self.ledger.cases(profile_id)
    }

    /// Begins a recovery; one that is open is given up.
    ///
    /// # Errors
    /// As [`Recovery::diagnose`].
    pub async fn begin_recovery(
        &self,
        profile_id: &str,
        branch: PlaybookPath,
        subject: &CaseSubject,
    ) -> Result<RecoveryCase> {
        let profile = self.ledger.profile(profile_id)?;
        let first = diagnose(&self.gather(&profile, Depth::Full).await?);
        let case = self.ledger.begin_case(&profile.id, branch, subject, &first, self.clock.now())?;
        self.refresh_case(case.id).await
    }

    /// Checks the server again and says how the recovery stands. Cheap enough to be
    /// asked every few seconds. A recovery that has ended stays as it ended.
    ///
    /// # Errors
    /// `InvalidRequest` for an unknown one, `ProfileNotFound`, `LedgerFailed`.
    pub async fn refresh_case(&self, case_id: i64) -> Result<RecoveryCase> {
        let (case, _) = self.ledger.case(case_id)?;
        if case.ended_at.is_some() {
            return Ok(case);
        }
        let profile = self.ledger.profile(&case.profile_id)?;
        let seen = self.gather(&profile, Depth::Glance).await?;
        let progress = self.progress(&case)?;
        // Read again: a candidate may have been found right while the server was asked.
        let (case, mut marks) = self.ledger.case(case_id)?;
        let steps = steps(case.branch, &case.subject, &case.diagnosis, &seen, &progress, &mut marks);
        self.ledger.keep_case(case_id, &steps, &marks)?;
        Ok(RecoveryCase { steps, checked: checked(&seen), ..case })
    }

    /// Notes that a person says a step is done that only a person can know of, or continues
    /// without its proof.
    ///
    /// # Errors
    /// `InvalidRequest` for other steps and for one whose turn has not come, and as [`Recovery::refresh_case`].
    pub async fn confirm_step(&self, case_id: i64, step: StepKind) -> Result<RecoveryCase> {
        let branch = self.ledger.case(case_id)?.0.branch;
        if !branch.is_confirmable(step) {
            return Err(EnvelopeDetail::StepShowsItself.error());
        }
        let mut proof = Vec::new();
        if branch.is_confirmed_in_turn(step) {
            let case = self.refresh_case(case_id).await?;
            let now = case.steps.iter().find(|one| one.kind == step);
            match now.filter(|now| matches!(now.state, StepState::NeedsYou | StepState::Done)) {
                Some(now) => proof.extend(now.proof.iter().cloned()),
                None => return Err(EnvelopeDetail::StepNotYet.error()),
            }
        }
        let at = self.clock.now().to_string();
        proof.push(Fact::new(EvidenceKind::Ledger, FactDetail::ConfirmedByPerson).at(at.clone()));
        self.mark(case_id, CompletedStep { kind: step, at, proof })?;
        self.refresh_case(case_id).await
    }

    /// Ends a recovery, and says what it came to.
    ///
    /// # Errors
    /// As [`Recovery::refresh_case`].
    pub async fn close_case(&self, case_id: i64) -> Result<CaseReport> {
        let case = self.refresh_case(case_id).await?;
        let profile = self.ledger.profile(&case.profile_id)?;
        let after = diagnose(&self.gather(&profile, Depth::Full).await?);
        let backups = self.progress(&case)?.verified_backups();
        self.ledger.end_case(case_id, false, self.clock.now())?;
        let (case, _) = self.ledger.case(case_id)?;
        Ok(report(case, after, backups))
    }

    /// Gives a recovery up. What was done stays done.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn abandon_case(&self, case_id: i64) -> Result<()> {
        self.ledger.end_case(case_id, true, self.clock.now())
    }

    /// Notes that a step is done, once.
    pub(in crate::app) fn mark(&self, case_id: i64, mark: CompletedStep) -> Result<()> {
        let (case, mut marks) = self.ledger.case(case_id)?;
        if marks.iter().all(|known| known.kind != mark.kind) {
            marks.push(mark);
            self.ledger.keep_case(case_id, &case.steps, &marks)?;
        }
        Ok(())
    }

    /// What the backups on the target of a case lack, as it was last seen there.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub(in crate::app) fn lost_at_target(&self, case: &RecoveryCase) -> Result<Option<Vec<WouldLose>>> {
        Ok(lost_now(&case.subject, &self.progress(case)?))
    }

    fn progress(&self, case: &RecoveryCase) -> Result<CaseProgress> {
        let listed = match case.subject.target_id() {
            Some(target) => self.ledger.last_listed(&case.profile_id, target)?,
            None => Vec::new(),
        };
        let restore = match case.subject {
            CaseSubject::Restore { job_id } => self.ledger.job(job_id)?,
            CaseSubject::Server | CaseSubject::Target { .. } | CaseSubject::Backup { .. } => None,
        };
        Ok(CaseProgress {
            listed: listed.into_iter().map(|(name, _)| name).collect(),
            restore,
            jobs: self.jobs_since(case)?,
            signed_in: self.sessions.signed().is_some_and(|signed| signed.profile.id == case.profile_id),
            shown: case.steps.iter().map(|step| step.kind).collect(),
        })
    }

    /// The profile's jobs since a recovery began, the newest first, and those that need no
    /// server, such as drills.
    fn jobs_since(&self, case: &RecoveryCase) -> Result<Vec<JobRecord>> {
        let mut jobs = self.ledger.jobs(&JobQuery { limit: Some(JOBS), ..JobQuery::default() })?;
        jobs.retain(|job| {
            let is_its = job.profile_id.as_ref().is_none_or(|id| *id == case.profile_id);
            is_its && job.started_at >= case.began_at
        });
        Ok(jobs)
    }
}
