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
    /// Sign in once and keep the session under a profile's name.
    Login(login),
    /// Back up to a target now, read the backup back and verify it in full.
    Backup(backup),
    /// List the server's targets.
    Targets(targets),
    /// Check a target's folder directly, put back what is missing there, or copy it.
    Target(target),
    /// Add, list or remove desk targets: places that this computer backs up to by itself.
    DeskTarget(desk_target),
    /// List a folder of a target.
    List(list),
    /// Download a backup and check it in full.
    Download(download),
    /// Check a backup on its target.
    Integrity(integrity),
    /// Find out what is wrong with a server and its targets.
    Diagnose(diagnose),
    /// Say everything about a backup ZIP, without account or network.
    Inspect(inspect),
    /// Compare two backup ZIPs.
    Diff(diff),
    /// Save a copy without what Finder or Explorer added, which the server refuses.
    Clean(clean),
    /// Save what can still be read of a damaged backup as a new archive.
    Salvage(salvage),
    /// Save everything the server holds as one ZIP, with every attachment inside.
    Export(export),
    /// Put the attachments into a backup ZIP that only lists them.
    Complete(complete),
    /// Decrypt an export that was encrypted with a passphrase.
    Decrypt(decrypt),
    /// Rehearse a restore: restore a backup ZIP into a throw-away server on this computer.
    Drill(drill),
    /// Restore a backup, from a file or from a target.
    Restore(restore),
    /// Show a restore that was made: counts, what was left out, and what is still to be done.
    Restored(restored),
    /// Remove from a target what a restore through it put there.
    Unstage(unstage),
    /// List the safety copies that restores made on this computer, or remove one.
    SafetyCopies(safety_copies),
    /// Start a practice instance: a NodeWarden-compatible server and target on this computer.
    Practice(practice),
    /// Test JWT_SECRET candidates, read from stdin one a line, without any network.
    SecretCheck(secret_check),
    /// Read the targets' settings out of a backup ZIP with an administrator's master password.
    SettingsFrom(settings_from),
    /// Repair the server's backup settings, and prove it with a backup to each target.
    Repair(repair),
    /// Print the completion script of a shell: bash, elvish, fish, powershell or zsh.
    Completions(completions),
    /// Write the man pages of nwdesk and its commands into a folder.
    Manual(manual),
}
