//! What is known of a failure beyond its detail, whatever went wrong.

use serde::{Deserialize, Serialize};

use crate::messages::message;

/// What is known beyond the detail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Context {
    /// The HTTP status that the server gave.
    pub status: Option<u16>,
    /// What is certain about the call.
    pub call: Option<CallOutcome>,
    /// Why the outcome of the call is unknown.
    pub lost_because: Option<LostBecause>,
    /// The name of the target that it is about.
    pub target: Option<String>,
    /// The server was not asked for a backup when this happened.
    pub backup_not_made: bool,
    /// Where the copy is that was made before a restore.
    pub safety_copy: Option<String>,
}

/// What is certain about a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum CallOutcome {
    /// The call never left this computer.
    NotSent,
    /// The response was lost; that the call failed was found out afterwards.
    AnswerLost,
}

/// Why the outcome of a call is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum LostBecause {
    /// The response was lost.
    Lost,
    /// The person stopped waiting.
    Stopped,
    /// The app ended.
    Interrupted,
}

impl Context {
    /// A hint with what is certain before and after it, as in `wording.ts` of the window.
    pub(super) fn around(&self, hint: &str) -> String {
        let why = self.lost_because.map(|why| match why {
            LostBecause::Lost => "why_lost",
            LostBecause::Stopped => "why_stopped",
            LostBecause::Interrupted => "why_interrupted",
        });
        let call = self.call.map(|call| match call {
            CallOutcome::NotSent => "nothing_sent",
            CallOutcome::AnswerLost => "answer_lost",
        });
        let said = |key: Option<&str>| key.map(|key| message(key, &[]));
        [said(why), Some(hint.to_owned()), said(call)].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
