//! What fails on the way.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn attachments_that_fail_once_are_retried_until_complete() {
    let busy = br#"{"error":"Too many requests","error_description":"Try again in 1 seconds."}"#.to_vec();
    let failed = br#"{"error":"Internal","error_description":"R2 failed"}"#.to_vec();
    let json = vec![("content-type", "application/json")];
    for fault in [
        Interception::Instead(429, vec![("retry-after", "1"), ("content-type", "application/json")], busy),
        Interception::Instead(500, json.clone(), failed.clone()),
        Interception::Instead(503, json, failed),
        Interception::DropBefore,
        Interception::DropAfter,
        Interception::Stall,
        Interception::HalfBody,
        Interception::HalfChunked,
        Interception::StallBody,
        Interception::Chunked,
        Interception::Instead(200, vec![], b"shorter".to_vec()),
        Interception::Instead(200, vec![], vec![7; 200_000]),
        Interception::Instead(200, vec![("content-type", "text/html")], b"<html>Sign in</html>".to_vec()),
    ] {
        let table = Table::with(options()).await;
        let (mut asked, sent) = (0, fault.clone());
        table.between.when(move |request| {
            asked += usize::from(request.uri().path() == BLOB);
            if request.uri().path() == BLOB && asked % 7 == 3 { sent.clone() } else { Interception::Pass }
        });
        let export = exported(&table, ExportRequest::of_server(table.desk.folder.path())).await;
        assert!(export.importable, "{fault:?}: {export:?}");
        assert_eq!(export.attachments.written, 20, "{fault:?}");
        assert!(inspected(export.file.expect("a file")).intact, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_reports_that_its_destination_was_removed() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let (removed, mut asked) = (folder.clone(), 0);
    table.between.when(move |request| {
        asked += usize::from(request.uri().path() == BLOB);
        if asked == 5 {
            let _ = std::fs::remove_dir_all(&removed);
        }
        Interception::Pass
    });
    let job = run(&table, ExportRequest::of_server(&folder)).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::FileNotFound)), "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_continues_after_the_network_was_lost() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let mut asked = 0;
    table.between.when(move |request| {
        asked += usize::from(request.uri().path() == BLOB);
        if asked > 6 && request.uri().path() == BLOB { Interception::DropBefore } else { Interception::Pass }
    });
    let job = run(&table, ExportRequest::of_server(&folder)).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::ConnectionLost)), "{job:?}");
    table.between.when(|_| Interception::Pass);
    let before = table.between.seen().iter().filter(|asked| asked.ends_with(EXPORT)).count();
    let work = ExportRequest { resume: Resume::Latest, ..ExportRequest::of_server(&folder) };
    let export = exported(&table, work).await;
    assert!(export.importable, "{export:?}");
    let after = table.between.seen().iter().filter(|asked| asked.ends_with(EXPORT)).count();
    assert_eq!(after, before, "the rows are those of the first try");
}

/// A disk with this much space.
struct Space(u64);

impl FreeSpace for Space {
    fn free(&self, _: &Path) -> Option<u64> {
        Some(self.0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_without_space_fetches_and_keeps_nothing() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    // The index has space, the attachments have none.
    table.desk.desk.files().set_free_space(Arc::new(Space(RESERVE + (100 << 10))));
    let job = run(&table, ExportRequest::of_server(&folder)).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::DiskFull)), "{job:?}");
    assert_eq!(blobs_asked(&table), 0);
    assert!(names_in(&folder).is_empty(), "nothing was kept: {:?}", names_in(&folder));

    table.desk.desk.files().set_free_space(Arc::new(Space(u64::MAX)));
    let work = ExportRequest { resume: Resume::Latest, ..ExportRequest::of_server(&folder) };
    assert!(exported(&table, work).await.importable);
}
