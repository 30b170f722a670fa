//! `nwdesk secret-check`

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use desk_core::envelope::Verdict;
use desk_core::error::CommandDetail;
use desk_core::incidents::{Against, CandidateAnswer, CandidateReason, NearMiss, check, evidence_text};
use desk_core::{Code, Error, text};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::password::unbuffered_stdin;

/// Test JWT_SECRET candidates offline, read from stdin, one per line. The output never contains the
/// candidates. Exits with 0 if one of them is correct.
#[derive(clap::Args)]
#[group(id = "evidence", required = true, multiple = false)]
pub struct Args {
    /// File with a previous access token; it may have expired.
    #[arg(long, value_name = "F")]
    token_file: Option<PathBuf>,
    /// File with the stored settings: the row backup.settings.v1, or an exported database that
    /// contains it.
    #[arg(long, value_name = "F")]
    envelope_file: Option<PathBuf>,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let against = match (&args.token_file, &args.envelope_file) {
        (Some(file), _) | (None, Some(file)) => evidence(file, args.token_file.is_some())?,
        (None, None) => {
            return Err(crate::exit::Failure::usage("Nothing to test against.", "Use --token-file."));
        }
    };
    let input = text::read_bytes(unbuffered_stdin()?, MOST, "The list of candidates")?;
    let tested = |line: &str| check(&against, &line.trim_end_matches('\r').into());
    let answers: Vec<Option<CandidateAnswer>> = match text::decode(&input) {
        Some(text) => text.split_terminator('\n').map(|line| Some(tested(line))).collect(),
        // A line that is no text leaves the others what they are.
        None => {
            let lines = input.strip_suffix(b"\n").unwrap_or(&input).split(|byte| *byte == b'\n');
            lines.map(|line| std::str::from_utf8(line).ok().map(tested)).collect()
        }
    };
    let verdict = |answer: Option<CandidateAnswer>| answer.map_or(Verdict::Unknown, |answer| answer.verdict);
    let lines = || answers.iter().enumerate().map(|(index, answer)| (index + 1, *answer));
    let value: Vec<Value> = lines()
        .map(|(line, answer)| json!({"line": line, "verdict": verdict(answer), "reason": reason(answer)}))
        .collect();
    let text: String = lines().map(|(line, answer)| format!("line {line}: {}\n", reason(answer))).collect();
    output.result(
        &Value::Array(value),
        if text.is_empty() { "No candidates were found on stdin." } else { &text },
    );
    Ok(if answers.iter().any(|answer| verdict(*answer) == Verdict::Right) {
        Exit::Good
    } else {
        Exit::Failed
    })
}

/// More than any list of candidates has, in bytes.
const MOST: usize = 1 << 20;

/// A file of evidence may be an exported database, but never has this many bytes.
const LARGEST_EVIDENCE: u64 = 512 << 20;

fn evidence(file: &Path, may_be_no_token: bool) -> Ended<Against> {
    let failed = |error| Error::file(file, &error);
    let mut bytes = Zeroizing::new(Vec::new());
    let opened = File::open(file).map_err(failed)?;
    if opened.take(LARGEST_EVIDENCE + 1).read_to_end(&mut bytes).map_err(failed)? as u64 > LARGEST_EVIDENCE {
        return Err(CommandDetail::TokenFileTooLarge { path: file.display().to_string() }.error().into());
    }
    let text = evidence_text(&bytes);
    match Against::find_in(&text) {
        // A file without a token is no failure of the command: the result is inconclusive.
        Err(error) if may_be_no_token && error.code() == Code::InvalidRequest => Ok(Against::Token(text)),
        found => Ok(found?),
    }
}

fn reason(answer: Option<CandidateAnswer>) -> &'static str {
    let Some(answer) = answer else { return "Inconclusive: this line is not UTF-8 text." };
    match (answer.nearly, answer.reason) {
        (Some(NearMiss::WithoutBlanks), _) => "Wrong as it is; correct without the spaces around it.",
        (Some(NearMiss::WithoutInvisible), _) => {
            "Wrong as it is; correct without the invisible characters in it."
        }
        (Some(NearMiss::WithoutQuotes), _) => {
            "Wrong as it is; correct without the quotation marks around it."
        }
        (Some(NearMiss::WithoutName), _) => "Wrong as it is; correct without the name JWT_SECRET before it.",
        (Some(NearMiss::WithLineEnd), _) => {
            "Wrong as it is; correct with a line break after it, as echo adds one."
        }
        (None, CandidateReason::SignedThisToken) => "Correct: it signed this access token.",
        (None, CandidateReason::OpensTheseSettings) => {
            "Correct: it opens the runtime part of these settings."
        }
        (None, CandidateReason::DidNotSignThisToken) => "Wrong: it did not sign this access token.",
        (None, CandidateReason::DoesNotOpenTheseSettings) => {
            "Wrong: it does not open the runtime part of these settings."
        }
        (None, CandidateReason::NoSignedToken) => {
            "Inconclusive: the file contains no access token signed with HS256."
        }
        (None, CandidateReason::NoRuntimePart) => {
            "Inconclusive: these settings have no runtime part, as in every backup, or it is damaged."
        }
        (None, CandidateReason::SettingsInTheClear) => {
            "Inconclusive: these settings are not encrypted, so no secret can be tested with them."
        }
    }
}
