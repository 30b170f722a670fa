//! What goes to stdout and stderr.

use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::sync::OnceLock;

use desk_core::{Error, text};
use serde::Serialize;
use serde_json::json;

use crate::exit::{Exit, Failure};

/// Why the first line that standard output did not take was lost.
static LOST: OnceLock<String> = OnceLock::new();

/// Where a command puts what it has to say. Everything that reaches the terminal
/// passes here, without the characters that act on it.
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

    /// Progress is drawn on a terminal that a person checks.
    pub fn draws(self) -> bool {
        !self.json && io::stderr().is_terminal()
    }

    /// The command's result: `value` for scripts, `text` for people.
    pub fn result(self, value: &impl Serialize, text: &str) {
        if self.json { json_line(value) } else { result(&text::lines(text)) }
    }

    /// A line for people, such as a step that is done; nothing for scripts.
    pub fn step(self, text: &str) {
        if !self.json {
            result(&text::lines(text));
        }
    }

    /// A remark for people, beside the result.
    pub fn remark(self, text: &str) {
        if !self.json {
            notice(text);
        }
    }

    /// Reports a failure; returns how to end.
    pub fn failure(self, failure: &Failure) -> Exit {
        match failure {
            Failure::Told { error, exit } => {
                if self.json {
                    json_line(&json!({"error": error}));
                } else {
                    notice(&describe(error));
                }
                *exit
            }
            Failure::Cancelled => {
                let message = "Cancelled.";
                if self.json {
                    let error =
                        json!({"code": "cancelled", "message": message, "hint": "", "original": null});
                    json_line(&json!({"error": error}));
                } else {
                    notice(message);
                }
                Exit::Cancelled
            }
        }
    }
}

/// The command's end, unless its result was lost: a success that no one can read is
/// none. A reader that has gone, as in `nwdesk list | head`, loses nothing.
pub fn settled(exit: Exit) -> Exit {
    match LOST.get() {
        Some(why) => {
            notice(&format!(
                "nwdesk: The output could not be written.\n  cause: {why}\n  \
                 The command itself ended with {}. Free space or send the output elsewhere.",
                exit.number()
            ));
            if exit == Exit::Good { Exit::Failed } else { exit }
        }
        None => exit,
    }
}

/// A line on standard error, where the result is not.
pub fn notice(text: &str) {
    // Where even standard error is gone, no one can be notified.
    let _ = line(io::stderr(), &text::lines(text));
}

/// Standard error for the lines of the log, which name what servers say.
pub struct LogLines;

impl Write for LogLines {
    /// Each line comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(text::lines(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// An error as a person reads it: what, the original words, what now. Nothing in it
/// from outside begins a line.
pub fn describe(error: &Error) -> String {
    let body = error.body();
    let mut text = format!("nwdesk: {}", text::line(&body.message));
    if let Some(words) = body.original.as_deref().filter(|words| !body.message.contains(*words)) {
        text.push_str(&format!("\n  original message: {}", text::line(words)));
    }
    if !body.hint.is_empty() {
        text.push_str(&format!("\n  {}", body.hint));
    }
    text
}

fn json_line(value: &impl Serialize) {
    match text::json(value) {
        Ok(line) => result(&line),
        Err(error) => {
            let _ = LOST.set(error.to_string());
        }
    }
}

fn result(text: &str) {
    match line(io::stdout(), text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // The first one is reported.
            let _ = LOST.set(error.to_string());
        }
        _ => {}
    }
}

fn line(mut to: impl Write, text: &str) -> io::Result<()> {
    writeln!(to, "{}", text.trim_end())?;
    to.flush()
}
