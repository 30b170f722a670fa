//! What a NodeWarden server says.

use super::details;

details! {
    /// What a NodeWarden server says.
    ServerDetail {
        JwtSecretMissing => JwtSecretMissing, error_jwt_secret_missing, hint_jwt_secret_missing;
        JwtSecretTooShort => JwtSecretTooShort, error_jwt_secret_too_short, hint_jwt_secret_too_short;
        RateLimited => RateLimited, error_rate_limited, hint_rate_limited;
        SettingsNeedRepair => SettingsNeedRepair, error_settings_need_repair, hint_settings_need_repair;
        Busy => Busy, error_busy, hint_busy;
        NotFresh => NotFresh, error_not_fresh, hint_not_fresh;
        HashMismatch => HashMismatch, error_hash_mismatch, hint_hash_mismatch;
        TooLarge => TooLarge, error_too_large, hint_too_large;
        NotABackupPath => InvalidRequest, error_not_a_backup_path, hint_not_a_backup_path;
        BodyNotOnServer => BackupNotFound, error_body_not_on_server, hint_body_not_on_server;
        TooManyTargets => InvalidRequest, error_too_many_targets, hint_too_many_targets;
        PrivateAddress => InvalidRequest, error_private_address, hint_private_address;
        BackupRefused { words: String } => ServerRefused, error_backup_refused, hint_backup_refused;
        ServerRefused { words: String } => ServerRefused, error_server_refused, hint_server_refused;
        ServerFailed { words: String } => ServerFailed, error_server_failed, hint_server_failed;
        ServerStatus { host: String, status: u16 } => ServerFailed, error_server_status, hint_server_failed;
        ServerPage { host: String, status: u16 } => ServerFailed, error_server_page, hint_server_page;
        AnswerUnreadable { host: String } => AnswerUnreadable, error_answer_unreadable, hint_answer_unreadable;
        NoLog => ServerRefused, error_no_log, hint_no_log;
        RenewingStopped => InternalFault, error_renewing_stopped, hint_internal_fault;
        ChangedElsewhere => InvalidRequest, error_changed_elsewhere, hint_changed_elsewhere;
        TargetSecretMissing { target: String } => InvalidRequest, error_target_secret_missing, hint_target_secret_missing;
        TargetNotSupported { target: String, provider: String } => InvalidRequest, error_target_not_supported, hint_target_not_supported;
    }
}
