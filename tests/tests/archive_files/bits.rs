use desk_archive::rules::{Mode, Request, accept};
use desk_archive::{InspectOptions, NameHash, Storage, inspect_bytes};
use desk_tests::archive_builder::{Backup, name_for};
use proptest::prelude::*;

use crate::looking::{file, look, look_at};

/// What no other part of a ZIP repeats: who made an entry, and its attributes.
fn is_unrepeated(bytes: &[u8], at: usize) -> bool {
    let lists: Vec<usize> =
        (0..bytes.len() - 4).filter(|&at| bytes[at..].starts_with(b"PK\x01\x02")).collect();
    lists.iter().any(|list| matches!(at.checked_sub(*list), Some(4..=5 | 36..=41)))
}

/// As small as a complete backup can be, so that every bit of it can be tried;
/// stored, as the server writes it. (A deflated text has bits that mean nothing.)
fn smallest() -> Vec<u8> {
    let mut backup = Backup::sample(1, 1);
    let tables = backup.db.as_object_mut().expect("an object");
    tables.values_mut().for_each(|rows| rows.as_array_mut().expect("an array").truncate(1));
    backup.db["config"] = serde_json::json!([]);
    backup.db["folders"] = serde_json::json!([]);
    let mut archive = backup.archive();
    archive.entry("db.json").content = backup.db.to_string().into();
    archive.entry("manifest.json").content = backup.manifest().to_string().into();
    archive.build()
}

#[test]
fn every_flipped_bit_is_detected_without_a_hash_in_the_name() {
    let whole = smallest();
    assert!(look_at(&whole).intact);
    let (_folder, path) = file("backup.zip", &whole);
    for at in 0..whole.len() {
        if is_unrepeated(&whole, at) {
            continue;
        }
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            std::fs::write(&path, &flipped).expect("the file can be written");
            let report = look(&path, &InspectOptions::default());
            assert!(!report.intact, "bit {bit} of byte {at} of {}", whole.len());
        }
    }
}

#[test]
fn bits_without_redundancy_are_protected_by_the_hash_in_the_name() {
    let whole = smallest();
    let (_folder, path) = file(&name_for(&whole), &whole);
    assert_eq!(look(&path, &InspectOptions::default()).name_hash, NameHash::Match);
    for at in (0..whole.len()).filter(|&at| is_unrepeated(&whole, at)) {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            std::fs::write(&path, &flipped).expect("the file can be written");
            let report = look(&path, &InspectOptions::default());
            assert!(!report.intact && report.name_hash == NameHash::Mismatch, "bit {bit} of byte {at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_flipped_bit_of_any_complete_backup_is_detected(
        ciphers in 1_usize..20, attachments in 0_usize..6, deflated: bool, place: prop::sample::Index, bit in 0_u8..8,
    ) {
        let archive = Backup::sample(ciphers, attachments).archive();
        let mut bytes = if deflated { archive.deflated() } else { archive }.build();
        let name = name_for(&bytes);
        let at = place.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        let (_folder, path) = file(&name, &bytes);
        let report = look(&path, &InspectOptions::default());
        prop_assert!(!report.intact, "bit {} of byte {}", bit, at);
    }

    #[test]
    fn the_prediction_for_a_mangled_backup_is_the_actual_response(
        deflated: bool, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), keep in 0.5_f64..1.5,
    ) {
        let archive = Backup::sample(3, 2).archive();
        let mut bytes = if deflated { archive.deflated() } else { archive }.build();
        for (place, byte) in changes {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate((bytes.len() as f64 * keep) as usize);
        let request = Request {
            mode: Mode::LocalImport, storage: Storage::R2, file_name: "backup.zip", accept_mismatch: false, holds_data: true,
            replace: true,
        };
        let foretold = inspect_bytes("backup.zip", &bytes, &InspectOptions::default()).server.import;
        let answered = accept(&bytes, &request).err().map(|refusal| refusal.message);
        prop_assert_eq!(foretold.error, answered);
    }
}
