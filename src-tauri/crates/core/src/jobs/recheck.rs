//! Looking again at what a server did: once, after the job that wanted to know is over.

use super::checkpoint::Checkpoint;
use super::{JobResult, JobState, backup, restore};
use crate::Error;
use crate::error::LostBecause;
use crate::server::Session;

/// What looking again showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Recheck {
    /// What the job made, when it was found.
    pub result: Option<JobResult>,
    /// What it failed with, or what is known of it.
    pub error: Option<Error>,
    /// The outcome is clear now.
    pub is_settled: bool,
}

/// Checks once the outcome of a job that ended in this state.
pub async fn recheck_outcome(session: &Session, before: &Checkpoint, state: JobState) -> Recheck {
    let why = if state == JobState::Interrupted { LostBecause::Interrupted } else { LostBecause::Lost };
    match before {
        Checkpoint::Backup(before) => {
            let mut seen = before.look(session).await;
            if seen == backup::Seen::Nothing
                && let Some(run) = before.newest_since(session).await
            {
                seen = backup::Seen::Made(run);
            }
            match seen {
                backup::Seen::Made(run) => Recheck {
                    result: Some(JobResult::Backup(before.made_unread(run))),
                    error: None,
                    is_settled: true,
                },
                backup::Seen::Failed(words) => Recheck {
                    result: None,
                    error: Some(super::outcome_recovery::failed_unheard(crate::server::error_from_target(
                        &words,
                    ))),
                    is_settled: true,
                },
                seen => {
                    Recheck { result: None, error: Some(before.unknown(&seen, why, None)), is_settled: false }
                }
            }
        }
        Checkpoint::Restore(before) => {
            let seen = before.seen(session).await;
            let is_settled = matches!(seen, restore::Seen::Restored | restore::Seen::Failed(_));
            let (Ok(error) | Err(error)) = before.explain_unknown(&seen, why, None);
            Recheck { result: None, error: Some(error), is_settled }
        }
    }
}
