use desk_archive::{DamageDetail, InspectOptions, Kind, NameHash};
use desk_tests::archive_builder::{Archive, Backup, Entry};

use crate::looking::{damage, file, look, look_at};

fn good() -> Archive {
    Backup::sample(8, 3).archive()
}

fn found(archive: &Archive) -> Vec<String> {
    damage(&look_at(&archive.build()))
}

#[test]
fn an_intact_backup_has_no_damage_however_it_is_packed() {
    let mut with_descriptors = good().deflated();
    with_descriptors.entries.iter_mut().for_each(|entry| entry.descriptor = true);
    for archive in [good(), good().deflated(), with_descriptors] {
        let report = look_at(&archive.build());
        assert_eq!(damage(&report), Vec::<String>::new());
        assert!(report.intact && report.server.import.accepts && report.server.remote_restore.accepts);
        assert_eq!((report.kind, report.name_hash), (Some(Kind::Complete), NameHash::Absent));
        assert_eq!(
            (report.attachments.rows, report.attachments.present, report.attachments.missing),
            (3, 3, 0)
        );
    }
}

#[test]
fn every_damaged_entry_is_named_and_the_search_continues() {
    let mut archive = good().deflated();
    archive.entry("manifest.json").crc = Some(1);
    archive.entry("attachments/cipher-0/attachment-0.bin").size = Some(3);
    archive.entry("attachments/cipher-2/attachment-2.bin").crc = Some(2);
    assert_eq!(
        found(&archive),
        [
            "manifest.json: crc-mismatch",
            "attachments/cipher-0/attachment-0.bin: size-differs",
            "attachments/cipher-2/attachment-2.bin: crc-mismatch",
            "attachments/cipher-0/attachment-0.bin: body-size",
        ]
    );
}

#[test]
fn the_end_record_is_found_behind_bytes_that_look_like_one() {
    let mut archive = good();
    archive.trailing = b"PK\x05\x06 no record".to_vec();
    assert_eq!(found(&archive), ["-: trailing-bytes"]);
}

#[test]
fn damage_contains_the_values_of_its_message() {
    let mut archive = good();
    archive.trailing = b"junk".to_vec();
    archive.entry("attachments/cipher-1/attachment-1.bin").content.push(0);
    let details: Vec<DamageDetail> =
        look_at(&archive.build()).damage.into_iter().filter_map(|one| one.detail).collect();
    let body = DamageDetail::BodySize { count: 9, expected: 8 };
    assert_eq!(details, [DamageDetail::TrailingBytes { count: 4 }, body]);
}

#[test]
fn missing_texts_differ_from_texts_that_are_not_json() {
    let mut missing = good();
    missing.entries.retain(|entry| entry.name != b"db.json");
    assert_eq!(found(&missing), ["-: text-missing"]);
    let mut cut = good();
    cut.entry("manifest.json").content.truncate(100);
    assert_eq!(found(&cut), ["manifest.json: json-invalid"]);
    let mut bytes = good();
    let rows = &mut bytes.entry("db.json").content;
    let at = rows.windows(7).position(|text| text == b"2.n|n|n").expect("a name is there");
    rows[at + 2] = 0xff;
    assert_eq!(found(&bytes), ["db.json: json-not-utf8"]);
    let mut list = good();
    list.entry("db.json").content = b"[]".to_vec();
    assert_eq!(found(&list), ["db.json: json-invalid"]);
}

#[test]
fn a_wrong_directory_or_descriptor_is_reported() {
    let mut archive = good();
    archive.entries.iter_mut().for_each(|entry| entry.descriptor = true);
    let sound = archive.build();
    let changed = |signature: &[u8], offset: usize| {
        let mut bytes = sound.clone();
        let at = bytes.windows(4).position(|found| found == signature).expect("it is there");
        bytes[at + offset] ^= 1;
        damage(&look_at(&bytes))
    };
    assert_eq!(changed(b"PK\x07\x08", 4), ["manifest.json: descriptor-wrong"]);
    assert_eq!(changed(b"PK\x01\x02", 34), ["manifest.json: directory-wrong"]);
    let broken = changed(b"PK\x01\x02", 0);
    assert!(broken.contains(&"-: directory-broken".to_owned()), "{broken:?}");
    let mut flags = good();
    flags.entry("db.json").flags = 1 << 5;
    assert_eq!(found(&flags), ["db.json: unknown-flags"]);
}

#[test]
fn a_body_that_nothing_lists_and_a_name_of_another_content_are_damage() {
    let mut backup = Backup::sample(4, 2);
    backup.index_only = true;
    let mut archive = backup.archive();
    let mut manifest = backup.manifest();
    manifest["attachmentBlobs"].as_array_mut().expect("an array").pop();
    manifest["blobSummary"] = serde_json::json!({});
    archive.entry("manifest.json").content = manifest.to_string().into();
    assert_eq!(found(&archive), ["attachments/cipher-1/attachment-1.bin: body-unlisted"]);

    let (_folder, path) = file("nodewarden_backup_20261122_191500_00000.zip", &good().build());
    let report = look(&path, &InspectOptions::default());
    assert_eq!(
        (report.name_hash, damage(&report)),
        (NameHash::Mismatch, vec!["-: name-hash-mismatch".to_owned()])
    );
}

#[test]
fn broken_and_truncated_compression_differ_from_wrong_content() {
    let mut broken = good();
    *broken.entry("db.json") = Entry { method: Some(8), ..Entry::new("db.json", vec![0xff; 50]) };
    assert_eq!(found(&broken), ["db.json: entry-broken", "db.json: json-invalid"]);

    let mut longer = good().deflated();
    longer.entry("attachments/cipher-1/attachment-1.bin").size = Some(2);
    assert_eq!(
        found(&longer),
        [
            "attachments/cipher-1/attachment-1.bin: size-differs",
            "attachments/cipher-1/attachment-1.bin: body-size"
        ]
    );
}

#[test]
fn headers_must_agree_with_the_list() {
    let mut renamed = good();
    renamed.entry("db.json").local_name = Some(b"xb.json".to_vec());
    assert_eq!(found(&renamed), ["db.json: header-differs"]);

    let mut lost = good();
    let end = lost.build().len() as u32;
    lost.entry("attachments/cipher-1/attachment-1.bin").offset = Some(end - 10);
    assert_eq!(
        found(&lost),
        [
            "attachments/cipher-1/attachment-1.bin: header-missing",
            "-: unclaimed-bytes",
            "attachments/cipher-1/attachment-1.bin: body-missing"
        ]
    );
}

#[test]
fn every_byte_must_belong_to_an_entry_or_a_record() {
    let with = |change: fn(&mut Archive)| {
        let mut archive = good();
        change(&mut archive);
        found(&archive)
    };
    assert_eq!(with(|archive| archive.prefix = vec![1; 9]), ["-: prefix-bytes"]);
    assert_eq!(with(|archive| archive.gap = vec![1; 9]), ["-: unclaimed-bytes"]);
    assert_eq!(with(|archive| archive.trailing = vec![1; 9]), ["-: trailing-bytes"]);
    assert_eq!(with(|archive| archive.count = Some(2)), ["-: end-record-wrong"]);
}

#[test]
fn duplicate_and_overlapping_entries_are_found() {
    let mut twice = good();
    twice.entries.push(Entry::new("db.json", "{}"));
    assert!(found(&twice).contains(&"db.json: duplicate-entry".to_owned()));

    let mut over = good();
    over.entries.push(Entry { offset: Some(0), only_listed: true, ..Entry::new("attachments/a/b.bin", "x") });
    let found = found(&over);
    assert!(found.contains(&"attachments/a/b.bin: overlap".to_owned()), "{found:?}");
}

#[test]
fn encryption_flags_and_unknown_methods_are_reported() {
    let mut archive = good();
    archive.entry("manifest.json").flags = 1;
    archive.entry("attachments/cipher-0/attachment-0.bin").method = Some(200);
    assert_eq!(
        found(&archive),
        ["manifest.json: encrypted-flag", "attachments/cipher-0/attachment-0.bin: unknown-method"]
    );
}

#[test]
fn a_truncated_file_is_read_up_to_its_end() {
    let bytes = good().build();
    let report = look_at(&bytes[..bytes.len() - 30]);
    assert_eq!(damage(&report), ["-: no-end-record"]);
    assert_eq!(report.tables["ciphers"], 8, "what is left is read all the same");

    for kept in 0..bytes.len() {
        let report = look_at(&bytes[..kept]);
        assert!(!report.intact, "{kept} bytes of {} pass for whole", bytes.len());
    }
}

#[test]
fn manifest_rows_and_attachments_must_agree() {
    let mut backup = Backup::sample(8, 3);
    let manifest = backup.manifest();
    backup.db["attachments"][1]["size"] = 5.into();
    backup.db["ciphers"].as_array_mut().expect("an array").pop();
    let mut archive = backup.archive();
    archive.entry("manifest.json").content = manifest.to_string().into();
    assert_eq!(
        found(&archive),
        [
            "db.json: count-differs",
            "attachments/cipher-1/attachment-1.bin: manifest-differs",
            "attachments/cipher-1/attachment-1.bin: body-size",
        ]
    );
}

#[test]
fn an_index_only_backup_is_intact_without_attachments_inside() {
    let backup = Backup { index_only: true, ..Backup::sample(8, 3) };
    let report = look_at(&backup.archive().build());
    assert!(report.intact);
    assert_eq!(report.kind, Some(Kind::IndexOnly));
    assert!(!report.server.import.accepts && report.server.remote_restore.accepts);
    assert_eq!(
        report.server.import.error.as_deref(),
        Some("Backup archive is missing required file: attachments/cipher-0/attachment-0.bin")
    );
}

#[test]
fn a_file_that_is_no_zip_is_reported_as_such() {
    for bytes in [&b""[..], b"PK", b"hello, this is a text", &[0; 100_000]] {
        let report = look_at(bytes);
        assert_eq!(damage(&report), ["-: not-a-zip"]);
        assert_eq!(report.server.import.error.as_deref(), Some("Invalid backup archive"));
    }
}
