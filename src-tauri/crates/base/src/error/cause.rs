//! What failed underneath, in words that may be shown.

use std::error::Error;
use std::fmt;

use crate::redact::without_logins;

/// The words of an error of another library, and those of the errors under it. The error itself
/// may hold addresses with logins, headers or secrets, so only its words are kept, without logins.
#[derive(Debug)]
pub struct Cause {
    words: String,
    under: Option<Box<Self>>,
}

impl Cause {
    /// An error with all that is under it.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        Self::new(&error.to_string(), error.source())
    }

    /// The same with its own words, for an error that says more than may be shown.
    pub fn new(words: &str, under: Option<&(dyn Error + 'static)>) -> Self {
        Self { words: without_logins(words), under: under.map(|error| Box::new(Self::of(error))) }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let under = self.under.as_deref()?;
        Some(under)
    }
}
