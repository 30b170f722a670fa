//! The one error that leaves these crates: a code, a detail with its values, and what
//! is known beyond it. Its sentence and its hint come from the message file that the
//! window uses too (`messages.rs`), so that both say the same.

mod cause;
mod code;
mod context;
pub mod details;
mod files;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use cause::Cause;
pub use code::Code;
pub use context::{CallOutcome, Context, LostBecause};
pub use details::{
    AccountDetail, ArchiveDetail, CommandDetail, ConnectionDetail, Detail, EnvelopeDetail, FileDetail,
    JobDetail, LedgerDetail, PracticeDetail, ServerDetail, TargetCall, TargetDetail,
};

/// The result of everything in these crates that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What failed underneath.
#[derive(Clone)]
struct Source(Arc<dyn std::error::Error + Send + Sync>);

/// Its own words only: the parts of a foreign error may hold addresses and headers.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.to_string())
    }
}

/// An error for a person. Cheap to pass around: one pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(transparent)]
pub struct Error(Box<ErrorBody>);

/// The parts of an [`Error`].
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What went wrong, for those who act on it.
    pub code: Code,
    /// What went wrong, in an English sentence.
    pub message: String,
    /// What to do now, in English.
    pub hint: String,
    /// The words of the server, the target or the operating system, unchanged.
    pub original: Option<String>,
    /// How long to wait before trying again, in seconds, when the server says so.
    pub retry_after_seconds: Option<u32>,
    /// What went wrong exactly, with the values in the sentence. None when another
    /// version of the app wrote this error.
    pub detail: Option<Detail>,
    /// What is known beyond the detail.
    pub context: Context,
    #[serde(skip)]
    source: Option<Source>,
}

/// The source is not compared: what is stored has none.
impl PartialEq for ErrorBody {
    fn eq(&self, other: &Self) -> bool {
        let parts = |body: &Self| (body.code, body.retry_after_seconds);
        parts(self) == parts(other)
            && self.message == other.message
            && self.hint == other.hint
            && self.original == other.original
            && self.detail == other.detail
            && self.context == other.context
    }
}

impl Eq for ErrorBody {}

/// A stored error: another version may have written it, so only what every version
/// writes is required.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    code: Code,
    message: String,
    hint: String,
    original: Option<String>,
    retry_after_seconds: Option<u32>,
    #[serde(default)]
    detail: serde_json::Value,
    #[serde(default)]
    context: Context,
}

impl<'de> Deserialize<'de> for ErrorBody {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        Ok(Self {
            code: stored.code,
            message: stored.message,
            hint: stored.hint,
            original: stored.original,
            retry_after_seconds: stored.retry_after_seconds,
            detail: Detail::deserialize(stored.detail).ok(),
            context: stored.context,
            source: None,
        })
    }
}

impl Error {
    /// An error with this detail: its code and its words follow from it.
    pub fn of(detail: impl Into<Detail>) -> Self {
        let detail = detail.into();
        let body = ErrorBody {
            code: detail.code(),
            message: detail.sentence(),
            hint: String::new(),
            original: None,
            retry_after_seconds: None,
            detail: Some(detail),
            context: Context::default(),
            source: None,
        };
        Self(Box::new(body)).with(|_| {})
    }

    /// Adds the words of the one who failed, unchanged.
    #[must_use]
    pub fn original(mut self, words: impl Into<String>) -> Self {
        self.0.original = Some(words.into());
        self
    }

    /// Adds what failed underneath; its words become the original ones if there are none.
    #[must_use]
    pub fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.original.get_or_insert_with(|| source.to_string());
        self.0.source = Some(Source(Arc::new(source)));
        self
    }

    /// Adds how long the server asks to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// Replaces what to do now.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// Adds what is known beyond the detail.
    #[must_use]
    pub fn with(mut self, know: impl FnOnce(&mut Context)) -> Self {
        let body = &mut self.0;
        know(&mut body.context);
        if let Some(detail) = &body.detail {
            body.hint = body.context.around(&detail.hint());
        }
        self
    }

    /// What went wrong, for those who act on it.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What went wrong exactly. None when another version of the app wrote this error.
    pub fn detail(&self) -> Option<&Detail> {
        self.0.detail.as_ref()
    }

    /// The name of its detail, as in JSON; empty when it has none.
    pub fn kind(&self) -> String {
        self.detail().map(Detail::name).unwrap_or_default()
    }

    /// It is exactly this that went wrong.
    pub fn is(&self, detail: impl Into<Detail>) -> bool {
        self.0.detail == Some(detail.into())
    }

    /// What is known beyond the detail.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// All parts.
    pub fn body(&self) -> &ErrorBody {
        &self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source.0.as_ref())
    }
}

#[cfg(test)]
mod tests;
