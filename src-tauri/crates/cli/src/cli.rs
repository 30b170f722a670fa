//! The command line.

use clap::Parser;

use crate::commands::Command;

/// Make, check and restore backups of a NodeWarden server.
#[derive(Parser)]
#[command(name = "nwdesk", version, long_version = desk_version::LINE.as_str(), after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Print one JSON object to stdout instead of text, including for errors.
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    success
  1    failed, or could not be verified
  2    invalid usage
  3    the archive is damaged
  4    the server would refuse the archive, or refused it
  5    finished, but with skipped items
  6    the backup settings need repair, or cannot be opened with this account
  7    the server is busy with another backup or restore
  130  cancelled

Passwords are read from a prompt, --password-stdin or NWDESK_PASSWORD, never from an argument.
NWDESK_HOME sets the data folder.";

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
