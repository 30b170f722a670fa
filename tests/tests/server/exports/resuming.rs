//! Exports that continue where they were.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_export_equals_an_uninterrupted_one() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let index = index_of(&table, folder).await;
    let whole = ExportRequest::of_zip(&index, &folder.join("whole"), vec![SourceChoice::Server]);
    let whole = exported(&table, whole).await;
    assert!(whole.importable, "{whole:?}");

    let out = folder.join("parts");
    let work = |resume| ExportRequest {
        resume,
        parallel: 2,
        ..ExportRequest::of_zip(&index, &out, vec![SourceChoice::Server])
    };
    let (cancel, written) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
    let (stop, heard) = (cancel.clone(), Arc::clone(&written));
    table.between.when(move |request| {
        if request.uri().path() == BLOB && heard.fetch_add(1, Ordering::Relaxed) == 9 {
            stop.cancel();
            return Interception::Stall;
        }
        Interception::Pass
    });
    let job = table.desk.desk.jobs().run(work(Resume::New), cancel).await.expect("kept");
    assert_eq!(job.state, JobState::Cancelled);
    assert!(names_in(&out).iter().all(|name| name.starts_with('.')), "{:?}", names_in(&out));
    let found = jobs::unfinished_exports(&out);
    assert_eq!(found.len(), 1);
    let there = usize::try_from(found[0].written).expect("a few");
    assert!((1..20).contains(&there), "{there}");

    table.between.when(|_| Interception::Pass);
    let asked = blobs_asked(&table);
    let resumed = exported(&table, work(Resume::Latest)).await;
    assert_eq!(blobs_asked(&table) - asked, 20 - there, "what is written is not fetched again");
    let bytes =
        |export: &ExportResult| std::fs::read(export.file.as_ref().expect("a file")).expect("readable");
    assert_eq!(bytes(&resumed), bytes(&whole));
    assert_eq!(names_in(&out).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_bytes_of_a_part_file_are_downloaded_again() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let gone = stored(&table.practice).swap_remove(0);
    let kept = std::fs::read(&gone).expect("readable");
    std::fs::remove_file(&gone).expect("removed");
    let failed = exported(&table, ExportRequest::of_server(&folder)).await;
    let part = failed.unfinished.expect("it can go on");
    std::fs::write(&gone, kept).expect("back again");
    // As after a power cut: the journal is there, the second half of the bodies is not.
    let half = std::fs::metadata(&part).expect("there").len() / 2;
    std::fs::OpenOptions::new().write(true).open(&part).expect("opens").set_len(half).expect("cut");
    let asked = blobs_asked(&table);
    let resume = Resume::Part(part.into());
    let export = exported(&table, ExportRequest { resume, ..ExportRequest::of_server(&folder) }).await;
    assert!(export.importable && export.attachments.written == 20, "{export:?}");
    let again = blobs_asked(&table) - asked;
    assert!((2..20).contains(&again), "{again}");
    assert!(inspected(export.file.expect("a file")).intact);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_export_is_offered_and_removed() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    std::fs::remove_file(stored(&table.practice).swap_remove(0)).expect("removed");
    let desk = &table.desk.desk;
    let id = desk.jobs().start(ExportRequest::of_server(&folder), &AllGranted).await.expect("started");
    while desk.runner().running().iter().any(|job| job.id == id) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let found = desk.exports().unfinished_exports().await.expect("a list");
    assert_eq!((found.len(), found[0].written), (1, 19), "{found:?}");
    assert!(desk.exports().discard_export("/etc/passwd").await.is_err(), "only what is listed is removed");
    desk.exports().discard_export(&found[0].part).await.expect("removed");
    assert_eq!(names_in(&folder), Vec::<String>::new());
    assert_eq!(desk.exports().unfinished_exports().await.expect("a list"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_continues_with_its_sources() {
    let table = Table::with(options()).await;
    let (folder, desk) = (table.desk.folder.path(), &table.desk.desk);
    let index = index_of(&table, folder).await;
    // A folder that has all but one, and a target that cannot be reached any more.
    let own = folder.join("own");
    copy_folder(&table.practice.backups_folder(), &own);
    let lost = exported(&table, ExportRequest::of_server(&folder.join("all"))).await.origins[0].path.clone();
    let lost = lost.trim_end_matches(".bin");
    let kept = std::fs::read(own.join(lost)).expect("readable");
    std::fs::remove_file(own.join(lost)).expect("removed");
    std::fs::remove_file(table.practice.backups_folder().join(lost)).expect("removed");
    let opened = opened_at(&table, share(&table.practice)).await;
    let sources = vec![directly(&opened), SourceChoice::Folder { folder: own.clone().into() }];
    let work = ExportRequest::of_zip(&index, &folder.join("out"), sources);
    let id = desk.jobs().start(work, &AllGranted).await.expect("started");
    while desk.runner().running().iter().any(|job| job.id == id) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let found = desk.exports().unfinished_exports().await.expect("a list");
    let had = &found[0].sources;
    assert_eq!((had.folders.len(), had.zips.len(), had.server), (1, 0, false), "{had:?}");
    assert_eq!(had.targets[0].id, opened.settings.destinations[0].id);
    desk.opened().close_opened_settings(&opened.handle);
    std::fs::write(own.join(lost), kept).expect("back again");
    let again = exported(
        &table,
        ExportRequest {
            folder: Some(folder.join("out").into()),
            ..ExportRequest::of_unfinished(&found[0].part, Vec::new())
        },
    )
    .await;
    assert!(again.importable, "{again:?}");
    assert_eq!(names_in(&folder.join("out")).len(), 1, "{:?}", names_in(&folder.join("out")));
}
