//! Invalid requests that only the command line can make.

use super::details;

details! {
    /// Invalid requests that only the command line can make.
    CommandDetail {
        Usage { what: String, todo: String } => InvalidRequest, error_usage, hint_usage;
        NotAHeaderLine { line: u32, path: String } => InvalidRequest, error_not_a_header_line, hint_not_a_header_line;
        NotALoginLine { line: u32, path: String } => InvalidRequest, error_not_a_login_line, hint_not_a_login_line;
        NoTargetInBackup { name: String, targets: String } => TargetNotFound, error_no_target_in_backup, hint_target_unknown;
        RestoreNotOnRecord => InvalidRequest, error_restore_not_on_record, hint_restore_not_on_record;
        NothingStagedHere => InvalidRequest, error_nothing_staged, hint_nothing_staged_here;
        TokenFileTooLarge { path: String } => InvalidRequest, error_token_file_too_large, hint_token_file_too_large;
    }
}
