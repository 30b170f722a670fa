//! `nwdesk manual`

use std::path::PathBuf;

use clap::CommandFactory as _;
use desk_core::Error;
use desk_core::text::{Noun, count};
use serde_json::json;

use crate::cli::Cli;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::words::plain;

/// Write the man pages of nwdesk and its commands into a folder.
#[derive(clap::Args)]
pub struct Args {
    /// Folder.
    folder: PathBuf,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let failed = |error: &std::io::Error| Error::file(&args.folder, error);
    std::fs::create_dir_all(&args.folder).map_err(|error| failed(&error))?;
    clap_mangen::generate_to(Cli::command(), &args.folder).map_err(|error| failed(&error))?;
    let entries = std::fs::read_dir(&args.folder).map_err(|error| failed(&error))?;
    let mut pages: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name.starts_with("nwdesk") && name.ends_with(".1"))
        .collect();
    pages.sort();
    let text = format!(
        "Wrote {} to {}.",
        count(pages.len() as u64, Noun::File),
        plain(&args.folder.display().to_string())
    );
    output.result(&json!({"pages": pages}), &text);
    Ok(Exit::Good)
}
