//! `nwdesk secret-check`

use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use desk_core::Error;
use desk_core::envelope::{Envelope, Evidence, Stored, Verdict, secret_check};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::exit::{Ended, Exit};
use crate::output::Output;

/// Test JWT_SECRET candidates, read from stdin one a line, without any network.
/// Candidates are never repeated in the answer. Ends with 0 when one of them is
/// right.
#[derive(clap::Args)]
#[group(id = "evidence", required = true, multiple = false)]
pub struct Args {
    /// A file with an access token of before; it may have expired.
    #[arg(long, value_name = "F")]
    token_file: Option<PathBuf>,
    /// A file with the stored settings: the row backup.settings.v1, or an exported
    /// database with it.
    #[arg(long, value_name = "F")]
    envelope_file: Option<PathBuf>,
}

/// What the candidates are tested against.
enum Against {
    Token(SecretString),
    Envelope(Box<Envelope>),
    /// Settings that no secret ever sealed.
    Plain,
}

pub fn run(args: &Args, output: Output) -> Ended {
    let against = match (&args.token_file, &args.envelope_file) {
        (Some(file), _) => Against::Token(read(file)?.into()),
        (None, Some(file)) => match Envelope::find_in(&read(file)?)? {
            Stored::Envelope(envelope) => Against::Envelope(Box::new(envelope)),
            Stored::Plain(_) => Against::Plain,
        },
        (None, None) => {
            return Err(crate::exit::Failure::usage("No evidence is named.", "Give --token-file."));
        }
    };
    let mut verdicts = Vec::new();
    for line in std::io::stdin().lock().lines() {
        verdicts.push(against.test(&line?.trim_end_matches('\r').into()));
    }
    let lines = || verdicts.iter().enumerate().map(|(index, verdict)| (index + 1, *verdict));
    let value: Vec<Value> = lines()
        .map(|(line, verdict)| json!({"line": line, "verdict": verdict, "reason": against.reason(verdict)}))
        .collect();
    let text: String =
        lines().map(|(line, verdict)| format!("line {line}: {}\n", against.reason(verdict))).collect();
    output.result(
        &Value::Array(value),
        if text.is_empty() { "There was no candidate on stdin." } else { &text },
    );
    Ok(if verdicts.contains(&Verdict::Right) { Exit::Good } else { Exit::Failed })
}

impl Against {
    fn test(&self, candidate: &SecretString) -> Verdict {
        match self {
            Self::Token(token) => secret_check(candidate, Evidence::AccessToken(token)),
            Self::Envelope(envelope) => secret_check(candidate, Evidence::Envelope(envelope)),
            Self::Plain => Verdict::Unknown,
        }
    }

    fn reason(&self, verdict: Verdict) -> &'static str {
        match (verdict, self) {
            (Verdict::Right, Self::Token(_)) => "Right: it signed this access token.",
            (Verdict::Right, _) => "Right: it opens the runtime part of these settings.",
            (Verdict::Wrong, Self::Token(_)) => "Wrong: it did not sign this access token.",
            (Verdict::Wrong, _) => "Wrong: it does not open the runtime part of these settings.",
            (Verdict::Unknown, Self::Token(_)) => {
                "Cannot tell: the file holds no access token signed with HS256."
            }
            (Verdict::Unknown, Self::Envelope(_)) => {
                "Cannot tell: these settings have no runtime part, as in every backup, or it is damaged."
            }
            (Verdict::Unknown, Self::Plain) => {
                "Cannot tell: these settings are in the clear; no secret sealed them."
            }
        }
    }
}

fn read(file: &Path) -> Ended<String> {
    Ok(std::fs::read_to_string(file).map_err(|error| Error::file(file, &error))?)
}
