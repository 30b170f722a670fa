//! `nwdesk clean`

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use desk_core::archive;
use secrecy::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

use super::ended;
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::stop::Stop;
use crate::words;

/// Save a cleaned copy of a backup ZIP. The server refuses archives repacked by Finder, Explorer or
/// other programs. The copy contains only entries that belong in a backup, with correct names and a
/// compression that the server can read. The original is not changed. Exits with 5 and a list if an
/// attachment is not in the copy.
#[derive(clap::Args)]
pub struct Args {
    /// Backup ZIP.
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Path of the copy. A hash in its name is replaced with the copy's own.
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// File with the password of the ZIP.
    #[arg(long = "password-file", value_name = "F")]
    opened_with: Option<PathBuf>,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let cancel = Stop::listen().token();
    let password = args.opened_with.as_deref().map(first_line_of).transpose()?;
    let cleaning = tokio::task::spawn_blocking(move || {
        archive::clean(&args.input, &args.output, password.as_ref(), &cancel)
    });
    let cleaned = ended::read("reading and writing the backup", cleaning).await?;
    let mut text =
        format!("{} ({})\n", words::plain(&cleaned.path.display().to_string()), words::bytes(cleaned.bytes));
    for name in &cleaned.removed {
        text.push_str(&format!("  left out: {}\n", words::plain(name)));
    }
    for name in &cleaned.not_kept {
        text.push_str(&format!("  ! not in the copy: {}\n", words::plain(name)));
    }
    output.result(&json!({"result": cleaned}), &text);
    Ok(if cleaned.not_kept.is_empty() { Exit::Good } else { Exit::Skipped })
}

/// More than any password has, in bytes.
const LONGEST: u64 = 64 << 10;

/// The password on the first line of a file.
fn first_line_of(file: &Path) -> Ended<SecretString> {
    let mut text = Zeroizing::new(Vec::new());
    let opened = File::open(file).map_err(|error| desk_core::Error::file(file, &error))?;
    opened.take(LONGEST).read_to_end(&mut text).map_err(|error| desk_core::Error::file(file, &error))?;
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(password) if !password.is_empty() => Ok(password.into()),
        _ => Err(Failure::usage(
            format!("{} contains no password.", file.display()),
            "Write the ZIP's password as UTF-8 text on the first line of the file.",
        )),
    }
}
