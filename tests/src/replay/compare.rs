//! Comparing a response with a recorded one, value by value.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::{Exceptions, Kind};

/// A difference that no exception covers.
#[derive(Debug)]
pub struct Difference {
    /// Where it is.
    pub place: String,
    /// What was recorded.
    pub recorded: String,
    /// What was returned.
    pub answered: String,
}

impl Difference {
    /// A difference at a place.
    pub fn new(place: impl Into<String>, recorded: &impl ToString, answered: &impl ToString) -> Self {
        Self { place: place.into(), recorded: recorded.to_string(), answered: answered.to_string() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: recorded {}, answered {}", self.place, self.recorded, self.answered)
    }
}

/// Compares two values in full. What an exception covers is handed to `covered`.
pub fn compare(
    exceptions: &Exceptions,
    transcript: &str,
    place: &str,
    recorded: &Value,
    answered: &Value,
    covered: &mut dyn FnMut(Kind, &Value, &Value),
) -> Vec<Difference> {
    match (recorded, answered) {
        (Value::Object(recorded), Value::Object(answered)) => {
            let names: BTreeSet<&String> = recorded.keys().chain(answered.keys()).collect();
            let differences = names.into_iter().flat_map(|name| {
                let place = format!("{place}/{name}");
                match (recorded.get(name), answered.get(name)) {
                    (Some(recorded), Some(answered)) => {
                        compare(exceptions, transcript, &place, recorded, answered, covered)
                    }
                    (Some(recorded), None) => vec![Difference::new(place, recorded, &"nothing")],
                    (None, answered) => {
                        vec![Difference::new(place, &"nothing", answered.unwrap_or(&Value::Null))]
                    }
                }
            });
            differences.collect()
        }
        (Value::Array(recorded), Value::Array(answered)) if recorded.len() == answered.len() => {
            let pairs = recorded.iter().zip(answered).enumerate();
            pairs
                .flat_map(|(number, (recorded, answered))| {
                    let place = format!("{place}/{number}");
                    compare(exceptions, transcript, &place, recorded, answered, covered)
                })
                .collect()
        }
        _ if recorded == answered => Vec::new(),
        _ => {
            let field = place.rsplit('/').next().unwrap_or(place);
            match exceptions.allow(transcript, field, recorded, answered) {
                Some(kind) => {
                    covered(kind, recorded, answered);
                    Vec::new()
                }
                None => vec![Difference::new(place, recorded, answered)],
            }
        }
    }
}
