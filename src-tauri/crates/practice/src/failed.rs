//! The error of a practice instance that cannot do its work.

use desk_core::Error;
use desk_core::error::PracticeDetail;

/// A failure of the practice instance itself.
pub(crate) fn broken(sentence: &str, error: &impl ToString) -> Error {
    PracticeDetail::PracticeFailed.error().original(format!("{sentence} {}", error.to_string()))
}
