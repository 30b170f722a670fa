use std::collections::BTreeMap;

use desk_archive::rules::{Mode, Request, accept};
use desk_archive::{InspectOptions, Skipped, Storage};
use desk_tests::archive_builder::Backup;

use crate::looking::{look_with, warnings};

fn on(storage: Storage) -> InspectOptions {
    InspectOptions { storage, ..InspectOptions::default() }
}

fn paths(skipped: &Skipped) -> Vec<(&str, u64)> {
    skipped.items.iter().map(|item| (&*item.path, item.size_bytes)).collect()
}

#[test]
fn one_inspection_predicts_the_response_for_every_storage() {
    let backup = Backup::sample(2, 2);
    let all = InspectOptions { all_storages: true, ..on(Storage::Kv) };
    let bytes = backup.archive().build();
    let report = look_with(&bytes, &all);
    let storages: Vec<Storage> = report.elsewhere.iter().map(|other| other.storage).collect();
    assert_eq!(storages, [Storage::R2, Storage::None]);
    for other in &report.elsewhere {
        let alone = look_with(&bytes, &on(other.storage));
        assert_eq!((&other.server, &other.warnings), (&alone.server, &alone.warnings), "{:?}", other.storage);
    }
    let refused = Some("Backup import requires a fresh instance with no vault or send data".to_owned());
    assert_eq!(report.without_replacing.import, refused);
    assert_eq!(report.without_replacing.remote_restore, refused);
    assert!(look_with(&bytes, &on(Storage::R2)).elsewhere.is_empty());
}

#[test]
fn an_attachment_that_cannot_be_stored_is_skipped_like_on_the_server() {
    let backup = Backup::sample(2, 2);
    let mut archive = backup.archive();
    let mut unlisted = backup.manifest();
    unlisted["attachmentBlobs"].as_array_mut().expect("an array").remove(1);
    archive.entry("manifest.json").content = unlisted.to_string().into();
    let report = look_with(&archive.build(), &on(Storage::None));
    let found: Vec<&str> =
        paths(&report.server.remote_restore.skipped).iter().map(|(path, _)| *path).collect();
    assert_eq!(found, ["attachments/cipher-0/attachment-0", "attachments/cipher-1/attachment-1.bin"]);
}

#[test]
fn without_storage_every_attachment_is_skipped() {
    let bytes = Backup::sample(4, 2).archive().build();
    let report = look_with(&bytes, &on(Storage::None));
    let skipped = &report.server.import.skipped;
    assert_eq!(skipped.reason.as_deref(), Some("Attachment storage is not configured"));
    assert_eq!(
        paths(skipped),
        [("attachments/cipher-0/attachment-0.bin", 1), ("attachments/cipher-1/attachment-1.bin", 8)]
    );
    assert!(warnings(&report).contains(&"no-storage"));
}

#[test]
fn on_kv_an_attachment_over_25_mib_is_skipped() {
    let mut backup = Backup::sample(4, 2);
    backup.bodies[0].1 = vec![7; 26_214_401];
    backup.db["attachments"][0]["size"] = 26_214_401.into();
    let bytes = backup.archive().build();
    let report = look_with(&bytes, &on(Storage::Kv));
    let skipped = &report.server.import.skipped;
    assert_eq!(skipped.reason.as_deref(), Some("Cloudflare KV object size limit (25 MB)"));
    assert_eq!(paths(skipped), [("attachments/cipher-0/attachment-0.bin", 26_214_401)]);
    assert!(warnings(&report).contains(&"oversized-for-kv"));
    assert!(look_with(&bytes, &on(Storage::R2)).server.import.skipped.items.is_empty());
}

#[test]
fn a_remote_restore_skips_missing_and_oversized_attachments() {
    let mut backup = Backup { index_only: true, ..Backup::sample(4, 3) };
    backup.db["attachments"][0]["size"] = (26_u64 << 20).into();
    let bytes = backup.archive().build();
    let there = |blobs: &[(&str, u64)]| {
        let listing: BTreeMap<String, u64> =
            blobs.iter().map(|&(blob, size)| (blob.to_owned(), size)).collect();
        InspectOptions { target_listing: Some(listing), ..on(Storage::Kv) }
    };
    let options = there(&[("cipher-0/attachment-0", 26 << 20), ("cipher-1/attachment-1", 8)]);
    let skipped = look_with(&bytes, &options).server.remote_restore.skipped;
    assert_eq!(
        paths(&skipped),
        [("attachments/cipher-0/attachment-0", 26 << 20), ("attachments/cipher-2/attachment-2", 15)]
    );
    assert_eq!(skipped.reason.as_deref(), Some("Some attachments could not be restored and were skipped"));

    let all = there(&[
        ("cipher-0/attachment-0", 26 << 20),
        ("cipher-1/attachment-1", 8),
        ("cipher-2/attachment-2", 15),
    ]);
    let skipped = look_with(&bytes, &all).server.remote_restore.skipped;
    assert_eq!(skipped.reason.as_deref(), Some("Some remote attachments were unavailable and were skipped"));
    assert_eq!(skipped.attachments, 1);
}

#[test]
fn a_failed_attachment_is_listed_once_by_the_restore() {
    let bytes = Backup::sample(2, 2).archive().build();
    let foretold = look_with(&bytes, &on(Storage::None)).server.remote_restore.skipped;
    let request = Request {
        mode: Mode::RemoteRestore,
        storage: Storage::None,
        file_name: "backup.zip",
        accept_mismatch: false,
        holds_data: false,
        replace: true,
    };
    let accepted = accept(&bytes, &request).expect("it is taken");
    assert!(accepted.skipped.items.is_empty(), "both bodies are inside, so both are tried");
    let failed: Vec<(usize, Option<u64>)> =
        foretold.items.iter().enumerate().map(|(place, item)| (place, Some(item.size_bytes))).collect();
    assert_eq!(accepted.skipped_with(&failed), foretold);
    assert_eq!(foretold.attachments, 2);
}
