//! What is found wrong with a file, and what is warned of, in stable words, for those who
//! act on it.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
        #[allow(missing_docs, reason = "the word is the description")]
        pub enum $name {
            $(#[serde(rename = $word)] $variant,)+
            /// One that only another version of this app knows.
            #[serde(other, rename = "other")]
            Other,
        }

        impl $name {
            /// Its word, as in JSON.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other => "other",
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codes! {
    /// What is wrong with a file or an entry.
    DamageCode {
        NameHashMismatch = "name-hash-mismatch",
        NotAZip = "not-a-zip",
        NoEndRecord = "no-end-record",
        EndRecordWrong = "end-record-wrong",
        Zip64Wrong = "zip64-wrong",
        DirectoryWrong = "directory-wrong",
        DirectoryBroken = "directory-broken",
        PrefixBytes = "prefix-bytes",
        TrailingBytes = "trailing-bytes",
        UnclaimedBytes = "unclaimed-bytes",
        HeaderMissing = "header-missing",
        HeaderDiffers = "header-differs",
        DescriptorWrong = "descriptor-wrong",
        Overlap = "overlap",
        DuplicateEntry = "duplicate-entry",
        EncryptedFlag = "encrypted-flag",
        UnknownMethod = "unknown-method",
        UnknownFlags = "unknown-flags",
        TooManyEntries = "too-many-entries",
        Bomb = "bomb",
        EntryCut = "entry-cut",
        EntryBroken = "entry-broken",
        CrcMismatch = "crc-mismatch",
        SizeDiffers = "size-differs",
        TextMissing = "text-missing",
        JsonInvalid = "json-invalid",
        JsonNotUtf8 = "json-not-utf8",
        RowTooLong = "row-too-long",
        ManifestDiffers = "manifest-differs",
        CountDiffers = "count-differs",
        BodyMissing = "body-missing",
        BodySize = "body-size",
        BodyUnlisted = "body-unlisted",
        More = "more",
    }
}

codes! {
    /// What the server would not warn of.
    WarningCode {
        DamageAccepted = "damage-accepted",
        NameWithoutHash = "name-without-hash",
        ExtraEntries = "extra-entries",
        PackedInFolder = "packed-in-folder",
        BackslashNames = "backslash-names",
        PasswordProtected = "password-protected",
        PackedOtherwise = "packed-otherwise",
        NumberTakenForHash = "number-taken-for-hash",
        ByteOrderMark = "byte-order-mark",
        OverLimit = "over-limit",
        BodiesElsewhere = "bodies-elsewhere",
        NoAttachments = "no-attachments",
        OversizedForKv = "oversized-for-kv",
        NoStorage = "no-storage",
        NoUsers = "no-users",
        NoActiveAdministrator = "no-active-administrator",
        ActingAccountMissing = "acting-account-missing",
        ActingAccountNotAdministrator = "acting-account-not-administrator",
        NoBackupSettings = "no-backup-settings",
        SettingsUnreadable = "settings-unreadable",
        SettingsInTheClear = "settings-in-the-clear",
        NobodyCanRepair = "nobody-can-repair",
        SettingsNeedRepair = "settings-need-repair",
        SendsNotIncluded = "sends-not-included",
        DiffersFromInstance = "differs-from-instance",
        TwoStepExposed = "two-step-exposed",
        UnusedBodies = "unused-bodies",
        UnknownTables = "unknown-tables",
    }
}
