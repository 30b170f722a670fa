//! Backups that were written as a stream, sizes and checksums behind the content, and
//! lost the list of entries at their end.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::Path;

use desk_archive::{LossKind, Salvaged};
use desk_core::Code;
use desk_tests::archive_builder::{Archive, Backup};
use proptest::prelude::*;
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::looking::{damage, file, look_at};
use crate::repacked::{opens, recorded, salvage};

/// The archive as a stream, without its list of entries.
fn streamed(archive: &Archive) -> Vec<u8> {
    let mut archive = archive.clone();
    archive.entries.iter_mut().for_each(|entry| entry.descriptor = true);
    let mut bytes = archive.build();
    bytes.truncate(archive.content_length() as usize);
    bytes
}

/// The same without the signatures of the descriptors, which are not required.
fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"PK\x07\x08") {
            at += 4;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// What is in a salvaged archive, read by another program.
fn content(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(std::fs::File::open(path).expect("there")).expect("a ZIP");
    let mut all = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its checksum is right");
        all.insert(entry.name().expect("a name").into_owned(), bytes);
    }
    all
}

fn salvaged(bytes: &[u8]) -> Option<(Salvaged, BTreeMap<String, Vec<u8>>)> {
    let (folder, path) = file("streamed.zip", bytes);
    match salvage(&path, &folder.path().join("out.zip")) {
        Ok(saved) => {
            let content = content(&saved.path);
            Some((saved, content))
        }
        Err(error) => {
            assert_eq!(error.code(), Code::NotAnArchive);
            None
        }
    }
}

#[test]
fn streamed_entries_are_found_without_the_list() {
    for archive in [Backup::sample(8, 3).archive(), Backup::sample(8, 3).archive().deflated()] {
        let bytes = streamed(&archive);
        for bytes in [bytes.clone(), unsigned(&bytes)] {
            let report = look_at(&bytes);
            assert_eq!(damage(&report), ["-: no-end-record"]);
            assert_eq!((report.tables["ciphers"], report.attachments.present), (8, 3));
            let (saved, _) = salvaged(&bytes).expect("rows are there");
            assert_eq!((saved.tables["ciphers"], saved.bodies, saved.refusal), (8, 3, None));
            assert_eq!(saved.lost.iter().map(|loss| loss.what).collect::<Vec<_>>(), [LossKind::End]);
        }
    }
}

#[test]
fn streamed_entries_of_other_programs_are_found() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for is_large in [false, true] {
            let options = SimpleFileOptions::default().compression_method(method).large_file(is_large);
            let mut writer = ZipWriter::new_stream(Vec::new());
            for entry in Backup::sample(6, 2).archive().entries {
                writer.start_file(String::from_utf8(entry.name).expect("text"), options).expect("started");
                writer.write_all(&entry.content).expect("written");
            }
            let bytes = writer.finish().expect("finished").into_inner();
            let list = bytes.windows(4).position(|four| four == b"PK\x01\x02").expect("a list");
            let report = look_at(&bytes[..list]);
            assert_eq!(damage(&report), ["-: no-end-record"], "{method} {is_large}");
            assert_eq!((report.tables["ciphers"], report.attachments.present), (6, 2));
        }
    }
}

#[test]
fn settings_open_from_a_truncated_stream() {
    for archive in [recorded(), recorded().deflated()] {
        let bytes = streamed(&archive);
        opens(&bytes);
        opens(&unsigned(&bytes));
        // The end of the rows is gone, with their checksum.
        opens(&bytes[..bytes.len() - 40]);
    }
}

#[test]
fn a_broken_attachment_in_a_stream_loses_only_itself() {
    for archive in [Backup::sample(6, 3).archive(), Backup::sample(6, 3).archive().deflated()] {
        let mut bytes = streamed(&archive);
        let name = b"attachments/cipher-1/attachment-1.bin";
        let at = bytes.windows(name.len()).position(|part| part == name).expect("there") + name.len();
        bytes[at] ^= 0xff;
        let (saved, content) = salvaged(&bytes).expect("the rest is there");
        assert_eq!((saved.tables["ciphers"], saved.tables["attachments"], saved.bodies), (6, 2, 2));
        assert!(content.contains_key("attachments/cipher-2/attachment-2.bin"), "{:?}", content.keys());
        assert!(saved.lost.iter().any(|loss| loss.what == LossKind::Content));
    }
}

#[test]
fn an_endless_stream_is_limited() {
    // Each header says that its content ends where the next one says it does not.
    let header = b"PK\x03\x04\x14\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a";
    let report = look_at(&header.repeat(20_000));
    assert!(!report.intact);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn salvage_reports_only_content_with_valid_checksums(
        ciphers in 1..6_usize,
        attachments in 0..4_usize,
        deflate in any::<[bool; 6]>(),
        has_signatures in any::<bool>(),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        flips in proptest::collection::vec(any::<prop::sample::Index>(), 0..3),
    ) {
        let backup = Backup::sample(ciphers, attachments);
        let mut archive = backup.archive();
        for (entry, deflate) in archive.entries.iter_mut().zip(deflate) {
            entry.deflate = deflate;
        }
        let mut bytes = streamed(&archive);
        if !has_signatures {
            bytes = unsigned(&bytes);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        for flip in &flips {
            if bytes.is_empty() {
                break;
            }
            let at = flip.index(bytes.len());
            bytes[at] ^= 1 << (at % 8);
        }
        let Some((saved, content)) = salvaged(&bytes) else { return Ok(()) };
        for (name, body) in content.iter().filter(|(name, _)| name.starts_with("attachments/")) {
            let original = archive.entries.iter().find(|entry| entry.content == *body);
            prop_assert!(original.is_some(), "{} holds what no body held", name);
        }
        let rows: Value = serde_json::from_slice(&content["db.json"]).expect("JSON");
        let of_rows = |loss: LossKind| matches!(loss, LossKind::Rows | LossKind::Doubtful);
        let rows_are_whole = !saved.lost.iter().any(|loss| of_rows(loss.what));
        for (table, count) in &saved.tables {
            let (mine, theirs) = (rows[table].as_array().expect("rows"), backup.db[table].as_array().expect("rows"));
            prop_assert_eq!(mine.len() as u64, *count);
            // Rows of lost bodies are left out, and told as lost.
            if rows_are_whole && table != "attachments" {
                prop_assert_eq!(mine, theirs);
            }
            if rows_are_whole || flips.is_empty() {
                prop_assert!(mine.iter().all(|row| theirs.contains(row)), "{} has a row of its own", table);
            }
        }
    }
}
