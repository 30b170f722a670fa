//! The practice instance.

use super::details;

details! {
    /// The practice instance.
    PracticeDetail {
        PracticeFailed => PracticeFailed, error_practice_failed, hint_practice_failed;
        NoDrillServer => PracticeFailed, error_no_drill_server, hint_no_drill_server;
        PracticeNotRunning => PracticeFailed, error_practice_not_running, hint_practice_not_running;
        PracticeAddressUnknown => PracticeFailed, error_practice_address_unknown, hint_practice_address_unknown;
        PracticeUnreachable => PracticeFailed, error_practice_unreachable, hint_practice_unreachable;
        PracticeNoSettings => PracticeFailed, error_practice_no_settings, hint_practice_no_settings;
        PracticeNoAccount { email: String } => AccountNotFound, error_practice_no_account, hint_practice_no_account;
        PracticeFaultUnknown => InvalidRequest, error_practice_fault_unknown, hint_practice_fault_unknown;
        PracticeDatabaseUnreadable => PracticeFailed, error_practice_database_unreadable, hint_practice_database_unreadable;
        PracticeDatabaseUnopened { path: String } => PracticeFailed, error_practice_database_unopened, hint_practice_database_unopened;
        NotAFailureStatus { status: u16 } => InvalidRequest, error_not_a_failure_status, hint_not_a_failure_status;
        NotOnPracticeTarget { path: String } => FileNotFound, error_not_on_practice_target, hint_not_on_practice_target;
        PracticeNobody => PracticeFailed, error_practice_nobody, hint_practice_nobody;
        NotAPracticeFolder { path: String } => PracticeFailed, error_not_a_practice_folder, hint_not_a_practice_folder;
        PracticeForeignFiles { path: String } => PracticeFailed, error_practice_foreign_files, hint_practice_foreign_files;
        PracticeInUse { path: String } => PracticeFailed, error_practice_in_use, hint_practice_in_use;
        PracticeSampleNotStored => PracticeFailed, error_practice_sample_not_stored, hint_practice_sample_not_stored;
        PracticePortTaken { port: u16 } => PracticeFailed, error_practice_port_taken, hint_practice_port_taken;
        DemonstrationFailed { what: String } => PracticeFailed, error_demonstration_failed, hint_demonstration_failed;
    }
}
