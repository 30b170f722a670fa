//! What goes to stdout and stderr.

use std::io::{self, Write};

use desk_core::Error;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};

/// Where a command puts what it has to say.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Scripts read along: JSON, and no questions.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// The command's result: `value` for scripts, `text` for people.
    pub fn result(self, value: &Value, text: &str) {
        if self.json { line(io::stdout(), &value.to_string()) } else { line(io::stdout(), text) }
    }

    /// A line for people, such as a step that is done; nothing for scripts.
    pub fn step(self, text: &str) {
        if !self.json {
            line(io::stdout(), text);
        }
    }

    /// A remark for people, beside the result.
    pub fn remark(self, text: &str) {
        if !self.json {
            line(io::stderr(), text);
        }
    }

    /// Tells of a failure; answers how to end.
    pub fn failure(self, failure: &Failure) -> Exit {
        match failure {
            Failure::Told { error, exit } => {
                if self.json {
                    line(io::stdout(), &json!({"error": error}).to_string());
                } else {
                    line(io::stderr(), &told(error));
                }
                *exit
            }
            Failure::Cancelled => {
                let message = "Cancelled.";
                if self.json {
                    let error =
                        json!({"code": "cancelled", "message": message, "hint": "", "original": null});
                    line(io::stdout(), &json!({"error": error}).to_string());
                } else {
                    line(io::stderr(), message);
                }
                Exit::Cancelled
            }
        }
    }
}

/// An error as a person reads it: what, the original words, what now.
fn told(error: &Error) -> String {
    let body = error.body();
    let mut text = format!("nwdesk: {error}");
    if let Some(words) = body.original.as_deref().filter(|words| !body.message.contains(*words)) {
        text.push_str(&format!("\n  original: {words}"));
    }
    if !body.hint.is_empty() {
        text.push_str(&format!("\n  {}", body.hint));
    }
    text
}

/// Prints a line. A reader that has gone, as in `nwdesk list | head`, is no error.
fn line(mut to: impl Write, text: &str) {
    let _ = writeln!(to, "{}", text.trim_end()).and_then(|()| to.flush());
}
