//! Leads through any playbook: the steps of a case are a function of its definition, of
//! what was wrong at first, of what is done, and of what is seen now.

use super::case::{CaseSubject, CompletedStep, Step, StepState};
use super::definition::{CaseContext, StepDefinition};
use super::progress::CaseProgress;
use super::{Diagnosis, Evidence, PlaybookPath};
use crate::Error;

/// The steps as they stand. Steps that are proven now are added to `done`; what a person
/// has confirmed or what has been proven once stays done, unless its definition says that
/// it has lapsed.
pub fn steps(
    path: PlaybookPath,
    subject: &CaseSubject,
    first: &Diagnosis,
    seen: &Evidence,
    progress: &CaseProgress,
    done: &mut Vec<CompletedStep>,
) -> Vec<Step> {
    let all = path.steps();
    let now = CaseContext { subject, first, seen, progress, steps: all, done };
    let steps: Vec<StepDefinition> = all.iter().filter(|step| (step.only_if)(&now)).copied().collect();
    let now = CaseContext { steps: &steps, ..now };
    let lapsed: Vec<_> = steps.iter().filter(|step| (step.lapsed)(&now)).collect();
    done.retain(|completed| lapsed.iter().all(|step| step.kind != completed.kind));
    for (place, step) in steps.iter().enumerate() {
        let context = CaseContext { subject, first, seen, progress, steps: &steps, done };
        if context.is_done(step.kind) {
            continue;
        }
        // A later step does not run ahead of what it builds on.
        let ready = steps[..place]
            .iter()
            .filter(|before| !before.confirmable)
            .all(|before| context.is_done(before.kind));
        if let Some(proof) = (step.proof)(&context).filter(|_| ready || step.stands_alone) {
            done.push(CompletedStep { kind: step.kind, at: seen.at.to_string(), proof });
        }
    }
    let context = CaseContext { subject, first, seen, progress, steps: &steps, done };
    let mut reached = true;
    steps.iter().map(|step| stands(step, &context, &mut reached)).collect()
}

/// How a step stands; `reached` is whether every step before it is done.
fn stands(step: &StepDefinition, context: &CaseContext<'_>, reached: &mut bool) -> Step {
    let StepDefinition { kind, confirmable, watched, .. } = *step;
    if let Some(done) = context.done.iter().find(|done| done.kind == kind) {
        let (at, proof) = (Some(done.at.clone()), done.proof.clone());
        return Step { kind, state: StepState::Done, at, proof, error: None, confirmable, watched };
    }
    let its_turn = *reached || (step.early)(context);
    if !step.aside {
        *reached = false;
    }
    let (state, error) = if its_turn { turn(step, context) } else { (StepState::Later, None) };
    Step { kind, state, at: None, proof: (step.partly)(context), error, confirmable, watched }
}

/// How a step stands whose turn it is.
fn turn(step: &StepDefinition, context: &CaseContext<'_>) -> (StepState, Option<Error>) {
    if step.outside {
        return (StepState::Waiting, (step.error)(context));
    }
    if context.progress.is_running(step.jobs) {
        return (StepState::Waiting, None);
    }
    match (step.blocked)(context) {
        Some(error) => (StepState::Cannot, Some(error)),
        None => (StepState::NeedsYou, (step.error)(context)),
    }
}
