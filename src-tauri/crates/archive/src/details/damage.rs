//! What is damaged.

use serde::Serialize;

use super::{HeaderField, details};
use crate::DamageCode;
use crate::rules::Table;

/// One kind of damage: what is the same whenever it is found.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct DamageKind {
    /// The code that it has.
    pub code: DamageCode,
    /// The key of its sentence.
    pub sentence: &'static str,
    #[serde(skip)]
    pub(crate) variant: &'static str,
    #[serde(skip)]
    #[cfg_attr(not(test), allow(dead_code, reason = "the messages are compared with them"))]
    pub(crate) fields: &'static [&'static str],
}

details! {
    /// What is damaged exactly, with the values in its sentence.
    DamageDetail, DamageKind, DamageCode {
        // The file.
        NameHashMismatch { named: String, found: String } => NameHashMismatch, inspect_damage_name_hash_mismatch;
        NotAZip => NotAZip, inspect_damage_not_a_zip;
        BombFile => Bomb, inspect_damage_bomb_file;
        TextMissing { name: String } => TextMissing, inspect_damage_text_missing;
        More { count: u64 } => More, inspect_damage_more;

        // The end record and its ZIP64 part.
        NoEndRecord => NoEndRecord, inspect_damage_no_end_record;
        EndRecordDisks => EndRecordWrong, inspect_damage_end_record_disks;
        EndRecordCounts => EndRecordWrong, inspect_damage_end_record_counts;
        EndCommentCut => EndRecordWrong, inspect_damage_end_comment_cut;
        DirectoryPlace => EndRecordWrong, inspect_damage_directory_place;
        DirectoryCount { count: u64, found: u64 } => EndRecordWrong, inspect_damage_directory_count;
        Zip64Missing => Zip64Wrong, inspect_damage_zip64_missing;
        Zip64Place => Zip64Wrong, inspect_damage_zip64_place;
        Zip64Differs => Zip64Wrong, inspect_damage_zip64_differs;

        // The central directory.
        DirectoryMissing => DirectoryBroken, inspect_damage_directory_missing;
        DirectoryCut { count: u64 } => DirectoryBroken, inspect_damage_directory_cut;
        OtherDisk => DirectoryWrong, inspect_damage_other_disk;
        TooManyEntries { count: u64 } => TooManyEntries, inspect_damage_too_many_entries;

        // How the entries lie in the file.
        PrefixBytes { count: u64 } => PrefixBytes, inspect_damage_prefix_bytes;
        TrailingBytes { count: u64 } => TrailingBytes, inspect_damage_trailing_bytes;
        BytesBetween { count: u64 } => UnclaimedBytes, inspect_damage_bytes_between;
        BytesBehind { count: u64 } => UnclaimedBytes, inspect_damage_bytes_behind;
        Overlap => Overlap, inspect_damage_overlap;
        OverlapsDirectory => Overlap, inspect_damage_overlaps_directory;
        DuplicateEntry => DuplicateEntry, inspect_damage_duplicate_entry;

        // The header of an entry.
        HeaderMissing => HeaderMissing, inspect_damage_header_missing;
        HeaderDiffers { fields: Vec<HeaderField> } => HeaderDiffers, inspect_damage_header_differs;
        DescriptorWrong => DescriptorWrong, inspect_damage_descriptor_wrong;
        EncryptedFlag => EncryptedFlag, inspect_damage_encrypted_flag;
        UnknownFlags => UnknownFlags, inspect_damage_unknown_flags;
        UnknownMethod { method: u16 } => UnknownMethod, inspect_damage_unknown_method;

        // The content of an entry.
        EntryCut => EntryCut, inspect_damage_entry_cut;
        EntryBroken => EntryBroken, inspect_damage_entry_broken;
        EntryEndsEarly => EntryBroken, inspect_damage_entry_ends_early;
        Bomb => Bomb, inspect_damage_bomb;
        SizeExceeds { count: u64 } => SizeDiffers, inspect_damage_size_exceeds;
        SizeDiffers { count: u64, expected: u64 } => SizeDiffers, inspect_damage_size_differs;
        CrcMismatch { expected: String, found: String } => CrcMismatch, inspect_damage_crc_mismatch;

        // The texts.
        JsonInvalid { at: u64 } => JsonInvalid, inspect_damage_json_invalid;
        JsonNotObject => JsonInvalid, inspect_damage_json_not_object;
        JsonNotUtf8 => JsonNotUtf8, inspect_damage_json_not_utf8;
        RowTooLong { table: Table } => RowTooLong, inspect_damage_row_too_long;

        // What manifest, rows and bodies say of each other.
        CountDiffers { table: Table, count: u64, found: u64 } => CountDiffers, inspect_damage_count_differs;
        RowsNotLeftOut { count: u64 } => ManifestDiffers, inspect_damage_rows_not_left_out;
        BodyCountDiffers { count: u64, found: u64 } => ManifestDiffers, inspect_damage_body_count_differs;
        BodyBytesDiffer { count: u64, found: u64 } => ManifestDiffers, inspect_damage_body_bytes_differ;
        LargestBodyDiffers { count: u64, found: u64 } => ManifestDiffers, inspect_damage_largest_body_differs;
        ListedSizeDiffers { count: u64, found: u64 } => ManifestDiffers, inspect_damage_listed_size_differs;
        BodySize { count: u64, expected: u64 } => BodySize, inspect_damage_body_size;
        BodyMissing => BodyMissing, inspect_damage_body_missing;
        BodyUnlisted => BodyUnlisted, inspect_damage_body_unlisted;
    }
}
