//! The local ledger.

use super::details;

details! {
    /// The local ledger.
    LedgerDetail {
        LedgerFailed => LedgerFailed, error_ledger_failed, hint_ledger_failed;
        LedgerNewer => LedgerFailed, error_ledger_newer, error_ledger_newer_hint;
        LedgerDamaged => LedgerFailed, error_ledger_damaged, error_ledger_damaged_hint;
        LedgerDiskFull => DiskFull, error_ledger_disk_full, hint_disk_full;
        LedgerNotWritable => PermissionDenied, error_ledger_not_writable, hint_ledger_not_writable;
        LedgerLocked => LedgerFailed, error_ledger_locked, hint_ledger_locked;
    }
}
