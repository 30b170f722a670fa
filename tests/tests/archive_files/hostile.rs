use std::time::{Duration, Instant};

use desk_archive::{InspectOptions, attachments, clean, diff, first_facts, inspect};
use desk_core::jobs::Outcome;
use desk_core::progress::Silent;
use desk_tests::archive_builder::{Archive, Backup, Entry, deflated};
use tokio_util::sync::CancellationToken;

use crate::looking::{damage, file, look, look_at};

/// Long enough for a debug build on a busy machine, far too short for a file
/// that keeps a reader going.
const PATIENCE: Duration = Duration::from_secs(60);

fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < PATIENCE, "it took {:?}", start.elapsed());
    result
}

#[test]
fn a_zip_bomb_with_a_true_size_is_refused_by_that_size() {
    let mut archive = Backup::sample(1, 0).archive();
    archive.entries.push(Entry { deflate: true, ..Entry::new("attachments/a/b.bin", vec![0; 100 << 20]) });
    let report = in_time(|| look_at(&archive.build()));
    assert_eq!(
        report.server.import.error.as_deref(),
        Some("Backup archive expands beyond the current restore limit")
    );
    assert!(report.warnings.iter().any(|warning| warning.code.as_str() == "over-limit"));
}

#[test]
fn a_zip_bomb_with_a_false_size_is_not_unpacked_beyond_it() {
    let mut archive = Backup::sample(1, 0).archive();
    let bomb =
        Entry { deflate: true, size: Some(10), ..Entry::new("attachments/a/b.bin", vec![0; 100 << 20]) };
    archive.entries.push(bomb);
    let report = in_time(|| look_at(&archive.build()));
    assert_eq!(damage(&report), ["attachments/a/b.bin: size-differs"]);
}

#[test]
fn a_hundred_thousand_entries_are_all_checked() {
    let mut archive = Backup::sample(1, 0).archive();
    archive.entries.extend((0..65_000).map(|n| Entry::new(&format!("attachments/a/{n}.bin"), "")));
    let report = in_time(|| look_at(&archive.build()));
    assert!(report.intact, "{:?}", report.damage.first());
    assert_eq!(report.server.import.error.as_deref(), Some("Backup archive contains too many files"));
}

#[test]
fn entries_that_all_overlap_are_read_once() {
    let mut archive = Backup::sample(1, 0).archive();
    archive.entries.push(Entry { deflate: true, ..Entry::new("attachments/a/b.bin", vec![0; 20 << 20]) });
    let at = Archive { entries: archive.entries[..2].to_vec(), ..Archive::default() }.content_length();
    let kernel = archive.entries[2].clone();
    archive.entries.extend(
        (0..5_000)
            .map(|n| Entry {
                name: format!("attachments/a/{n}.bin").into(),
                offset: Some(at),
                only_listed: true,
                ..kernel.clone()
            })
            .map(|entry| Entry {
                content: entry.content[..1].to_vec(),
                packed: Some(20_000),
                size: Some(6_000),
                ..entry
            }),
    );
    let report = in_time(|| look_at(&archive.build()));
    assert!(damage(&report).iter().any(|found| found.ends_with(": overlap")), "{:?}", &damage(&report)[..5]);
}

#[test]
fn nesting_of_any_depth_uses_no_stack() {
    let deep = |open: &str, close: &str, levels: usize| open.repeat(levels) + "1" + &close.repeat(levels);
    for text in
        [deep("[", "]", 1 << 20), format!("{{\"x\":{}}}", deep("{\"a\":", "}", 1 << 20)), "[".repeat(1 << 20)]
    {
        let mut archive = Backup::sample(1, 0).archive();
        archive.entry("db.json").content = text.clone().into();
        archive.entry("manifest.json").content = text.into();
        let report = in_time(|| look_at(&archive.build()));
        assert!(!report.server.import.accepts);
    }
}

#[test]
fn a_deeply_nested_row_does_not_overflow_the_stack() {
    let mut archive = Backup::sample(1, 0).archive();
    let deep = "[".repeat(1 << 20) + &"]".repeat(1 << 20);
    archive.entry("db.json").content = format!("{{\"users\":[{{\"id\":{deep},\"email\":{deep}}}]}}").into();
    let report = in_time(|| look_at(&archive.build()));
    assert!(!report.server.import.accepts);
}

#[test]
fn absurd_lengths_and_offsets_are_reported_as_damage() {
    for value in [0_u32, 1, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff] {
        let mut archive = Backup::sample(2, 2).archive().deflated();
        archive.entry("db.json").packed = Some(value);
        archive.entry("manifest.json").size = Some(value);
        archive.entry("attachments/cipher-0/attachment-0.bin").offset = Some(value);
        let report = in_time(|| look_at(&archive.build()));
        assert!(!report.intact);
    }
}

#[test]
fn impossible_offsets_are_reported_as_damage() {
    let good = Backup::sample(2, 2).archive().zip64().build();
    let (_folder, path) = file("backup.zip", &good);
    assert!(look(&path, &InspectOptions::default()).intact, "the shape itself is sound");
    let signatures: [&[u8]; 3] = [b"PK\x06\x07", b"PK\x06\x06", b"PK\x01\x02"];
    for signature in signatures {
        let at = good.windows(4).position(|bytes| bytes == signature).expect("it is there");
        for byte in at + 4..(at + 80).min(good.len()) {
            let mut bytes = good.clone();
            bytes[byte] ^= 0x80;
            let (_folder, path) = file("backup.zip", &bytes);
            let report = look(&path, &InspectOptions::default());
            assert!(!report.intact || is_free(signature, byte - at), "byte {} of {signature:?}", byte - at);
        }
    }
}

/// Bytes of a header that say nothing of the content: who made it, and the
/// attributes that a file system would give it.
fn is_free(signature: &[u8], byte: usize) -> bool {
    match signature {
        b"PK\x01\x02" => matches!(byte, 4 | 5 | 36..=41),
        b"PK\x06\x06" => matches!(byte, 12 | 13),
        _ => false,
    }
}

#[test]
fn rows_and_values_with_millions_of_items_use_little_memory() {
    let members = format!("{{{}\"id\":\"x\"}}", "\"\":0,".repeat(2 << 20));
    let items = format!("{{\"id\":[{}0],\"email\":[{}null]}}", "0,".repeat(4 << 20), "{},".repeat(1 << 20));
    for row in [members, items] {
        let mut archive = Backup::sample(1, 0).archive().deflated();
        archive.entry("db.json").content = format!("{{\"users\":[{row}]}}").into();
        let report = in_time(|| look_at(&archive.build()));
        assert!(!report.server.import.accepts);
        let longest = report.server.import.error.iter().map(String::len).max();
        assert!(longest < Some(10_000), "a refusal is a sentence");
    }
}

#[test]
fn user_texts_are_shown_up_to_the_length_of_an_email() {
    let mut backup = Backup::sample(1, 0);
    backup.db["users"][1]["email"] = "x".repeat(1 << 20).into();
    let report = look_at(&backup.archive().deflated().build());
    assert_eq!(report.people[1].email.len(), 320);
}

#[test]
fn thousands_of_overlapping_entries_are_too_much_work_for_the_server() {
    let mut archive = Backup::sample(1, 0).archive();
    // Stored blocks of nothing: much to read, and nothing comes of it.
    let kernel = [0, 0, 0, 0xff, 0xff].repeat(1 << 20);
    let at = Archive { entries: archive.entries.clone(), ..Archive::default() }.content_length();
    archive.entries.push(Entry {
        method: Some(8),
        size: Some(0),
        ..Entry::new("attachments/a/b.bin", kernel)
    });
    archive.entries.extend((1..2_000).map(|n| Entry {
        offset: Some(at),
        only_listed: true,
        method: Some(8),
        packed: Some(5 << 20),
        size: Some(n),
        ..Entry::new(&format!("attachments/a/{n}.bin"), "")
    }));
    let report = in_time(|| look_at(&archive.build()));
    assert_eq!(report.server.import.error.as_deref(), Some("Worker exceeded resource limits"));
}

#[test]
fn a_zip_bomb_does_not_hide_other_damage() {
    let mut archive = Backup::sample(2, 2).archive();
    archive.entry("attachments/cipher-1/attachment-1.bin").crc = Some(1);
    // Together more than a gibibyte and 64 times the file.
    let bomb = deflated(&vec![0; 100 << 20]);
    let bombs = (0..14).map(|n| Entry {
        method: Some(8),
        size: Some(100 << 20),
        ..Entry::new(&format!("attachments/z/{n}.bin"), bomb.clone())
    });
    archive.entries.splice(2..2, bombs);
    let report = in_time(|| look_at(&archive.build()));
    let found = damage(&report);
    assert!(found.contains(&"-: bomb".to_owned()), "{found:?}");
    assert!(found.contains(&"attachments/cipher-1/attachment-1.bin: crc-mismatch".to_owned()), "{found:?}");
}

#[test]
fn attachments_comparison_and_cleaning_can_be_stopped() {
    let (folder, path) = file("backup.zip", &Backup::sample(4, 2).archive().build());
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(attachments(&path, &cancel).expect("no error"), Outcome::Stopped);
    assert_eq!(diff(&path, &path, &cancel).expect("no error"), Outcome::Stopped);
    assert_eq!(
        clean(&path, &folder.path().join("clean.zip"), None, &cancel).expect("no error"),
        Outcome::Stopped
    );
    let left = std::fs::read_dir(folder.path()).expect("the folder is there").count();
    assert_eq!(left, 1, "nothing half-written is left");
}

#[test]
fn path_traversal_names_are_refused_and_escaped() {
    for name in ["../../etc/passwd", "/etc/passwd", "C:\\x", "a\0b", "\u{1b}[31mred", &"x".repeat(60_000)] {
        let mut archive = Backup::sample(1, 0).archive();
        archive.entries.push(Entry { crc: Some(9), ..Entry::new(name, "x") });
        let report = in_time(|| look_at(&archive.build()));
        assert!(!report.server.import.accepts && !report.intact);
        let shown = report.damage[0].entry.as_deref().expect("the entry is named");
        assert!(shown.chars().count() <= 301 && !shown.contains(char::is_control), "{shown:?}");
    }
}

#[test]
fn a_stop_is_immediate_and_reported_as_an_outcome() {
    let (_folder, path) = file("backup.zip", &Backup::sample(4, 2).archive().build());
    let cancel = CancellationToken::new();
    cancel.cancel();
    let outcome = inspect(&path, &InspectOptions::default(), &Silent, &cancel).expect("a stop is no error");
    assert_eq!(outcome, Outcome::Stopped);
}

#[test]
fn the_first_facts_do_not_wait_for_the_rows() {
    let mut backup = Backup::sample(50, 3);
    backup.db["ciphers"][0]["data"] = "x".repeat(30 << 20).into();
    let (_folder, path) = file("backup.zip", &backup.archive().build());
    let start = Instant::now();
    let facts = first_facts(&path).expect("it can be read");
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
    assert_eq!((facts.tables["ciphers"], facts.entries, facts.bodies), (50, 5, 3));
    assert!(facts.kind.is_some() && facts.manifest.is_some());
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_without_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("backup.zip");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    for path in [pipe.as_path(), std::path::Path::new("/dev/zero"), folder.path()] {
        let error = first_facts(path).expect_err("refused");
        assert_eq!(error.code(), desk_core::Code::FileFailed);
        let looked = inspect(path, &InspectOptions::default(), &Silent, &CancellationToken::new());
        assert_eq!(looked.expect_err("refused").code(), desk_core::Code::FileFailed);
    }
}
