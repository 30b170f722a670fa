//! Looking for copies of what a recovery misses: of a restore, or of a target.

use super::Restores;
use crate::Result;
use crate::error::EnvelopeDetail;
use crate::granted::FileGrants;
use crate::incidents::{CaseSubject, CompletedStep, StepKind, StepState, found_copies};
use crate::jobs::{
    self, Copies, CopySearch, Outcome, SkipCause, SkippedAttachment, SourceChoice, Watch, WouldLose,
};
use desk_base::done_or_return;

impl Restores {
    /// Looks for copies of what a recovery misses: in every ZIP that this computer knows, and in
    /// `places`. What was found, and where, proves the step of the recovery.
    ///
    /// # Errors
    /// `InvalidRequest` when the recovery looks for no copies or has not come to that, and as
    /// [`Restores::find_copies`].
    pub async fn find_case_copies(
        &self,
        case_id: i64,
        places: Vec<SourceChoice>,
        files: &dyn FileGrants,
        watch: &Watch,
    ) -> Result<Outcome<CopySearch>> {
        let case = self.recovery.refresh_case(case_id).await?;
        let step = case.steps.iter().find(|step| step.kind == StepKind::FindCopies);
        let step = step.ok_or_else(|| EnvelopeDetail::NothingToFind.error())?;
        if step.state == StepState::Later {
            return Err(EnvelopeDetail::StepNotYet.error());
        }
        let (wanted, copies, search) = match &case.subject {
            CaseSubject::Restore { job_id } => {
                let search = done_or_return!(self.find_copies(*job_id, places, files, watch).await?);
                let lines = self.restored(*job_id)?.1.skipped;
                let wanted = lines.len();
                let found = lines.into_iter().filter(|line| !line.copies.is_empty());
                (wanted, found.map(|line| (line.path, line.copies)).collect::<Copies>(), search)
            }
            CaseSubject::Target { .. } => {
                let lost = self.recovery.lost_at_target(&case)?.unwrap_or_default();
                let lines: Vec<SkippedAttachment> = lost.into_iter().map(line).collect();
                let (zips, targets) = self.searched(places, files)?;
                let found = jobs::find_copies(&lines, &zips, &targets, watch).await?;
                let (copies, search) = done_or_return!(found);
                (lines.len(), copies, search)
            }
            CaseSubject::Server | CaseSubject::Backup { .. } => {
                return Err(EnvelopeDetail::NothingToFind.error());
            }
        };
        let at = self.clock.now().to_string();
        let proof = found_copies(wanted, &copies, &step.proof, &at);
        self.ledger.keep_mark(case_id, &CompletedStep { kind: StepKind::FindCopies, at, proof })?;
        Ok(Outcome::Done(search))
    }
}

/// A body that is missing on a target, as a line that copies are looked for of.
fn line(lost: WouldLose) -> SkippedAttachment {
    SkippedAttachment {
        path: lost.path,
        size_bytes: lost.size_bytes,
        cause: SkipCause::MissingOnTarget,
        cipher_id: None,
        owner_email: lost.owner,
        copies: Vec::new(),
    }
}
