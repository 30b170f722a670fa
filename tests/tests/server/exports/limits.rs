//! Limits of the server: of its import, and of calls.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_over_the_import_limits_says_so_before_the_first_body() {
    let sample = Sample { ciphers: 4, attachments: 2, largest_attachment: 70 << 20, ..Sample::default() };
    let table = Table::with(PracticeOptions::quick().sample(sample)).await;
    let folder = table.desk.folder.path().join("out");
    let mut work = ExportRequest::of_server(&folder);
    work.ask_over_limits = true;
    let asked = exported(&table, work).await;
    let limits: Vec<_> = asked.over_limits.iter().map(|one| one.limit).collect();
    assert_eq!(limits, [ImportLimit::ArchiveBytes, ImportLimit::UnpackedBytes]);
    assert_eq!(blobs_asked(&table), 0);
    let resume = Resume::Part(asked.unfinished.expect("it can go on").into());
    let export = exported(&table, ExportRequest { resume, ..ExportRequest::of_server(&folder) }).await;
    assert!(!export.importable && export.attachments.missing.is_empty());
    assert!(export.reason.expect("a reason").contains("67108864"));
    assert!(inspected(export.file.expect("a file")).intact);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_bodies_than_the_limit_allows_come_without_a_refusal() {
    let rate_limit = RateLimit { calls: 40, window: std::time::Duration::from_secs(2) };
    let sample = Sample { ciphers: 24, attachments: 100, largest_attachment: 100, ..Sample::default() };
    let table = Table::with(PracticeOptions { rate_limit, ..options() }.sample(sample)).await;
    // Signed in again with a pace that suits this limit.
    table.desk.desk.sessions().set_timeouts(desk_core::server::Timeouts {
        calls: 35,
        window: std::time::Duration::from_secs(2),
        ..crate::table::hasty()
    });
    table.desk.sign_in(&table.practice).await;
    let (limited, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (waits, refusals) = (Arc::clone(&limited), Arc::clone(&refused));
    table.desk.desk.runner().listen(Box::new(move |event| {
        if let jobs::JobEvent::Progress { update, .. } = event {
            match update {
                Update::KeepingLimit { .. } => waits.fetch_add(1, Ordering::Relaxed),
                Update::Waiting { .. } => refusals.fetch_add(1, Ordering::Relaxed),
                _ => 0,
            };
        }
        true
    }));
    let export = exported(&table, ExportRequest::of_server(table.desk.folder.path())).await;
    assert!(export.importable, "{export:?}");
    assert_eq!(refused.load(Ordering::Relaxed), 0, "the server never had to refuse");
    assert!(limited.load(Ordering::Relaxed) > 0, "the wait is told");
}
