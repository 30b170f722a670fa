//! What an export holds, and what it says is missing.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_export_is_imported_completely_by_another_server() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let job = run(&table, ExportRequest::of_server(&folder)).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let export = result(&job);
    assert!(export.importable && export.reason.is_none(), "{export:?}");
    assert_eq!((export.attachments.listed, export.attachments.written), (20, 20));
    assert_eq!(export.sources.get(&SourceKind::Server), Some(&20));
    let file = export.file.expect("a file");
    let looked = inspected(&file);
    assert!(looked.intact, "{:?}", looked.damage);
    assert_eq!((looked.kind, looked.name_hash), (Some(Kind::Complete), NameHash::Match));
    assert_eq!((looked.file.sha256, looked.file.bytes), (export.sha256, export.bytes));
    assert_eq!(names_in(&folder).len(), 1, "nothing else stays: {:?}", names_in(&folder));
    let known = table.desk.desk.ledger().jobs(&Default::default()).expect("jobs");
    assert_eq!(known[0].result, job.result, "the ledger has it");

    let fresh = PracticeOptions::quick().contents(Contents::Administrator);
    let fresh = Practice::start(fresh).await.expect("a practice instance");
    let desk = AtDesk::at(&fresh).await;
    let plan = desk.confirmed_plan(RestoreSource::Local { path: file }).await;
    let restored = desk.run(plan).await;
    assert_eq!(restored.state, JobState::Succeeded, "{restored:?}");
    assert_eq!(fresh.state().expect("a state").bodies, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_without_attachments_asks_for_no_body() {
    let table = Table::with(options()).await;
    let mut work = ExportRequest::of_server(table.desk.folder.path());
    work.from = ExportOf::Server { attachments: false };
    let export = exported(&table, work).await;
    assert!(export.importable, "{export:?}");
    assert_eq!(inspected(export.file.expect("a file")).kind, Some(Kind::NoAttachments));
    assert_eq!(blobs_asked(&table), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_bodies_are_named_and_kept_or_left_out_as_asked() {
    let table = Table::with(options()).await;
    let all = stored(&table.practice);
    let (gone, changed) = (&all[4], &all[11]);
    std::fs::remove_file(gone).expect("removed");
    // What the server holds now is not what its row says.
    std::fs::write(changed, vec![1; 100_000]).expect("written");
    let folder = table.desk.folder.path().join("out");
    let job = run(&table, ExportRequest::of_server(&folder)).await;
    assert_eq!(job.state, JobState::Attention);
    let failed = result(&job);
    assert_eq!((failed.file.as_deref(), failed.importable), (None, false));
    assert_eq!((failed.attachments.listed, failed.attachments.written), (20, 18));
    let mut causes: Vec<_> = failed.attachments.missing.iter().map(|one| one.cause).collect();
    causes.sort_by_key(|cause| format!("{cause:?}"));
    assert_eq!(causes, [MissingCause::NotFound, MissingCause::SizeDiffers]);
    for missing in &failed.attachments.missing {
        assert!(missing.owner.as_deref().is_some_and(|email| email.ends_with("@practice.test")));
        assert!(missing.path.starts_with("attachments/") && missing.tries > 0, "{missing:?}");
    }
    let part = failed.unfinished.expect("it can go on");
    let asked = blobs_asked(&table);

    let again = |missing, resume| ExportRequest { missing, resume, ..ExportRequest::of_server(&folder) };
    let kept = exported(&table, again(Missing::Keep, Resume::Part(part.into()))).await;
    assert!(blobs_asked(&table) - asked <= 5, "only what is missing is asked for again");
    let file = kept.file.clone().expect("a file");
    assert!(file.ends_with("_incomplete.zip"), "{file}");
    assert_eq!((kept.importable, kept.attachments.missing.len()), (false, 2));
    let looked = inspected(&file);
    assert!(!looked.server.import.accepts && looked.attachments.present == 18);
    assert!(looked.damage.iter().all(|damage| damage.code.as_str() == "body-missing"), "{:?}", looked.damage);

    let left = exported(&table, again(Missing::LeaveOut, Resume::New)).await;
    assert!(left.importable, "{left:?}");
    assert_eq!(left.attachments.missing.len(), 2, "what was left out is listed");
    let file = left.file.expect("a file");
    let looked = inspected(&file);
    assert!(looked.intact && looked.kind == Some(Kind::Complete), "{:?}", looked.damage);
    assert_eq!((looked.tables["attachments"], looked.tables["ciphers"]), (18, 24));
    let names = names_in(&folder);
    assert!(names.iter().all(|name| name.ends_with(".zip")), "nothing unfinished stays: {names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exports_do_not_disturb_each_other() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let (one, other) = tokio::join!(
        exported(&table, ExportRequest::of_server(&folder)),
        exported(&table, ExportRequest::of_server(&folder))
    );
    assert!(one.importable && other.importable, "{one:?} {other:?}");
    let files: BTreeSet<_> = [one.file, other.file].into_iter().flatten().collect();
    for file in &files {
        assert!(inspected(file).intact);
    }
    assert_eq!(names_in(&folder).len(), files.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_id_with_path_traversal_is_never_requested() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let secret = folder.join("secret");
    std::fs::write(&secret, b"abc").expect("written");
    let index = folder.join("odd.zip");
    std::fs::write(&index, odd_index()).expect("written");
    let inside = folder.join("target/attachments/c1");
    std::fs::create_dir_all(&inside).expect("a folder");
    std::fs::write(inside.join("a1"), b"abc").expect("written");
    let from = vec![SourceChoice::Folder { folder: folder.join("target").into() }, SourceChoice::Server];
    let work = |missing| ExportRequest {
        missing,
        ..ExportRequest::of_zip(&index, &folder.join("out"), from.clone())
    };
    let export = exported(&table, work(Missing::Fail)).await;
    assert_eq!(export.attachments.missing.len(), 1, "{export:?}");
    assert_eq!(export.attachments.missing[0].cause, MissingCause::UnsafeName);
    assert_eq!(blobs_asked(&table), 0);
    let left = exported(&table, work(Missing::LeaveOut)).await;
    let looked = inspected(left.file.expect("a file"));
    assert!(looked.intact && looked.tables["attachments"] == 1, "{:?}", looked.damage);
}

/// An index whose second attachment has a path for an id.
fn odd_index() -> Vec<u8> {
    use desk_tests::archive_builder::{Archive, Entry};
    use serde_json::json;
    let row = |id: &str| json!({"id": id, "cipher_id": "c1", "file_name": "f", "size": 3, "size_name": "3 Bytes", "key": null});
    let blob = |id: &str| json!({"cipherId": "c1", "attachmentId": id, "blobName": format!("c1/{id}"), "sizeBytes": 3});
    let manifest = json!({
        "formatVersion": 1, "exportedAt": "2026-11-22T19:26:47.394Z", "appVersion": "1.8.0", "storageKind": "r2",
        "tableCounts": {"users": 1, "ciphers": 1, "attachments": 2},
        "includes": {"attachments": true},
        "blobSummary": {"attachmentFiles": 2, "totalBytes": 6, "largestObjectBytes": 3},
        "attachmentBlobs": [blob("a1"), blob("../../../secret")],
    });
    let db = json!({
        "config": [], "user_revisions": [], "folders": [], "domain_settings": [], "webauthn_credentials": [],
        "users": [{"id": "u1", "email": "a@example.org", "role": "admin", "status": "active"}],
        "ciphers": [{"id": "c1", "user_id": "u1", "data": "{}"}],
        "attachments": [row("a1"), row("../../../secret")],
    });
    let mut archive = Archive::default();
    archive.entries.push(Entry::new("manifest.json", manifest.to_string()));
    archive.entries.push(Entry::new("db.json", db.to_string()));
    archive.build()
}
