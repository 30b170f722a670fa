//! A recovery in words: its steps, what proves them, and the command of the next one.

use desk_core::incidents::{CaseReport, CaseSubject, RecoveryCase, Step, StepKind, StepState};
use desk_core::messages::message;

use super::findings::{fact, named, playbook_title};
use super::plain;

/// The steps of a recovery. `command` is the command that does a step, if there is one.
pub fn recovery(case: &RecoveryCase, command: impl Fn(StepKind) -> Option<String>, confirm: &str) -> String {
    let mut text = title(case);
    for step in &case.steps {
        text.push_str(&heading(step));
        let mut line = |value: &str| text.push_str(&format!("      {value}\n"));
        step.proof.iter().for_each(|proof| line(&plain(&fact(proof))));
        if !matches!(step.state, StepState::NeedsYou | StepState::Cannot) {
            continue;
        }
        line(&named("step_", step.kind, "_text"));
        if let Some(error) = &step.error {
            line(&plain(&error.to_string()));
            line(&plain(&error.body().hint));
        }
        if let Some(command) = command(step.kind) {
            line(&format!("Run: {command}"));
        }
        if step.confirmable {
            line(&format!("If it is done, or to continue without it: {confirm} {}", name(step.kind)));
        }
    }
    text
}

/// What a recovery came to.
pub fn recovery_report(report: &CaseReport) -> String {
    let mut text = title(&report.case);
    for step in &report.case.steps {
        text.push_str(&heading(step));
        step.proof.iter().for_each(|proof| text.push_str(&format!("      {}\n", plain(&fact(proof)))));
    }
    text.push_str(&if report.complete {
        message("report_complete", &[])
    } else {
        "Ended. Some steps are not done.".to_owned()
    });
    text
}

/// The name of a step as `nwdesk recover confirm` takes it.
fn name(kind: StepKind) -> String {
    serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn title(case: &RecoveryCase) -> String {
    let title = message(playbook_title(case.playbook), &[]);
    let about = match &case.subject {
        CaseSubject::Server => String::new(),
        CaseSubject::Target { target_name, .. } => format!(": {}", plain(target_name)),
        CaseSubject::Backup { target_name, path, .. } => format!(": {}, {}", plain(target_name), plain(path)),
        CaseSubject::Restore { job_id } => format!(": restore {job_id}"),
    };
    format!("{title}{about}\n  started {}\n", case.began_at)
}

fn heading(step: &Step) -> String {
    let mark = match step.state {
        StepState::Done => "x",
        StepState::NeedsYou => ">",
        StepState::Waiting => "~",
        StepState::Cannot => "!",
        StepState::Later => " ",
    };
    format!("  [{mark}] {}\n", named("step_", step.kind, ""))
}
