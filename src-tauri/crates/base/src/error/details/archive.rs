//! Backup ZIPs: reading, cleaning, salvaging and encryption with a passphrase.

use super::details;

details! {
    /// Backup ZIPs: reading, cleaning, salvaging and encryption with a passphrase.
    ArchiveDetail {
        NotAnArchive { path: String } => NotAnArchive, error_not_an_archive, hint_not_an_archive;
        NoBackupInside { name: String } => NotAnArchive, error_no_backup_inside, hint_no_backup_inside;
        ArchivePacking => NotAnArchive, error_packing, error_packing_hint;
        EntryPacking { entry: String } => NotAnArchive, error_entry_packing, error_packing_hint;
        EntryTooMuchMemory { entry: String } => NotAnArchive, error_entry_too_much_memory, error_packing_hint;
        RowsProtected { name: String } => NotAnArchive, error_zip_password, error_zip_password_hint;
        ArchivePasswordNeeded => NotAnArchive, error_archive_password_needed, hint_archive_password_needed;
        RowsPacking { name: String, method: String } => NotAnArchive, error_rows_packing, error_packing_hint;
        RowsUnreadable { name: String } => NotAnArchive, error_no_rows, error_no_rows_hint;
        RowsIncomplete => NotAnArchive, error_rows_incomplete, hint_rows_incomplete;
        ManifestUnreadable => NotAnArchive, error_no_manifest, error_no_manifest_hint;
        ArchivePasswordWrong => WrongSecret, error_zip_password_wrong, error_zip_password_wrong_hint;
        EntryDamaged { entry: String } => ArchiveDamaged, error_entry_damaged, hint_entry_damaged;
        CopyWouldBeDamaged { entry: String, damage: String } => ArchiveDamaged, error_copy_would_be_damaged, hint_copy_would_be_damaged;
        ExportWouldBeDamaged { damage: String } => ArchiveDamaged, error_export_would_be_damaged, hint_export_would_be_damaged;
        ArchiveDamaged => ArchiveDamaged, error_archive_damaged, hint_archive_damaged;
        NotEncrypted { path: String } => NotAnArchive, error_no_age, error_no_age_hint;
        TooMuchWork { path: String } => NotAnArchive, error_too_much_work, hint_too_much_work;
        PassphraseWrong => WrongSecret, error_passphrase_wrong, error_passphrase_wrong_hint;
        PassphraseTooShort { shortest: u32 } => InvalidRequest, error_passphrase_too_short, hint_passphrase_too_short;
        EncryptedFileDamaged => ArchiveDamaged, error_encrypted_file_damaged, hint_encrypted_file_damaged;
        ReportNotWritten => InternalFault, error_report_not_written, hint_report_not_written;
        NoZipInFolder { path: String } => FileNotFound, error_no_zip_in_folder, hint_no_zip_in_folder;
        AccountNotInBackup { email: String } => AccountNotFound, error_account_not_found, hint_account_not_found;
        AccountNotInReadablePart { email: String } => AccountNotFound, error_account_not_in_readable_part, hint_account_not_found;
    }
}
