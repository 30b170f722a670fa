//! Progress on a terminal: the stage, and a bar where bytes are counted. Nothing
//! where stderr is not a terminal.

use std::sync::Arc;
use std::time::Duration;

use desk_core::jobs::{JobEvent, Runner};
use desk_core::progress::{Progress, Update};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Output;
use crate::words;

/// Shows the jobs of a runner.
pub fn show(runner: &Arc<Runner>) {
    let bar = Bar::new();
    runner.listen(Box::new(move |event| {
        match event {
            JobEvent::Progress { update, .. } => bar.report(update.clone()),
            JobEvent::Ended { .. } => bar.0.finish_and_clear(),
            JobEvent::Started { .. } => {}
        }
        true
    }));
}

/// Says on standard error that a server asks to wait before it lets someone sign in.
pub fn waits_at_sign_in(update: Update) {
    if let Update::Waiting { seconds } = update {
        let unit = if seconds == 1 { "second" } else { "seconds" };
        eprintln!("The server asks to wait {seconds} {unit} before signing in. Ctrl+C stops.");
    }
}

/// One line on the terminal; drawn on nothing else.
pub struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// One that scripts do not see.
    pub fn for_output(output: Output) -> Self {
        if output.is_json() { Self(ProgressBar::hidden()) } else { Self::new() }
    }
}

impl Progress for Bar {
    fn report(&self, update: Update) {
        match update {
            Update::Stage { stage } => {
                self.0.set_style(ProgressStyle::default_spinner());
                self.0.set_message(words::stage(stage));
            }
            Update::UnknownStep { step } => self.0.set_message(step),
            Update::Bytes { done, total } => {
                if let (Some(total), true) = (total, self.0.length() != total) {
                    let style = ProgressStyle::with_template(
                        "{spinner} {msg} [{bar:24}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
                    );
                    self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                    self.0.set_length(total);
                }
                self.0.set_position(done);
            }
            Update::Files { done, total } => {
                self.0.set_length(total);
                self.0.set_position(done);
            }
            Update::Waiting { seconds } => self.0.set_message(format!("The server asks to wait {seconds} s")),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
