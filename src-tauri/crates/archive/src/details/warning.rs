//! What the server would not warn of.

use serde::Serialize;

use super::{TableChange, details};
use crate::{Severity, Warning, WarningCode};

/// One kind of warning: what is the same whenever it is given.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct WarningKind {
    /// The code that it has.
    pub code: WarningCode,
    /// How serious it is.
    pub severity: Severity,
    /// The key of its sentence.
    pub sentence: &'static str,
    /// The key of its hint.
    pub hint: &'static str,
    #[serde(skip)]
    pub(crate) variant: &'static str,
    #[serde(skip)]
    #[cfg_attr(not(test), allow(dead_code, reason = "the messages are compared with them"))]
    pub(crate) fields: &'static [&'static str],
}

details! {
    /// What is warned of exactly, with the values in its sentence.
    WarningDetail, WarningKind, WarningCode {
        // The file.
        DamageAccepted => DamageAccepted / Danger, inspect_warning_damage_accepted, inspect_warning_damage_accepted_hint;
        NameWithoutHash => NameWithoutHash / Note, inspect_warning_name_without_hash, inspect_warning_name_without_hash_hint;
        NumberTakenForHash { digits: String } => NumberTakenForHash / Caution, inspect_warning_number_taken_for_hash, inspect_warning_number_taken_for_hash_hint;
        ByteOrderMark => ByteOrderMark / Note, inspect_warning_byte_order_mark, inspect_warning_byte_order_mark_hint;
        FileTooLarge { found: u64, limit: u64 } => OverLimit / Danger, inspect_warning_file_too_large, inspect_warning_over_limit_hint;
        UnpackedTooLarge { found: u64, limit: u64 } => OverLimit / Danger, inspect_warning_unpacked_too_large, inspect_warning_over_limit_hint;
        RowsTooLarge { found: u64, limit: u64 } => OverLimit / Danger, inspect_warning_rows_too_large, inspect_warning_over_limit_hint;
        TooManyEntries { found: u64, limit: u64 } => OverLimit / Danger, inspect_warning_too_many_entries, inspect_warning_over_limit_hint;

        // How it was packed.
        PasswordProtected { count: u64 } => PasswordProtected / Caution, inspect_warning_password_protected, inspect_warning_password_protected_hint;
        PackedOtherwise { count: u64, methods: Vec<String> } => PackedOtherwise / Caution, inspect_warning_packed_otherwise, inspect_warning_packed_otherwise_hint;
        BackslashNames { count: u64 } => BackslashNames / Caution, inspect_warning_backslash_names, inspect_warning_backslash_names_hint;
        PackedInFolder { folder: String } => PackedInFolder / Caution, inspect_warning_packed_in_folder, inspect_warning_packed_in_folder_hint;
        ExtraEntries { count: u64, first: String } => ExtraEntries / Caution, inspect_warning_extra_entries, inspect_warning_extra_entries_hint;

        // Attachments.
        BodiesElsewhere { count: u64 } => BodiesElsewhere / Caution, inspect_warning_bodies_elsewhere, inspect_warning_bodies_elsewhere_hint;
        NoAttachments => NoAttachments / Caution, inspect_warning_no_attachments, inspect_warning_no_attachments_hint;
        UnusedBodies { count: u64 } => UnusedBodies / Note, inspect_warning_unused_bodies, inspect_warning_unused_bodies_hint;
        LeftOutOnKv { count: u64 } => OversizedForKv / Caution, inspect_warning_left_out_on_kv, inspect_warning_left_out_on_kv_hint;
        WouldBeLeftOutOnKv { count: u64 } => OversizedForKv / Note, inspect_warning_would_be_left_out_on_kv, inspect_warning_would_be_left_out_on_kv_hint;
        NoStorage { count: u64 } => NoStorage / Caution, inspect_warning_no_storage, inspect_warning_no_storage_hint;

        // Who can sign in, administer and repair after a restore.
        NoUsers => NoUsers / Danger, inspect_warning_no_users, inspect_warning_no_users_hint;
        NoActiveAdministrator => NoActiveAdministrator / Danger, inspect_warning_no_active_administrator, inspect_warning_no_active_administrator_hint;
        ActingAccountMissing { email: String } => ActingAccountMissing / Danger, inspect_warning_acting_account_missing, inspect_warning_acting_account_hint;
        ActingAccountNotAdministrator { email: String } => ActingAccountNotAdministrator / Caution, inspect_warning_acting_account_not_administrator, inspect_warning_acting_account_hint;
        NoBackupSettings => NoBackupSettings / Note, inspect_warning_no_backup_settings, inspect_warning_no_backup_settings_hint;
        SettingsUnreadable => SettingsUnreadable / Caution, inspect_warning_settings_unreadable, inspect_warning_settings_unreadable_hint;
        SettingsInTheClear => SettingsInTheClear / Caution, inspect_warning_settings_in_the_clear, inspect_warning_settings_in_the_clear_hint;
        NobodyCanRepair => NobodyCanRepair / Caution, inspect_warning_nobody_can_repair, inspect_warning_nobody_can_repair_hint;
        SettingsNeedRepair { emails: Vec<String> } => SettingsNeedRepair / Note, inspect_warning_settings_need_repair, inspect_warning_settings_need_repair_hint;
        SettingsNeedRepairByMany { emails: Vec<String>, more: u64 } => SettingsNeedRepair / Note, inspect_warning_settings_need_repair_by_many, inspect_warning_settings_need_repair_hint;

        // What a restore loses, and what the file exposes.
        SendsNotIncluded => SendsNotIncluded / Note, inspect_warning_sends_not_included, inspect_warning_sends_not_included_hint;
        SendsDeleted { count: u64 } => SendsNotIncluded / Note, inspect_warning_sends_deleted, inspect_warning_sends_not_included_hint;
        ServerChanged { changes: Vec<TableChange> } => DiffersFromInstance / Caution, inspect_warning_server_changed, inspect_warning_server_changed_hint;
        TwoStepExposed { totp: u64, recovery: u64 } => TwoStepExposed / Caution, inspect_warning_two_step_exposed, inspect_warning_two_step_exposed_hint;
        UnknownTables { tables: Vec<String> } => UnknownTables / Note, inspect_warning_unknown_tables, inspect_warning_unknown_tables_hint;
    }
}

impl From<WarningDetail> for Warning {
    fn from(detail: WarningDetail) -> Self {
        let kind = detail.kind();
        Self {
            code: kind.code,
            severity: kind.severity,
            message: detail.sentence(),
            hint: desk_base::messages::message(kind.hint, &[]),
            detail: Some(detail),
        }
    }
}
