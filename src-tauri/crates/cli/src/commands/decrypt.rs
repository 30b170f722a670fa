//! `nwdesk decrypt`

use std::path::{Path, PathBuf};

use desk_core::jobs;
use serde_json::json;
use tempfile::TempDir;

use super::{ended, exporting};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::stop::Stop;
use crate::words;

/// Decrypt an export that is encrypted with a passphrase. The result has the original name and
/// content.
#[derive(clap::Args)]
pub struct Args {
    /// Encrypted file.
    #[arg(value_name = "FILE.age")]
    file: PathBuf,
    /// File with the passphrase on its first line.
    #[arg(long, value_name = "F")]
    passphrase_file: PathBuf,
    /// Folder for the ZIP (default: the folder of the encrypted file).
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let cancel = Stop::listen().token();
    let passphrase = exporting::passphrase_in(&args.passphrase_file)?;
    let parent = args.file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = args.to.clone().unwrap_or_else(|| parent.unwrap_or(Path::new(".")).to_owned());
    let decrypting =
        tokio::task::spawn_blocking(move || jobs::decrypt(&args.file, &passphrase, &folder, &cancel));
    let file = ended::read("decrypting the file", decrypting).await?;
    let shown = file.display().to_string();
    output.result(&json!({"file": shown}), &words::plain(&shown));
    Ok(Exit::Good)
}

/// A file as it can be read: an encrypted one is decrypted into a private folder, which goes when
/// the second of both is dropped.
pub async fn readable(
    file: PathBuf,
    passphrase_file: Option<&Path>,
    stop: &Stop,
) -> Ended<(PathBuf, Option<TempDir>)> {
    if !jobs::is_encrypted(&file) {
        return Ok((file, None));
    }
    let Some(passphrase_file) = passphrase_file else {
        return Err(Failure::usage(
            "This file is encrypted with a passphrase.",
            "Provide the passphrase with --passphrase-file.",
        ));
    };
    let passphrase = exporting::passphrase_in(passphrase_file)?;
    let folder = tempfile::Builder::new().prefix("nodewarden-desk-").tempdir()?;
    let (to, cancel) = (folder.path().to_owned(), stop.token());
    let decrypting = tokio::task::spawn_blocking(move || jobs::decrypt(&file, &passphrase, &to, &cancel));
    let path = ended::read("decrypting the file", decrypting).await?;
    Ok((path, Some(folder)))
}
