//! Progress on a terminal: the stage, and a bar where bytes are counted. Where stderr
//! is not a terminal, a line for each long wait.

use std::sync::Arc;
use std::time::Duration;

use desk_core::jobs::JobEvent;
use desk_core::progress::{Progress, Update};
use desk_core::runner::Runner;
use desk_core::text;
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{Output, notice};
use crate::waiting::Waiting;
use crate::words;

/// Shows the jobs of a runner, on the bar that is returned. `first` is waited for until a job
/// names its first stage.
pub fn show(runner: &Arc<Runner>, output: Output, first: &str) -> Arc<Bar> {
    let shown = Arc::new(Bar::for_output(output, first));
    let bar = Arc::clone(&shown);
    runner.listen(Box::new(move |event| {
        match event {
            JobEvent::Progress { update, .. } => bar.report(update.clone()),
            JobEvent::Ended { .. } => bar.bar.finish_and_clear(),
            JobEvent::Started { .. } => {}
        }
        true
    }));
    shown
}

/// Says on standard error that a server asks to wait before it lets someone sign in.
pub fn waits_of_calls(update: &Update) {
    if let Update::Waiting { seconds } | Update::KeepingLimit { seconds } = update {
        let wait = text::duration(u64::from(*seconds));
        notice(&format!("Rate limit of the server reached. Continuing in {wait}. Ctrl+C stops."));
    }
}

/// One line on the terminal; drawn on nothing else.
pub struct Bar {
    bar: ProgressBar,
    waiting: Waiting,
}

impl Bar {
    /// One that scripts do not see. `first` is waited for until something is reported.
    pub fn for_output(output: Output, first: &str) -> Self {
        let bar = if output.draws() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if output.draws() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, waiting: Waiting::new(first) }
    }

    /// Waits for the work that reports here, and reports it where no bar is drawn.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        if self.bar.is_hidden() { self.waiting.during(work).await } else { work.await }
    }

    fn say(&self, what: &str) {
        let what = text::line(what).into_owned();
        self.waiting.now(what.clone());
        self.bar.set_message(what);
    }
}

impl Progress for Bar {
    fn report(&self, update: Update) {
        match update {
            Update::Stage { stage } => {
                // How long it has waited, so that a wait does not look like a standstill.
                let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
                self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                self.bar.reset_elapsed();
                self.say(words::stage(stage));
            }
            Update::UnknownStep { step } => self.say(&step),
            Update::Bytes { done, total } => {
                if let (Some(total), true) = (total, self.bar.length() != total) {
                    let style = ProgressStyle::with_template(
                        "{spinner} {msg} [{bar:24}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
                    );
                    self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                    self.bar.set_length(total);
                }
                self.bar.set_position(done);
            }
            Update::Files { done, total } => {
                self.bar.set_length(total);
                self.bar.set_position(done);
            }
            Update::Attachments { done, total, bytes, total_bytes } => {
                if self.bar.length() != Some(total_bytes) {
                    let style = ProgressStyle::with_template(
                        "{spinner} {msg} [{bar:24}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
                    );
                    self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                    self.bar.set_length(total_bytes);
                    // What was there before is no speed.
                    self.bar.set_position(bytes);
                    self.bar.reset_eta();
                }
                self.bar.set_position(bytes);
                self.say(&format!("Attachments: {done} of {total}"));
            }
            Update::OverLimits { limits } => {
                for limit in limits {
                    notice(&limit.sentence());
                }
                notice(words::OVER_LIMITS_HINT);
            }
            Update::KeepingLimit { seconds } => {
                let time = text::duration(seconds.into());
                self.say(&format!("Waiting {time} because of the server's rate limit"));
            }
            Update::Waiting { seconds } => {
                self.say(&format!("The server requires a wait of {}", text::duration(seconds.into())));
            }
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_in_a_server_step_are_escaped() {
        let bar = Bar { bar: ProgressBar::hidden(), waiting: Waiting::new("the server") };
        bar.report(Update::UnknownStep { step: "a\u{1b}]0;t\u{7}\u{9b}31m\u{202e}b\nc".to_owned() });
        let drawn = bar.bar.message();
        assert!(drawn.starts_with('a') && drawn.ends_with('c'), "{drawn:?}");
        assert!(!drawn.chars().any(text::is_unsafe), "{drawn:?}");
    }
}
