//! How a long job ends: stopping is an outcome, not an error.

use crate::Error;

/// The end of a long job that did not fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    /// It came to its end.
    Done(T),
    /// Someone asked it to stop, and it left nothing half done behind.
    Stopped,
    /// The connection died and it could not be wholly found out what the server did;
    /// this says what is known, and what to look at.
    Unknown(Error),
}

impl<T> Outcome<T> {
    /// The same end with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(value) => Outcome::Done(change(value)),
            Self::Stopped => Outcome::Stopped,
            Self::Unknown(known) => Outcome::Unknown(known),
        }
    }
}

/// Continues with the value of an outcome, or ends the function with the outcome.
#[macro_export]
macro_rules! done_or_return {
    ($outcome:expr) => {
        match $outcome {
            $crate::Outcome::Done(value) => value,
            $crate::Outcome::Stopped => return Ok($crate::Outcome::Stopped),
            $crate::Outcome::Unknown(known) => return Ok($crate::Outcome::Unknown(known)),
        }
    };
}
