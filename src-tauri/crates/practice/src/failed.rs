//! The error of a practice instance that cannot do its work.

use desk_core::{Code, Error};

/// A failure of the practice instance itself.
pub(crate) fn broken(sentence: &str, error: &impl ToString) -> Error {
    Error::new(Code::PracticeFailed, sentence, "Try again; if it stays so, restart this app.")
        .original(error.to_string())
}
