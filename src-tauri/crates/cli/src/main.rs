//! NodeWarden Desk for a terminal and for scripts: the same jobs as in the
//! window. Results go to stdout, progress and errors to stderr; with `--json`
//! one JSON object goes to stdout, also for an error.

mod bars;
mod cli;
mod commands;
mod connection;
mod exit;
mod output;
mod password;
mod stop;
mod way;
mod words;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::exit::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    #[cfg(not(debug_assertions))]
    desk_core::process::close_memory();
    let cli = Cli::parse();
    log();
    let output = Output::new(cli.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failure(&Failure::from(error)).into(),
    };
    let ended = runtime.block_on(commands::run(cli.command, output));
    // A blocking read that a person has given up on must not hold the end up.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit,
        Err(failure) => output.failure(&failure),
    }
    .into()
}

/// What the program notes for those who look into it: `NWDESK_LOG=debug`.
fn log() {
    if let Ok(filter) = tracing_subscriber::EnvFilter::try_from_env("NWDESK_LOG") {
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .init();
    }
}
