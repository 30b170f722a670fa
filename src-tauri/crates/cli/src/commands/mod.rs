//! One file for each command, and the list of all.

mod backup;
mod clean;
mod complete;
mod completions;
mod decrypt;
mod desk_target;
mod diagnose;
mod diff;
mod download;
mod drill;
mod export;
mod inspect;
mod integrity;
pub mod list;
mod login;
mod manual;
mod practice;
mod recover;
mod repair;
mod restore;
mod restored;
mod safety_copies;
mod salvage;
mod secret_check;
mod settings_from;
mod target;
pub mod targets;
mod unstage;

pub mod ended;
mod exporting;
mod opened_target;
mod places;

use clap::Subcommand;

use crate::exit::Ended;
use crate::output::Output;

/// Every subcommand, its help, and the module that runs it.
macro_rules! commands {
    ($($(#[$help:meta])+ $command:ident($module:ident),)+) => {
        /// What `nwdesk` is asked to do.
        #[derive(Subcommand)]
        pub enum Command {
            $($(#[$help])+ $command(Box<$module::Args>),)+
        }

        /// Runs a command to its end.
        pub async fn run(command: Command, output: Output) -> Ended {
            match command {
                $(Command::$command(args) => $module::run(*args, output).await,)+
            }
        }
    };
}

commands! {
    /// Sign in once and save the session as a profile.
    Login(login),
    /// Back up to a target now, read the backup back and verify it in full.
    Backup(backup),
    /// List the server's targets.
    Targets(targets),
    /// Check, repair or copy a target's folder directly.
    Target(target),
    /// Add, list or remove desk targets: places that this computer backs up to automatically.
    DeskTarget(desk_target),
    /// List a folder of a target.
    List(list),
    /// Download a backup and verify it in full.
    Download(download),
    /// Verify a backup on its target.
    Integrity(integrity),
    /// Find problems with a server and its targets.
    Diagnose(diagnose),
    /// Recover from a problem step by step, with proof of each step.
    Recover(recover),
    /// Inspect a backup ZIP without an account or network.
    Inspect(inspect),
    /// Compare two backup ZIPs.
    Diff(diff),
    /// Save a cleaned copy of a backup ZIP that was repacked by Finder or Explorer.
    Clean(clean),
    /// Save what can still be read of a damaged backup as a new archive.
    Salvage(salvage),
    /// Save all data of the server as one ZIP, including attachments.
    Export(export),
    /// Add attachments to a backup ZIP that only lists them.
    Complete(complete),
    /// Decrypt an export that is encrypted with a passphrase.
    Decrypt(decrypt),
    /// Run a drill: restore a backup ZIP into a temporary server on this computer.
    Drill(drill),
    /// Restore a backup from a file or a target.
    Restore(restore),
    /// Show a past restore: counts, skipped attachments and remaining steps.
    Restored(restored),
    /// Remove files from a target that were uploaded for a restore.
    Unstage(unstage),
    /// List the safety copies on this computer, or remove one.
    SafetyCopies(safety_copies),
    /// Start a practice instance: a NodeWarden-compatible server and target on this computer.
    Practice(practice),
    /// Test JWT_SECRET candidates offline, read from stdin, one per line.
    SecretCheck(secret_check),
    /// Read the targets' settings in a backup ZIP with an administrator's master password.
    SettingsFrom(settings_from),
    /// Repair the server's backup settings, and confirm it with a backup to each target.
    Repair(repair),
    /// Print the completion script of a shell: bash, elvish, fish, powershell or zsh.
    Completions(completions),
    /// Write the man pages of nwdesk and its commands into a folder.
    Manual(manual),
}
