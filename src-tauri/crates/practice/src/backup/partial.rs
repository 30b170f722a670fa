//! Responses of a restore that report less than the backup holds. What is in the database
//! afterwards stays whole: only the response is changed.

use serde_json::{Value, json};

use crate::faults::PartialResult;

/// How many attachments a response leaves out without naming them.
const UNNAMED: u64 = 2;

impl PartialResult {
    /// The response, changed.
    pub(super) fn of(self, mut answer: Value) -> Value {
        let count = |answer: &Value, field: &str| answer["imported"][field].as_u64().unwrap_or(0);
        match self {
            Self::NoItems => answer["imported"]["ciphers"] = 0.into(),
            Self::SomeItems => answer["imported"]["ciphers"] = (count(&answer, "ciphers") / 2).into(),
            Self::FewerBodies => {
                answer["imported"]["attachmentFiles"] = (count(&answer, "attachmentFiles") / 2).into();
            }
            Self::SkippedWithoutItems => {
                let left_out = UNNAMED.min(count(&answer, "attachments"));
                for field in ["attachments", "attachmentFiles"] {
                    answer["imported"][field] = (count(&answer, field).saturating_sub(left_out)).into();
                }
                answer["skipped"] = json!({
                    "reason": "Some attachments could not be restored and were skipped",
                    "attachments": left_out,
                });
            }
        }
        answer
    }
}
