//! `nwdesk completions`

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde_json::json;

use crate::cli::Cli;
use crate::exit::{Ended, Exit};
use crate::output::Output;

/// Print the completion script of a shell.
#[derive(clap::Args)]
pub struct Args {
    /// Shell.
    shell: Shell,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "nwdesk", &mut script);
    let script = String::from_utf8_lossy(&script);
    output.result(&json!({"script": script}), script.trim_end());
    Ok(Exit::Good)
}
