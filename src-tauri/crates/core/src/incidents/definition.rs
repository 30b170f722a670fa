//! The form of a playbook: what it finds, its paths, and for each step what proves it,
//! which jobs do it, and whether a person may confirm it.

use super::case::{CaseSubject, CompletedStep};
use super::progress::CaseProgress;
use super::{Diagnosis, Evidence, Fact, Playbook, PlaybookPath, RecoveryFinding, StepKind};
use crate::Error;
use crate::jobs::JobKind;
use crate::view::TargetCard;

/// A playbook as data.
pub(super) struct PlaybookDefinition {
    /// Which one.
    pub playbook: Playbook,
    /// What it finds wrong, the worst first.
    pub detect: fn(&Evidence) -> Vec<RecoveryFinding>,
    /// What of a target with such a card it is the way out for, if it is.
    pub of_target: fn(&TargetCard) -> Option<CaseSubject>,
    /// The paths through it.
    pub paths: &'static [PathDefinition],
}

/// A path through a playbook.
pub(super) struct PathDefinition {
    /// Which one.
    pub path: PlaybookPath,
    /// While it is open, the app deletes nothing from its target, and no safety copy of a restore.
    pub freezes: bool,
    /// Its steps, in order.
    pub steps: &'static [StepDefinition],
}

impl PlaybookPath {
    /// The playbook that this path belongs to.
    pub fn playbook(self) -> Playbook {
        self.definition().playbook
    }

    /// Whether a person can say that a step of this path is done: only they know, or
    /// they continue without its proof.
    pub fn is_confirmable(self, kind: StepKind) -> bool {
        self.steps().iter().any(|step| step.kind == kind && step.confirmable)
    }

    /// A person can say so only when the turn of the step has come.
    pub fn is_confirmed_in_turn(self, kind: StepKind) -> bool {
        self.steps().iter().any(|step| step.kind == kind && step.in_turn)
    }

    /// While a case of this path is open, the app deletes nothing from its target.
    pub fn freezes(self) -> bool {
        self.definition().paths.iter().any(|path| path.path == self && path.freezes)
    }

    /// The steps of this path, in order.
    pub(super) fn steps(self) -> &'static [StepDefinition] {
        let path = self.definition().paths.iter().find(|path| path.path == self);
        path.map_or(&[], |path| path.steps)
    }
}

/// How a case stands when its steps are decided.
pub(super) struct CaseContext<'a> {
    /// What the case is about.
    pub subject: &'a CaseSubject,
    /// What was wrong when the case began.
    pub first: &'a Diagnosis,
    /// What is seen now.
    pub seen: &'a Evidence,
    /// What happened in this app since the case began.
    pub progress: &'a CaseProgress,
    /// The steps that are done.
    pub done: &'a [CompletedStep],
    /// The steps of this case.
    pub steps: &'a [StepDefinition],
}

impl CaseContext<'_> {
    /// The step is done.
    pub fn is_done(&self, kind: StepKind) -> bool {
        self.done.iter().any(|step| step.kind == kind)
    }

    /// The step is done, or was shown before.
    pub fn is_known(&self, kind: StepKind) -> bool {
        self.is_done(kind) || self.progress.shown.contains(&kind)
    }

    /// The time of what is seen now, RFC 3339.
    pub fn now(&self) -> String {
        self.seen.at.to_string()
    }
}

/// A condition of a step.
pub(super) type Condition = fn(&CaseContext<'_>) -> bool;

/// One step as data.
#[derive(Clone, Copy)]
pub(super) struct StepDefinition {
    pub kind: StepKind,
    /// It is a step of the case only then.
    pub only_if: Condition,
    /// What proves it, if what is seen now and the jobs since the case began do.
    pub proof: fn(&CaseContext<'_>) -> Option<Vec<Fact>>,
    /// What supports it before it is proven.
    pub partly: fn(&CaseContext<'_>) -> Vec<Fact>,
    /// A person may say that it is done.
    pub confirmable: bool,
    /// But only when its turn has come.
    pub in_turn: bool,
    /// It is done outside the app, or by the server: nothing has to be done here.
    pub outside: bool,
    /// Something outside the app can complete it at any time.
    pub watched: bool,
    /// The jobs that do it: while one of them runs, the step waits for it.
    pub jobs: &'static [JobKind],
    /// Why it cannot be done now.
    pub blocked: fn(&CaseContext<'_>) -> Option<Error>,
    /// What it failed with last, or what it waits for.
    pub error: fn(&CaseContext<'_>) -> Option<Error>,
    /// Its proof counts although steps before it are not done.
    pub stands_alone: bool,
    /// Its turn has come although steps before it are not done.
    pub early: Condition,
    /// The steps after it need not wait for it.
    pub aside: bool,
    /// It needs a session that works.
    pub needs_session: bool,
    /// It is no longer done.
    pub lapsed: Condition,
}

impl StepDefinition {
    /// A step that a person does here and that nothing proves.
    pub const fn new(kind: StepKind) -> Self {
        Self {
            kind,
            only_if: |_| true,
            proof: |_| None,
            partly: |_| Vec::new(),
            confirmable: false,
            in_turn: false,
            outside: false,
            watched: false,
            jobs: &[],
            blocked: |_| None,
            error: |_| None,
            stands_alone: false,
            early: |_| false,
            aside: false,
            needs_session: false,
            lapsed: |_| false,
        }
    }

    /// The same with its proof.
    pub const fn proven_by(mut self, proof: fn(&CaseContext<'_>) -> Option<Vec<Fact>>) -> Self {
        self.proof = proof;
        self
    }

    /// The same, confirmed by a person.
    pub const fn confirmed(mut self) -> Self {
        self.confirmable = true;
        self
    }

    /// The same, confirmed by a person when its turn has come.
    pub const fn confirmed_in_turn(mut self) -> Self {
        self.in_turn = true;
        self.confirmed()
    }
}
