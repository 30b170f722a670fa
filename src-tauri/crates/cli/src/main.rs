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
#[cfg(test)]
mod shown;
mod stop;
mod transport_args;
mod waiting;
mod words;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::cli::Cli;
use crate::exit::{Exit, Failure};
use crate::output::{Output, settled};

fn main() -> ExitCode {
    #[cfg(not(debug_assertions))]
    desk_core::process::close_memory();
    settled(run()).into()
}

fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error),
    };
    log();
    let output = Output::new(cli.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failure(&Failure::from(error)),
    };
    let ended = runtime.block_on(commands::run(cli.command, output));
    // A blocking read that a person has given up on must not hold the end up.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit,
        Err(failure) => output.failure(&failure),
    }
}

/// Help that was requested, or arguments that make no sense: an error as every
/// other, in JSON where scripts read along.
fn not_understood(error: &clap::Error) -> Exit {
    let text = error.render().to_string();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        Output::new(false).step(&text);
        return Exit::Good;
    }
    let json = std::env::args_os().skip(1).take_while(|one| one != "--").any(|one| one == "--json");
    if !json {
        output::notice(&text);
        return Exit::Usage;
    }
    let (message, hint) = text.split_once("\n\n").unwrap_or((&text, "See nwdesk help."));
    let message = message.trim().trim_start_matches("error: ");
    Output::new(true).failure(&Failure::usage(message, hint.trim()))
}

/// What the program notes for those who look into it: `NWDESK_LOG=debug`.
fn log() {
    if let Ok(filter) = tracing_subscriber::EnvFilter::try_from_env("NWDESK_LOG") {
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(|| output::LogLines)
            .with_ansi(false)
            .init();
    }
}
