//! A result of the server, typed and as it came.

use serde_json::Value;

/// What the server returned, understood and as it came (secrets taken out).
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// As this app understands it.
    pub value: T,
    /// The server's own object.
    pub raw: Value,
}
