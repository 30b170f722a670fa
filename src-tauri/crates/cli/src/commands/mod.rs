//! One file per command.

pub mod backup;
pub mod clean;
pub mod complete;
pub mod decrypt;
pub mod diagnose;
pub mod diff;
pub mod download;
pub mod drill;
pub mod export;
pub mod inspect;
pub mod integrity;
pub mod list;
pub mod login;
pub mod practice;
pub mod repair;
pub mod restore;
pub mod restored;
pub mod safety_copies;
pub mod salvage;
pub mod secret_check;
pub mod settings_from;
pub mod target;
pub mod targets;
pub mod unstage;

mod ended;
mod exporting;
mod opened_target;

use crate::cli::Command;
use crate::exit::Ended;
use crate::output::Output;

/// Runs a command to its end.
pub async fn run(command: Command, output: Output) -> Ended {
    match command {
        Command::Login(args) => login::run(args, output).await,
        Command::Backup(args) => backup::run(args, output).await,
        Command::Targets(args) => targets::run(args, output).await,
        Command::Target(args) => target::run(args, output).await,
        Command::List(args) => list::run(args, output).await,
        Command::Download(args) => download::run(args, output).await,
        Command::Integrity(args) => integrity::run(args, output).await,
        Command::Inspect(args) => inspect::run(args, output).await,
        Command::Diagnose(args) => diagnose::run(args, output).await,
        Command::Diff(args) => diff::run(args, output).await,
        Command::Clean(args) => clean::run(args, output).await,
        Command::Export(args) => export::run(args, output).await,
        Command::Complete(args) => complete::run(args, output).await,
        Command::Decrypt(args) => decrypt::run(args, output).await,
        Command::Salvage(args) => salvage::run(args, output).await,
        Command::Drill(args) => drill::run(args, output).await,
        Command::Restore(args) => restore::run(args, output).await,
        Command::Restored(args) => restored::run(*args, output).await,
        Command::Unstage(args) => unstage::run(args, output).await,
        Command::SafetyCopies(args) => safety_copies::run(args, output).await,
        Command::Practice(args) => practice::run(args, output).await,
        Command::SecretCheck(args) => secret_check::run(&args, output),
        Command::Repair(args) => repair::run(args, output).await,
        Command::SettingsFrom(args) => settings_from::run(args, output).await,
    }
}
