//! Jobs: backup, download, deletion, restore and export.

use super::details;

details! {
    /// Jobs: backup, download, deletion, restore and export.
    JobDetail {
        Stopped => Stopped, error_stopped, hint_stopped;
        InternalFault => InternalFault, error_internal_fault, hint_internal_fault;
        OutcomeNoSign => OutcomeUnknown, found_no_sign, found_no_sign_hint;
        OutcomeUnderWay => OutcomeUnknown, found_under_way, found_under_way_hint;
        OutcomeSilent => OutcomeUnknown, found_silent, found_silent_hint;
        OutcomeRestored => OutcomeUnknown, found_restored, found_restored_hint;
        OutcomeLikelyRestored => OutcomeUnknown, found_likely_restored, found_likely_restored_hint;
        NothingToFindOut => InvalidRequest, error_nothing_to_find_out, hint_nothing_to_find_out;
        JobNotFound { job: i64 } => InvalidRequest, error_job_not_found, hint_nothing_to_find_out;
        JobNotRunning { job: i64 } => LedgerFailed, error_job_not_running, hint_job_not_running;
        JobEndNotKept => LedgerFailed, error_job_end_not_kept, hint_ledger_failed;
        DownloadTooLarge => ConnectionLost, error_download_too_large, hint_download_too_large;
        DownloadSizeDiffers => ConnectionLost, error_download_size_differs, hint_download_too_large;
        DownloadCutOff => ConnectionLost, error_download_cut_off, hint_storage_broken;
        PlanIncomplete => InvalidRequest, error_plan_incomplete, hint_plan_incomplete;
        MismatchNotAccepted => HashMismatch, error_mismatch_not_accepted, hint_mismatch_not_accepted;
        AttachmentsWouldBeLost { count: u64 } => InvalidRequest, error_attachments_would_be_lost, hint_attachments_would_be_lost;
        RestoreNotConfirmed { words: String } => InvalidRequest, error_restore_not_confirmed, hint_restore_not_confirmed;
        BackupChanged => InvalidRequest, error_backup_changed, hint_backup_changed;
        BackupWouldBeRefused { words: String } => ServerRefused, error_backup_would_be_refused, hint_backup_refused;
        BodiesNotInFile { words: String } => ServerRefused, error_backup_would_be_refused, hint_bodies_not_in_file;
        LockoutNoAccount => InvalidRequest, restore_blocked_no_account, hint_lockout;
        LockoutNoAdministrator => InvalidRequest, restore_blocked_no_administrator, hint_lockout;
        LockoutDamagedKeys => InvalidRequest, restore_blocked_damaged_keys, hint_lockout;
        LockoutNobodyCanRepair => InvalidRequest, restore_blocked_nobody_can_repair, hint_lockout;
        SafetyCopyNotFinished => FileFailed, error_safety_copy_not_finished, hint_safety_copy_not_finished;
        SafetyCopyUnread { count: u64 } => ServerFailed, error_safety_copy_unread, hint_safety_copy_not_finished;
        SafetyCopyDamaged => ArchiveDamaged, error_safety_copy_damaged, hint_safety_copy_damaged;
        SafetyCopyFrozen { name: String } => InvalidRequest, error_safety_copy_frozen, hint_target_frozen;
        SafetyCopyNotFound { name: String } => InvalidRequest, error_safety_copy_not_found, hint_safety_copy_not_found;
        RestoreFailed { words: String } => ServerFailed, error_restore_failed, hint_restore_failed;
        NotAnEndedRestore => InvalidRequest, error_not_an_ended_restore, hint_not_an_ended_restore;
        RestoreWithoutResult => InvalidRequest, error_restore_without_result, hint_restore_without_result;
        NothingSkipped => InvalidRequest, error_nothing_skipped, hint_nothing_skipped;
        NoCopyKnown => InvalidRequest, error_no_copy_known, hint_no_copy_known;
        RestoredBackupNotHere { name: String } => InvalidRequest, error_restored_backup_not_here, hint_restored_backup_not_here;
        RowsNotExported => ServerRefused, error_rows_not_exported, hint_rows_not_exported;
        PlanningStopped => Stopped, error_planning_stopped, hint_planning_stopped;
        NoUnfinishedExport => InvalidRequest, error_no_unfinished, error_no_unfinished_hint;
        PassphraseNeeded => InvalidRequest, error_passphrase_needed, error_passphrase_needed_hint;
        FileIsEncrypted => InvalidRequest, error_file_is_encrypted, hint_file_is_encrypted;
        NoAttachmentsFolder { path: String } => FileNotFound, error_no_attachments_folder, hint_no_attachments_folder;
        OtherExport => InvalidRequest, error_other_export, error_other_export_hint;
        ExportInUse { path: String } => Busy, error_export_in_use, hint_export_in_use;
        ExportNetworkLost => ConnectionLost, error_export_network_lost, hint_export_network_lost;
        ExportStopped => InternalFault, error_export_stopped, hint_export_stopped;
        ExportNotEncrypted => InternalFault, error_export_not_encrypted, hint_export_not_encrypted;
        StagingInUse => Busy, error_staging_in_use, hint_staging_in_use;
        AnotherFolder => InvalidRequest, error_another_folder, error_another_folder_hint;
        StagedElsewhere { place: String } => InvalidRequest, error_staged_elsewhere, hint_staged_elsewhere;
        TargetOccupied { names: String } => InvalidRequest, error_target_occupied, error_target_occupied_hint;
        NothingStaged => InvalidRequest, error_nothing_staged, error_nothing_staged_hint;
        StagingRecordDamaged { folder: String } => InvalidRequest, error_staging_record_damaged, hint_staging_record_damaged;
        RemovalStopped => Stopped, error_removal_stopped, hint_removal_stopped;
        DecryptingStopped => InternalFault, error_decrypting_stopped, hint_internal_fault;
    }
}
