//! Stored backup settings and recovery.

use super::details;

details! {
    /// Stored backup settings and recovery.
    EnvelopeDetail {
        EnvelopeDamaged => EnvelopeDamaged, error_envelope_damaged, hint_envelope_damaged;
        EnvelopeNoTargets => EnvelopeDamaged, error_envelope_no_targets, hint_envelope_damaged;
        NoSettings => EnvelopeDamaged, error_no_settings, hint_no_settings;
        SettingsBeyondDamage => EnvelopeDamaged, error_settings_beyond_damage, hint_no_settings;
        EnvelopeVersionUnknown { version: String } => EnvelopeVersionUnknown, error_envelope_version, hint_envelope_version_unknown;
        EnvelopeVersionUnreadable => EnvelopeVersionUnknown, error_envelope_version_unreadable, hint_envelope_damaged;
        PortableAbsent => NoWrapForAccount, error_portable_absent, hint_portable_unusable;
        PortableNobody => NoWrapForAccount, error_portable_nobody, hint_portable_unusable;
        PortableOthers => NoWrapForAccount, error_portable_others, hint_portable_others;
        NoRuntimePart => SettingsNeedRepair, error_no_runtime_part, hint_no_runtime_part;
        SecretDoesNotOpen => WrongSecret, error_wrong_secret, hint_wrong_secret;
        SettingsClosed => PasswordNeeded, error_closed_again, hint_closed_again;
        RepairNotNeeded => InvalidRequest, error_repair_not_needed, hint_repair_not_needed;
        SettingsTargetNotFound => TargetNotFound, error_settings_target_not_found, hint_settings_target_not_found;
        SettingsNotEncrypted => InternalFault, error_settings_not_encrypted, hint_settings_not_encrypted;
        EvidenceTooLarge { path: String } => TooLarge, error_evidence_too_large, hint_evidence_too_large;
        NothingKept => InvalidRequest, error_nothing_kept, hint_nothing_kept;
        NoEvidence => InvalidRequest, error_no_evidence, hint_no_evidence;
        StepShowsItself => InvalidRequest, error_step_shows_itself, hint_step_shows_itself;
        StepNotYet => InvalidRequest, error_step_not_yet, hint_step_not_yet;
        NothingToFind => InvalidRequest, error_nothing_to_find, hint_nothing_to_find;
        RecoveryNotFound => InvalidRequest, error_recovery_not_found, hint_recovery_not_found;
    }
}
