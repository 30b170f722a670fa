//! What a target returns, to the server or to this computer.

use super::{TargetCall, details};

details! {
    /// What a target returns, to the server or to this computer.
    TargetDetail {
        TargetNotFound => TargetNotFound, error_target_not_found, hint_target_not_found;
        NoTarget => TargetNotFound, error_no_target, hint_no_target;
        TargetUnknown { name: String, targets: String } => TargetNotFound, error_target_unknown, hint_target_unknown;
        TargetFailed => TargetFailed, error_target_failed, hint_target_failed;
        TargetStatus { provider: String, operation: String, status: String } => TargetFailed, error_target_status, hint_target_status;
        TargetOperation { provider: String, operation: String } => TargetFailed, error_target_operation, hint_target_status;
        TargetUnreachable => TargetFailed, target_unreachable, target_unreachable_hint;
        TargetSubrequests => TargetFailed, target_subrequests, target_subrequests_hint;
        TargetRedirects => TargetFailed, target_redirects, target_redirects_hint;
        TargetRedirectsElsewhere { host: String } => TargetFailed, target_redirects_elsewhere, target_redirects_elsewhere_hint;
        TargetRedirectsLoop => TargetFailed, target_redirects_loop, target_redirects_loop_hint;
        TargetCpu => TargetFailed, target_cpu, target_cpu_hint;
        TargetMemory => TargetFailed, target_memory, target_memory_hint;
        TargetClock => TargetFailed, target_clock, target_clock_hint;
        TargetSignature => TargetFailed, target_signature, target_signature_hint;
        TargetKey => TargetFailed, target_key, target_key_hint;
        TargetBucketMissing => TargetFailed, target_bucket_missing, target_bucket_missing_hint;
        TargetIncomplete => TargetFailed, target_incomplete, target_incomplete_hint;
        TargetRedirected => TargetFailed, target_redirected, target_redirected_hint;
        TargetMalformed => TargetFailed, target_malformed, target_malformed_hint;
        TargetLoginRefused { call: TargetCall } => TargetFailed, target_401, target_401_hint;
        TargetS3Refused { call: TargetCall } => TargetFailed, target_s3_refused, target_s3_refused_hint;
        TargetS3NotWritable { call: TargetCall } => TargetFailed, target_s3_not_writable, target_s3_not_writable_hint;
        TargetNotWritable { call: TargetCall } => TargetFailed, target_not_writable, target_not_writable_hint;
        TargetForbidden { call: TargetCall } => TargetFailed, target_403, target_403_hint;
        TargetFolderMissing => TargetFailed, target_404, target_404_hint;
        TargetS3NotFound => TargetFailed, target_s3_404, target_s3_404_hint;
        TargetPathRefused { call: TargetCall } => TargetFailed, target_405, target_405_hint;
        TargetForm => TargetFailed, target_form, target_form_hint;
        TargetFileTooLarge => TargetFailed, target_413, target_413_hint;
        TargetFileLocked { call: TargetCall } => TargetFailed, target_423, target_423_hint;
        TargetRateLimited => TargetFailed, target_429, target_429_hint;
        TargetItselfFailed => TargetFailed, target_5xx, target_5xx_hint;
        TargetFull => TargetFailed, target_507, target_507_hint;
        TargetBehindCloudflare => TargetFailed, target_52x, target_52x_hint;
        TargetCertificate => TargetFailed, target_526, target_526_hint;
        TargetHostUnknown => TargetFailed, target_530, target_530_hint;
        TargetNotReadable => TargetFailed, error_target_not_readable, hint_target_not_readable;
        TargetNotReturned => TargetFailed, error_target_not_returned, hint_target_not_returned;
        TargetNotStored => TargetFailed, error_target_not_stored, hint_target_not_stored;
        TargetIndexUnreadable => TargetFailed, error_index_unreadable, error_index_unreadable_hint;
        TargetNotOnServer { name: String } => TargetNotFound, error_not_on_server, error_not_on_server_hint;
        LastBackupFailed => TargetFailed, error_last_backup_failed, hint_last_backup_failed;
        BackupNotFound => BackupNotFound, error_backup_not_found, hint_backup_not_found;
        SomeBackupsNotFound => BackupNotFound, error_some_backups_not_found, hint_some_backups_not_found;
        StorageLoginRefused => TargetFailed, error_storage_login_refused, hint_storage_login_refused;
        StorageForbidden => TargetFailed, error_storage_forbidden, hint_storage_forbidden;
        StorageNotFound => TargetFailed, error_storage_not_found, hint_storage_not_found;
        StorageRateLimited => TargetFailed, error_storage_rate_limited, hint_storage_rate_limited;
        StorageTookTooLong => TimedOut, error_storage_took_too_long, hint_storage_took_too_long;
        StorageFailed { status: u16 } => TargetFailed, error_storage_failed, hint_storage_failed;
        StorageFull => TargetFailed, error_storage_full, hint_storage_full;
        StorageReadOnly => TargetFailed, error_storage_read_only, hint_storage_read_only;
        StorageNotKept { path: String } => TargetFailed, error_storage_not_kept, hint_storage_not_kept;
        StorageNotAListing => TargetFailed, error_storage_not_a_listing, hint_storage_not_a_listing;
        StorageSizeDiffers => ConnectionLost, error_storage_size_differs, hint_storage_size_differs;
        StorageFileTooLarge { path: String } => TooLarge, error_storage_file_too_large, hint_storage_file_too_large;
        DeskTargetUnknown { name: String } => TargetNotFound, error_desk_target_unknown, hint_desk_target_unknown;
        DeskTargetNameTaken { name: String } => InvalidRequest, error_desk_target_name_taken, hint_desk_target_name_taken;
        DeskTargetNameEmpty => InvalidRequest, error_desk_target_name_empty, hint_desk_target_name_taken;
        DeskTargetPlaceTaken { name: String } => InvalidRequest, error_desk_target_place_taken, hint_desk_target_place_taken;
        DeskTargetSchedule => InvalidRequest, error_desk_target_schedule, hint_desk_target_schedule;
        DeskTargetRetention { limit: u32 } => InvalidRequest, error_desk_target_retention, hint_desk_target_retention;
        DeskTargetBusy { name: String } => Busy, error_desk_target_busy, hint_desk_target_busy;
        DeskTargetOtherServer { name: String, server: String } => SessionEnded, error_desk_target_other_server, hint_desk_target_other_server;
        DeskTargetFolderMissing { path: String } => FileNotFound, error_desk_target_folder_missing, hint_desk_target_folder_missing;
        DeskTargetNotMounted { path: String } => FileNotFound, error_desk_target_not_mounted, hint_desk_target_not_mounted;
        DeskTargetSecretMissing { name: String } => KeyringUnavailable, error_desk_target_secret_missing, hint_desk_target_secret_missing;
        SamePlace => InvalidRequest, error_same_place, hint_same_place;
        DamagedAtSource => HashMismatch, error_damaged_at_source, hint_damaged_at_source;
        StorageBroken => ConnectionLost, error_storage_broken, hint_storage_broken;
        StorageTimedOut => TimedOut, error_storage_timed_out, hint_storage_timed_out;
        StorageNotTrusted => TlsFailed, error_storage_not_trusted, hint_storage_not_trusted;
        StorageUnreachable => HostUnreachable, error_storage_unreachable, hint_storage_unreachable;
        PlaceInvalid => InvalidRequest, error_place_invalid, hint_place_invalid;
        KindNotSupported { provider: String } => InvalidRequest, error_kind_not_supported, hint_kind_not_supported;
        NotABackupName { path: String } => InvalidRequest, error_not_a_backup_name, hint_not_a_backup_name;
        LastGoodBackup => LastGoodBackup, error_last_good_backup, hint_last_good_backup;
        NewerNotGood { newer: String } => LastGoodBackup, error_newer_not_good, hint_newer_not_good;
    }
}
