//! Sign-in, sessions, profiles and the keyring.

use super::details;

details! {
    /// Sign-in, sessions, profiles and the keyring.
    AccountDetail {
        WrongPassword => WrongPassword, error_wrong_password, hint_wrong_password;
        PasswordNotAccepted => WrongPassword, error_password_not_accepted, hint_password_not_accepted;
        WrongPasswordThen => WrongPassword, error_wrong_password_then, hint_wrong_password_then;
        KeysNotOpened => WrongPassword, error_keys_not_opened, hint_keys_not_opened;
        AccountLocked => AccountLocked, error_account_locked, hint_account_locked;
        TwoStepCodeWrong => TwoStepCodeWrong, error_two_step_code_wrong, hint_two_step_code_wrong;
        TwoStepRequired => TwoStepRequired, error_two_step_required, hint_two_step_required;
        TwoStepUnsupported => TwoStepUnsupported, error_two_step_unsupported, hint_two_step_unsupported;
        NoAuthenticator => TwoStepUnsupported, error_no_authenticator, hint_no_authenticator;
        TotpNeeded => TwoStepRequired, error_totp_needed, hint_totp_needed;
        KdfWeaker { asked: String, known: String } => KdfWeaker, error_kdf_weaker_both, hint_kdf_weaker;
        NotAdministrator => NotAdministrator, error_not_administrator, hint_not_administrator;
        AccountDisabled => NotAdministrator, error_account_disabled, hint_account_disabled;
        SessionEnded => SessionEnded, error_session_ended, hint_session_ended;
        NotSignedIn => SessionEnded, error_not_signed_in, hint_not_signed_in;
        NoSessionKept { email: String, server: String } => SessionEnded, error_no_session_kept, hint_no_session_kept;
        SessionInKeyring { email: String, server: String } => SessionEnded, error_session_keyring, error_session_keyring_hint;
        OtherProfile => SessionEnded, error_other_profile, error_other_profile_hint;
        PasswordNeeded => PasswordNeeded, error_password_needed, hint_password_needed;
        PasswordNotGiven { variable: String } => PasswordNeeded, error_password_not_given, hint_password_not_given;
        KeyringUnavailable => KeyringUnavailable, error_keyring_unavailable, hint_keyring_unavailable;
        KeyringMissing => KeyringUnavailable, error_keyring_missing, hint_keyring_missing;
        KeyringLocked => KeyringUnavailable, error_keyring_locked, hint_keyring_locked;
        KeyringSilent => KeyringUnavailable, error_keyring_silent, hint_keyring_silent;
        SessionNotKept => KeyringUnavailable, error_session_not_kept, hint_session_not_kept;
        ProfileNotFound { name: String } => ProfileNotFound, error_profile_not_found, hint_profile_not_found;
        ProfileAmbiguous { name: String, accounts: String } => InvalidRequest, error_profile_ambiguous, hint_profile_ambiguous;
        NameTaken { name: String, email: String, server: String } => InvalidRequest, error_name_taken, error_name_taken_hint;
        NameEmpty => InvalidRequest, error_name_empty, error_name_taken_hint;
        NameTooLong { limit: u32 } => InvalidRequest, error_name_too_long, error_name_taken_hint;
        NameUnsafe => InvalidRequest, error_name_unsafe, error_name_taken_hint;
        NotTheAccount { name: String } => InvalidRequest, error_not_the_account, hint_not_the_account;
        NoAccountInToken => AnswerUnreadable, error_no_account_in_token, hint_no_account_in_token;
        KeysNotSent => AccountKeysUnreadable, error_keys_not_sent, hint_no_account_in_token;
        KeysOfUnknownKind => AccountKeysUnreadable, error_keys_of_unknown_kind, hint_keys_of_unknown_kind;
        KeyDamaged => AccountKeysUnreadable, error_key_damaged, hint_account_keys_unreadable;
        AccountKeysUnreadable => AccountKeysUnreadable, error_account_keys_unreadable, hint_account_keys_unreadable;
        RsaBits { bits: u32 } => AccountKeysUnreadable, error_rsa_bits, hint_rsa_bits;
        KeyNotMade => AccountKeysUnreadable, error_key_not_made, hint_key_not_made;
        KdfUnknown { number: i64 } => AccountKeysUnreadable, error_kdf_unknown, hint_keys_of_unknown_kind;
        KdfOutOfBounds { setting: String, value: i64 } => AccountKeysUnreadable, error_kdf_out_of_bounds, hint_kdf_out_of_bounds;
        KdfMemory { memory: u32 } => AccountKeysUnreadable, error_kdf_memory, hint_kdf_memory;
        KeyDoesNotOpen => WrongSecret, error_key_does_not_open, hint_key_does_not_open;
        PrivateKeyDoesNotOpen => WrongSecret, error_private_key_does_not_open, hint_private_key_does_not_open;
        KdfNotFinished => InternalFault, error_kdf_not_finished, hint_internal_fault;
    }
}
