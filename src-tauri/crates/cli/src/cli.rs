//! The command line.

use clap::{Parser, Subcommand};

use crate::commands::{
    backup, clean, complete, decrypt, diagnose, diff, download, drill, export, inspect, integrity, list,
    login, practice, repair, restore, restored, safety_copies, salvage, secret_check, settings_from, target,
    targets, unstage,
};

/// Backups of a NodeWarden server: made, checked and restored.
#[derive(Parser)]
#[command(name = "nwdesk", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Print one JSON object to stdout instead of text, also for errors.
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    good
  1    failed, or could not be verified
  2    wrong usage
  3    the archive is damaged
  4    the server would refuse the archive, or refused it
  5    finished, but with skipped items
  6    the backup settings need repair, or cannot be opened with this account
  7    the server is busy with another backup or restore
  130  cancelled

Passwords come from a prompt, from --password-stdin or from NWDESK_PASSWORD, never from an argument.
NWDESK_HOME moves the data folder.";

#[derive(Subcommand)]
pub enum Command {
    /// Sign in once and keep the session under a profile's name.
    Login(login::Args),
    /// Back up to a target now, read the backup back and verify it in full.
    Backup(backup::Args),
    /// List the server's targets.
    Targets(targets::Args),
    /// Check a target's folder directly, put back what is missing there, or copy it.
    Target(target::Args),
    /// List a folder of a target.
    List(list::Args),
    /// Download a backup and check it in full.
    Download(download::Args),
    /// Check a backup on its target.
    Integrity(integrity::Args),
    /// Find out what is wrong with a server and its targets.
    Diagnose(diagnose::Args),
    /// Say everything about a backup ZIP, without account or network.
    Inspect(inspect::Args),
    /// Compare two backup ZIPs.
    Diff(diff::Args),
    /// Save a copy without what Finder or Explorer added, which the server refuses.
    Clean(clean::Args),
    /// Save what can still be read of a damaged backup as a new archive.
    Salvage(salvage::Args),
    /// Save everything the server holds as one ZIP, with every attachment inside.
    Export(export::Args),
    /// Put the attachments into a backup ZIP that only lists them.
    Complete(complete::Args),
    /// Decrypt an export that was encrypted with a passphrase.
    Decrypt(decrypt::Args),
    /// Rehearse a restore: restore a backup ZIP into a throw-away server on this computer.
    Drill(drill::Args),
    /// Restore a backup, from a file or from a target.
    Restore(restore::Args),
    /// Show a restore that was made: counts, what was left out, and what is still to be done.
    Restored(Box<restored::Args>),
    /// Remove from a target what a restore through it put there.
    Unstage(unstage::Args),
    /// List the safety copies that restores made on this computer, or remove one.
    SafetyCopies(safety_copies::Args),
    /// Start a practice instance: a NodeWarden-compatible server and target on this computer.
    Practice(practice::Args),
    /// Test JWT_SECRET candidates, read from stdin one a line, without any network.
    SecretCheck(secret_check::Args),
    /// Read the targets' settings out of a backup ZIP with an administrator's master password.
    SettingsFrom(settings_from::Args),
    /// Repair the server's backup settings, and prove it with a backup to each target.
    Repair(repair::Args),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_password() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let takes_value = argument.get_action().takes_values();
                let name = argument.get_id().as_str();
                assert!(!(takes_value && name.contains("password")), "{} --{name}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
