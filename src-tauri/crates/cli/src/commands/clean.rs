//! `nwdesk clean`

use std::path::PathBuf;

use desk_core::archive;
use serde_json::json;

use super::ended;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::stop::Stop;
use crate::words;

/// Save a copy of a backup ZIP with only what belongs in one. The server refuses
/// archives that Finder or Explorer packed anew. The original stays as it is.
#[derive(clap::Args)]
pub struct Args {
    /// The backup ZIP.
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where the copy goes. A hash in this name becomes the copy's own.
    #[arg(value_name = "OUT")]
    output: PathBuf,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let cancel = Stop::listen().token();
    let cleaning = tokio::task::spawn_blocking(move || archive::clean(&args.input, &args.output, &cancel));
    let cleaned = ended::read("reading and writing the backup", cleaning).await?;
    let mut text =
        format!("{} ({})\n", words::plain(&cleaned.path.display().to_string()), words::bytes(cleaned.bytes));
    for name in &cleaned.removed {
        text.push_str(&format!("  left out: {}\n", words::plain(name)));
    }
    output.result(&json!({"result": cleaned}), &text);
    Ok(Exit::Good)
}
