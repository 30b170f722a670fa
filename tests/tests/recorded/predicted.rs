//! The inspector on real archives: what it predicts is what live servers
//! returned, and what it says of each is true.

use std::collections::BTreeMap;
use std::path::Path;

use desk_core::archive::{
    InspectOptions, Inspection, Kind, NameHash, ServerVerdict, Skipped, Storage, inspect_bytes,
};
use desk_tests::replay::{Transcript, fixture};

use super::files;

const REMOTE: &str = "nodewarden_backup_20261123_032629_3cb70.zip";

/// The skipped list of the first response of a recording, and the name of the file
/// that was sent or restored.
fn recorded(name: &str) -> (Skipped, String, Option<String>) {
    let transcript = Transcript::read(name);
    let (request, response) = transcript.exchanges().next().expect("a recording has an answer");
    let answer = response.json.as_ref().expect("an import is answered with JSON");
    let skipped = serde_json::from_value(answer["skipped"].clone()).expect("a skipped list");
    match request.multipart.as_ref().and_then(|parts| parts.file.as_ref()) {
        Some(file) => (skipped, file.name.clone(), file.sha256.clone()),
        None => (skipped, REMOTE.to_owned(), None),
    }
}

fn look(name: &str, bytes: &[u8], storage: Storage, on_target: Option<BTreeMap<String, u64>>) -> Inspection {
    let options = InspectOptions { storage, target_listing: on_target, ..InspectOptions::default() };
    inspect_bytes(name, bytes, &options)
}

#[test]
fn recorded_imports_skip_the_predicted_attachments() {
    for (recording, storage) in [
        ("import-no-storage-skipped", Storage::None),
        ("import-kv-skipped", Storage::Kv),
        ("import-replace", Storage::R2),
    ] {
        let (skipped, name, sha256) = recorded(recording);
        let (own_name, bytes) = files::recorded(&name, sha256.as_deref());
        let report = look(&own_name, &bytes, storage, None);
        let predicted = ServerVerdict { accepts: true, error: None, skipped };
        assert_eq!(report.server.import, predicted, "{recording}");
        // The file for KV was made with a larger body and the previous sums.
        let codes: Vec<&str> = report.damage.iter().map(|damage| damage.code.as_str()).collect();
        let sums = if storage == Storage::Kv { vec!["manifest-differs"; 2] } else { Vec::new() };
        assert_eq!(codes, sums, "{recording}");
    }
}

#[test]
fn a_recorded_remote_restore_skipped_the_missing_attachments() {
    let (skipped, name, _) = recorded("remote-restore-skipped");
    let lost: Vec<&str> =
        skipped.items.iter().filter_map(|item| item.path.strip_prefix("attachments/")).collect();
    assert_eq!(lost.len(), 2);
    let mut on_target = bodies(&fixture("remote/webdav/attachments"));
    on_target.retain(|blob, _| !lost.contains(&&**blob));
    let report = look(&name, &files::archive("remote-backup"), Storage::R2, Some(on_target));
    assert_eq!(
        report.server.remote_restore,
        ServerVerdict { accepts: true, error: None, skipped: skipped.clone() }
    );
}

/// What a recorded server had before it responded.
fn before(recording: &str, step: usize) -> InspectOptions {
    let storage = match recording {
        "import-kv-skipped" => Storage::Kv,
        "import-no-storage-skipped" => Storage::None,
        _ => Storage::R2,
    };
    // The first refusal of each is that of a server with data that is not to be replaced.
    let keeps = matches!((recording, step), ("import-refused" | "remote-restore-refused", 0));
    InspectOptions { storage, replace: !keeps, ..InspectOptions::default() }
}

/// Whether a restore was refused because of what was restored: a request without a file or
/// password, or for a file that is not on the target, was not.
fn is_about_the_archive(request: &desk_tests::replay::Request, answer: &serde_json::Value) -> bool {
    let error = answer["error"].as_str().unwrap_or_default();
    let is_of_the_request = error.contains("Content-Type")
        || error.contains("is required")
        || error.contains("WebDAV download failed")
        || error.contains("select a backup ZIP");
    (request.path.ends_with("/backup/import") || request.path.ends_with("/remote/restore"))
        && !is_of_the_request
}

#[test]
fn every_recorded_restore_is_predicted_exactly() {
    let mut lines = Vec::new();
    for recording in desk_tests::replay::names() {
        let transcript = Transcript::read(&recording);
        let mut restores = 0;
        for (request, response) in transcript.exchanges() {
            let is_restore =
                request.path.ends_with("/backup/import") || request.path.ends_with("/remote/restore");
            let Some(answer) = response.json.as_ref().filter(|_| is_restore) else { continue };
            restores += 1;
            if !is_about_the_archive(request, answer) {
                continue;
            }
            let mut options = before(&recording, restores - 1);
            let (name, bytes, is_remote) =
                match request.multipart.as_ref().and_then(|parts| parts.file.as_ref()) {
                    Some(file) => {
                        let fields = format!("{:?}", request.multipart.as_ref().map(|parts| &parts.fields));
                        options.accept_mismatch = fields.contains("allowChecksumMismatch");
                        let (own_name, bytes) = files::recorded(&file.name, file.sha256.as_deref());
                        (own_name, bytes, false)
                    }
                    None => {
                        let path = request.json.as_ref().and_then(|body| body["path"].as_str());
                        let name = path.expect("a path").to_owned();
                        let lost: Vec<String> = serde_json::from_value::<Skipped>(answer["skipped"].clone())
                            .map(|skipped| skipped.items.into_iter().map(|item| item.path).collect())
                            .unwrap_or_default();
                        let mut on_target = bodies(&fixture("remote/webdav/attachments"));
                        on_target.retain(|blob, _| !lost.contains(&format!("attachments/{blob}")));
                        options.target_listing = Some(on_target);
                        let bytes =
                            std::fs::read(fixture("remote/webdav").join(&name)).expect("a recorded backup");
                        (name, bytes, true)
                    }
                };
            let report = inspect_bytes(&name, &bytes, &options);
            let predicted = if is_remote { report.server.remote_restore } else { report.server.import };
            let recorded = ServerVerdict {
                accepts: response.status == 200,
                error: answer["error"].as_str().map(str::to_owned),
                skipped: serde_json::from_value(answer["skipped"].clone()).unwrap_or_default(),
            };
            assert_eq!(predicted, recorded, "{recording}, {name}");
            lines.push(format!("{recording} | {name} | {:?} | yes", options.storage));
        }
    }
    println!("recording | file | storage | predicted exactly\n{}", lines.join("\n"));
    assert!(lines.len() >= 11, "every recorded restore is there: {lines:#?}");
}

/// The bodies of a recorded target, blob name and size.
fn bodies(folder: &Path) -> BTreeMap<String, u64> {
    let within = |folder: &Path| -> Vec<_> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry")).collect()
    };
    let name = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let ciphers = within(folder).into_iter().filter(|entry| entry.path().is_dir());
    ciphers
        .flat_map(|cipher| {
            let blobs = within(&cipher.path()).into_iter();
            let of = name(&cipher);
            blobs
                .map(move |body| {
                    let size = body.metadata().expect("a body").len();
                    (format!("{of}/{}", body.file_name().to_string_lossy()), size)
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_real_archive_is_intact_and_of_its_kind() {
    let names =
        std::fs::read_to_string(fixture("archives/original-names.json")).expect("the names are there");
    let names: BTreeMap<String, String> = serde_json::from_str(&names).expect("a list of names");
    let kinds = [
        ("local-export-complete", Kind::Complete, 6),
        ("server-export-index-only", Kind::IndexOnly, 0),
        ("server-export-no-attachments", Kind::NoAttachments, 0),
        ("remote-backup", Kind::IndexOnly, 0),
        ("legacy-1.5-export-index-only", Kind::IndexOnly, 0),
    ];
    for (archive, kind, present) in kinds {
        let report = look(&names[&format!("{archive}.zip")], &files::archive(archive), Storage::R2, None);
        assert!(report.intact, "{archive}: {:?}", report.damage);
        assert_eq!((report.kind, report.name_hash), (Some(kind), NameHash::Match), "{archive}");
        assert_eq!(report.attachments.present, present, "{archive}");
        assert!(report.server.remote_restore.accepts, "{archive}: {:?}", report.server.remote_restore);
        let codes: Vec<&str> = report.warnings.iter().map(|warning| warning.code.as_str()).collect();
        let expected = match kind {
            Kind::Complete => "settings-need-repair",
            Kind::IndexOnly => "bodies-elsewhere",
            Kind::NoAttachments => "no-attachments",
        };
        assert!(codes.contains(&expected), "{archive}: {codes:?}");
        assert!(!report.people.is_empty() && report.manifest.is_some(), "{archive}");
    }
}

#[test]
fn the_last_results_of_targets_are_read_from_a_backup() {
    let report = look("backup.zip", &files::archive("local-export-complete"), Storage::R2, None);
    let told: Vec<_> = report
        .targets
        .iter()
        .map(|target| {
            (target.runtime.last_success_at.as_deref(), target.runtime.last_error_message.as_deref())
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some("2026-11-22T19:26:45.501Z"), None),
            (Some("2026-11-22T19:26:45.006Z"), Some("Network connection lost.")),
        ]
    );
}

#[test]
fn the_copies_on_a_recorded_target_are_distinguished() {
    let folder = fixture("remote/webdav");
    let of = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).expect("a recorded backup");
        look(name, &bytes, Storage::R2, None)
    };
    let good = of(REMOTE);
    assert!(good.intact && good.name_hash == NameHash::Match);
    let copy = of("nodewarden_backup_20261123_032629_3cb70 (1).zip");
    assert_eq!((copy.name_hash, copy.intact), (NameHash::Match, true), "a browser's copy");
    assert_eq!(copy.file.sha256, good.file.sha256);
    assert_eq!(of("renamed-backup.zip").name_hash, NameHash::Absent);
    let flipped: Vec<Inspection> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".zip"))
        .map(|name| of(&name))
        .filter(|report| !report.intact)
        .collect();
    assert!(!flipped.is_empty(), "one of them has a flipped bit");
    assert!(flipped.iter().all(|report| report.name_hash == NameHash::Mismatch), "{flipped:?}");
}
