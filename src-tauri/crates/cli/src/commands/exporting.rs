//! What `export` and `complete` have in common.

use std::fs::File;
use std::path::{Path, PathBuf};

use desk_core::Error;
use desk_core::jobs::{self, ExportRequest, ExportResult, JobRecord, JobResult, JobState, Missing, Resume};
use desk_core::text::{self, Noun, count, verb};
use secrecy::SecretString;
use serde_json::json;

use super::ended;
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::words;

/// How an export is made.
#[derive(clap::Args)]
pub struct Exporting {
    /// Folder for the file.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// What to do if attachments are missing: create no file, keep an incomplete file that cannot
    /// be imported, or leave these attachments out.
    #[arg(long, value_enum, default_value = "fail")]
    missing: MissingChoice,
    /// Encrypt the file with a passphrase, as an age file.
    #[arg(long, requires = "passphrase_file")]
    encrypt: bool,
    /// File with the passphrase on its first line.
    #[arg(long, value_name = "F", requires = "encrypt")]
    passphrase_file: Option<PathBuf>,
    /// Continue the newest matching unfinished export, or start a new one if there is none.
    #[arg(long)]
    resume: bool,
    /// Number of attachments to fetch at a time.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u8).range(1..=32))]
    parallel: u8,
}

/// [`Missing`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum MissingChoice {
    Fail,
    Keep,
    LeaveOut,
}

impl Exporting {
    /// Fills in how it is made.
    pub fn apply(&self, work: &mut ExportRequest, output: Output) -> Ended<()> {
        work.missing = match self.missing {
            MissingChoice::Fail => Missing::Fail,
            MissingChoice::Keep => Missing::Keep,
            MissingChoice::LeaveOut => Missing::LeaveOut,
        };
        work.parallel = usize::from(self.parallel);
        work.passphrase = self.passphrase_file.as_deref().map(passphrase_in).transpose()?;
        work.resume = if self.resume { Resume::Latest } else { Resume::New };
        if !self.resume && !jobs::unfinished_exports(&self.to).is_empty() {
            output.remark("There is an unfinished export in this folder. Use --resume to continue it.");
        }
        Ok(())
    }
}

/// More than any passphrase has, in bytes.
const LONGEST: usize = 16 << 10;

/// The passphrase on the first line of a file.
pub fn passphrase_in(file: &Path) -> Ended<SecretString> {
    let opened = File::open(file).map_err(|error| Error::file(file, &error))?;
    let line = text::read_line(opened, LONGEST, &file.display().to_string())?;
    match line {
        Some(mut line) if !line.is_empty() => Ok(std::mem::take(&mut *line).into()),
        _ => Err(Failure::usage(
            format!("{} contains no passphrase.", file.display()),
            "Write the passphrase on the first line of the file.",
        )),
    }
}

/// Reports the outcome, and exits accordingly.
pub fn describe(job: JobRecord, output: Output) -> Ended {
    if job.state == JobState::Cancelled {
        output.remark("Attachments fetched so far are kept. Use --resume to continue.");
    }
    let JobResult::Export(export) = ended::result(job)? else { return Err(ended::without_result()) };
    output.result(&json!(export), &text(&export));
    Ok(exit_of(&export))
}

fn exit_of(export: &ExportResult) -> Exit {
    let is_damaged = export.check.as_ref().is_some_and(|check| !check.damage.is_empty());
    if !export.attachments.missing.is_empty() {
        Exit::Skipped
    } else if export.importable {
        Exit::Good
    } else if is_damaged {
        Exit::Damaged
    } else {
        Exit::Refused
    }
}

/// Missing attachments that a terminal lists; `--json` has them all.
const MOST_LINES: usize = 50;

fn text(export: &ExportResult) -> String {
    let mut text = match &export.file {
        Some(file) => format!("{} ({})\n", words::plain(file), words::bytes(export.bytes)),
        None => "No file was created; attachments fetched so far are kept.\n".to_owned(),
    };
    let attachments = &export.attachments;
    text.push_str(&format!("  attachments: {} of {} included\n", attachments.written, attachments.listed));
    for (source, bodies) in &export.sources {
        text.push_str(&format!("  {}: {}\n", words::source(*source), count(*bodies, Noun::Body)));
    }
    for body in attachments.missing.iter().take(MOST_LINES) {
        let owner = body.owner.as_deref().map(|email| format!(", of {email}")).unwrap_or_default();
        let said = body.original.as_deref().map(|words| format!(" ({words})")).unwrap_or_default();
        let line = format!(
            "{} ({}{owner}): {}{said}",
            body.path,
            words::bytes(body.size_bytes),
            words::missing_cause(body.cause)
        );
        text.push_str(&format!("  ! {}\n", words::plain(&line)));
    }
    let more = attachments.missing.len().saturating_sub(MOST_LINES);
    if more > 0 {
        text.push_str(&format!("  and {more} more; use --json for the full list\n"));
    }
    if export.file.is_some() {
        text.push_str(&format!("  sha256: {}\n", export.sha256));
    }
    if !attachments.missing.is_empty() {
        text.push_str(&format!("  {}\n", after_missing(export)));
    }
    match &export.reason {
        None if export.importable => text.push_str("  complete: the server would import it\n"),
        Some(reason) => text.push_str(&format!("  {}\n", words::plain(reason))),
        None => {}
    }
    if !export.over_limits.is_empty() {
        text.push_str(&format!("  {}\n", words::OVER_LIMITS_HINT));
    }
    text
}

/// What happened to the missing attachments, and what can be done.
fn after_missing(export: &ExportResult) -> String {
    let missing = export.attachments.missing.len();
    match (&export.file, export.policy) {
        (None, _) => {
            "Continue with --resume to try again, with --missing keep for an incomplete file, or with \
                      --missing leave-out for one without them."
                .to_owned()
        }
        (Some(_), Missing::LeaveOut) => format!(
            "{} {} left out and would be lost after an import of this file.",
            count(missing, Noun::Attachment),
            verb(missing, "was", "were")
        ),
        (Some(_), _) => {
            "The file is incomplete. You can add the missing attachments later with nwdesk complete."
                .to_owned()
        }
    }
}
