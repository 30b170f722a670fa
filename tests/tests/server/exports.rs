//! Complete exports: every attachment inside, whatever fails on the way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use desk_core::Code;
use desk_core::archive::{self, InspectOptions, Inspection, Kind, NameHash};
use desk_core::granted::AllGranted;
use desk_core::jobs::{
    self, ExportOf, ExportRequest, ExportResult, FreeSpace, JobRecord, JobResult, JobState, Missing,
    MissingCause, Outcome, RESERVE, RestoreSource, Resume, SourceChoice, SourceKind,
};
use desk_core::limits::ImportLimit;
use desk_core::progress::{Silent, Update};
use desk_practice::{Contents, Practice, PracticeOptions, RateLimit, Sample};
use desk_tests::at_desk::{AtDesk, names_in};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::between::Interception;
use crate::table::{Table, code};

const BLOB: &str = "/api/admin/backup/blob";
const EXPORT: &str = "/api/admin/backup/export";

fn options() -> PracticeOptions {
    PracticeOptions::quick().sample(Sample { ciphers: 24, attachments: 20, ..Sample::default() })
}

async fn run(table: &Table, work: ExportRequest) -> JobRecord {
    table.desk.desk.run(work, CancellationToken::new()).await.expect("its end is kept")
}

#[track_caller]
fn result(job: &JobRecord) -> ExportResult {
    match &job.result {
        Some(JobResult::Export(export)) => export.clone(),
        _ => panic!("no result: {job:?}"),
    }
}

async fn exported(table: &Table, work: ExportRequest) -> ExportResult {
    result(&run(table, work).await)
}

fn inspected(path: impl AsRef<Path>) -> Inspection {
    let never = CancellationToken::new();
    match archive::inspect(path.as_ref(), &InspectOptions::default(), &Silent, &never) {
        Ok(Outcome::Done(inspection)) => inspection,
        other => panic!("{other:?}"),
    }
}

/// The bodies of the server's own storage, by name.
fn stored(practice: &Practice) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for cipher in std::fs::read_dir(practice.bodies_folder()).expect("a folder") {
        for body in std::fs::read_dir(cipher.expect("an entry").path()).expect("a folder") {
            found.push(body.expect("an entry").path());
        }
    }
    found.sort();
    found
}

/// An index-only ZIP of what the server holds.
async fn index_of(table: &Table, folder: &Path) -> PathBuf {
    let made = table.backup().await;
    let Some(JobResult::Backup(backup)) = made.result else { panic!("{made:?}") };
    let from = table.practice.backups_folder().join(&backup.file_name);
    let to = folder.join(&backup.file_name);
    std::fs::copy(from, &to).expect("copied");
    to
}

fn blobs_asked(table: &Table) -> usize {
    table.between.seen().iter().filter(|asked| asked.ends_with(BLOB)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_export_is_intact_and_another_server_imports_it_whole() {
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
async fn whatever_fails_for_some_bodies_once_the_export_is_complete() {
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
async fn an_export_goes_on_where_it_was_cancelled_and_equals_one_in_one_go() {
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
    let job = table.desk.desk.run(work(Resume::New), cancel).await.expect("kept");
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
async fn a_part_file_that_lost_bytes_is_fetched_again_where_they_are_lost() {
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
async fn a_zip_is_made_complete_from_a_folder_a_target_other_zips_and_the_server() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let index = index_of(&table, folder).await;
    let target = table.practice.backups_folder();
    let of = |sources, out: &str| ExportRequest::of_zip(&index, &folder.join(out), sources);
    let from_folder =
        exported(&table, of(vec![SourceChoice::Folder { folder: target.clone().into() }], "a")).await;
    assert!(from_folder.importable, "{from_folder:?}");
    assert_eq!(from_folder.sources.get(&SourceKind::Folder), Some(&20));
    assert_eq!(blobs_asked(&table), 0);
    let complete = PathBuf::from(from_folder.file.clone().expect("a file"));

    let from_zip = exported(&table, of(vec![SourceChoice::Zip { zip: complete.clone().into() }], "b")).await;
    assert_eq!(from_zip.sources.get(&SourceKind::Zip), Some(&20));
    assert_eq!(from_zip.sha256, from_folder.sha256, "the same bytes, wherever they come from");

    let (email, password) = (table.practice.admin_email(), table.practice.admin_password());
    let opened = table.desk.desk.open_backup_settings(&index, email, &password, None).await;
    let mut opened = opened.expect("opened");
    let destination = opened.settings.destinations.remove(0);
    let direct =
        SourceChoice::Target { handle: opened.handle, destination_id: destination.id, http_accepted: true };
    // The server knows the share by a name that only it can reach.
    let unreachable = run(&table, of(vec![direct], "c")).await;
    assert_ne!(unreachable.state, JobState::Succeeded);

    // A folder with half of the bodies, one of them damaged; the server has the rest.
    let half = folder.join("half");
    let mut taken = 0;
    for cipher in std::fs::read_dir(target.join("attachments")).expect("a folder") {
        let cipher = cipher.expect("an entry").path();
        if !cipher.is_dir() || taken >= 10 {
            continue;
        }
        let to = half.join("attachments").join(cipher.file_name().expect("a name"));
        std::fs::create_dir_all(&to).expect("a folder");
        for body in std::fs::read_dir(&cipher).expect("a folder") {
            let body = body.expect("an entry").path();
            let copy = to.join(body.file_name().expect("a name"));
            std::fs::copy(&body, &copy).expect("copied");
            if taken == 0 {
                std::fs::write(&copy, b"of another size").expect("written");
            }
            taken += 1;
        }
    }
    let mixed = vec![SourceChoice::Folder { folder: half.into() }, SourceChoice::Server];
    let mixed = exported(&table, of(mixed, "d")).await;
    assert!(mixed.importable, "{mixed:?}");
    assert_eq!(mixed.sources[&SourceKind::Folder] + mixed.sources[&SourceKind::Server], 20);
    assert_eq!(mixed.origins.len(), 20, "the source of each body is named");
    assert_eq!(mixed.sha256, from_folder.sha256);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_damaged_in_one_zip_comes_from_the_next() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let index = index_of(&table, folder).await;
    let whole = ExportRequest::of_zip(&index, &folder.join("a"), vec![SourceChoice::Server]);
    let whole = exported(&table, whole).await;
    let good = PathBuf::from(whole.file.expect("a file"));
    let mut bytes = std::fs::read(&good).expect("readable");
    let at = bytes.len() * 2 / 3;
    bytes[at] ^= 1;
    let bad = folder.join("bad.zip");
    std::fs::write(&bad, bytes).expect("written");
    let alone =
        ExportRequest::of_zip(&index, &folder.join("b"), vec![SourceChoice::Zip { zip: bad.clone().into() }]);
    let alone = exported(&table, alone).await;
    assert_eq!(alone.attachments.missing.len(), 1);
    assert_eq!(alone.attachments.missing[0].cause, MissingCause::Damaged);
    let both = vec![SourceChoice::Zip { zip: bad.into() }, SourceChoice::Zip { zip: good.into() }];
    let both = exported(&table, ExportRequest::of_zip(&index, &folder.join("c"), both)).await;
    assert!(both.importable && both.sha256 == whole.sha256, "{both:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_file_is_completed_later() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let gone = stored(&table.practice).swap_remove(3);
    let kept = std::fs::read(&gone).expect("readable");
    std::fs::remove_file(&gone).expect("removed");
    let incomplete =
        exported(&table, ExportRequest { missing: Missing::Keep, ..ExportRequest::of_server(folder) }).await;
    std::fs::write(&gone, kept).expect("back again");
    let asked = blobs_asked(&table);
    let zip = PathBuf::from(incomplete.file.expect("a file"));
    let export =
        exported(&table, ExportRequest::of_zip(&zip, &folder.join("out"), vec![SourceChoice::Server])).await;
    assert!(export.importable, "{export:?}");
    assert_eq!((export.sources[&SourceKind::Itself], export.sources[&SourceKind::Server]), (19, 1));
    let manifest = |path: &Path| {
        let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("opens")).expect("a ZIP");
        let text = zip.by_name("manifest.json").expect("a manifest");
        serde_json::from_reader::<_, serde_json::Value>(text).expect("JSON")
    };
    assert_eq!(manifest(&zip)["incomplete"]["count"], 1);
    let complete = manifest(Path::new(export.file.as_ref().expect("a file")));
    assert!(complete.get("incomplete").is_none(), "it is not any more: {complete}");
    assert_eq!(blobs_asked(&table) - asked, 1);
}

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
async fn an_encrypted_export_leaves_no_plain_bytes_and_opens_again() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let passphrase = SecretString::from("correct horse battery");
    let mut work = ExportRequest::of_server(&folder);
    work.passphrase = Some("short".into());
    let refused = table.desk.desk.run(work.clone(), CancellationToken::new()).await;
    assert_eq!(refused.expect_err("too short").code(), Code::InvalidRequest);
    work.passphrase = Some(passphrase.clone());
    let export = exported(&table, work).await;
    assert!(export.importable && export.encrypted, "{export:?}");
    let file = PathBuf::from(export.file.expect("a file"));
    assert!(file.to_string_lossy().ends_with(".zip.age"));
    assert_eq!(names_in(&folder).len(), 1);
    assert_eq!(names_in(&table.desk.folder.path().join("exports")), Vec::<String>::new());
    let bytes = std::fs::read(&file).expect("readable");
    assert!(!bytes.windows(12).any(|piece| piece == b"manifest.jso"), "nothing of it can be read");
    let out = table.desk.folder.path().join("opened");
    let never = CancellationToken::new();
    let opened = jobs::decrypt(&file, &passphrase, &out, &never).expect("decrypted");
    let Outcome::Done(opened) = opened else { panic!("stopped") };
    let looked = inspected(opened);
    assert!(looked.intact && looked.name_hash == NameHash::Match);
    assert_eq!(looked.file.sha256, export.sha256);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exports_at_once_do_not_disturb_each_other() {
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
async fn a_destination_that_is_removed_ends_the_export_with_its_cause() {
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
async fn a_network_that_is_lost_ends_the_export_and_it_goes_on_later() {
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

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_id_that_leads_elsewhere_is_never_asked_for() {
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

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_zip_is_not_made_complete() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let index = index_of(&table, folder).await;
    let mut bytes = std::fs::read(&index).expect("readable");
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    let bad = folder.join("bad.zip");
    std::fs::write(&bad, bytes).expect("written");
    let job = run(&table, ExportRequest::of_zip(&bad, &folder.join("out"), vec![SourceChoice::Server])).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::ArchiveDamaged)), "{job:?}");
    assert_eq!(names_in(&folder.join("out")), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_export_is_offered_and_removed() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    std::fs::remove_file(stored(&table.practice).swap_remove(0)).expect("removed");
    let desk = &table.desk.desk;
    let id = desk.start(ExportRequest::of_server(&folder), &AllGranted).await.expect("started");
    while desk.runner().running().iter().any(|job| job.id == id) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let found = desk.unfinished_exports().await.expect("a list");
    assert_eq!((found.len(), found[0].written), (1, 19), "{found:?}");
    assert!(desk.discard_export("/etc/passwd").await.is_err(), "only what is listed is removed");
    desk.discard_export(&found[0].part).await.expect("removed");
    assert_eq!(names_in(&folder), Vec::<String>::new());
    assert_eq!(desk.unfinished_exports().await.expect("a list"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_was_to_be_encrypted_never_continues_without_a_passphrase() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("out");
    let gone = stored(&table.practice).swap_remove(0);
    let kept = std::fs::read(&gone).expect("readable");
    std::fs::remove_file(&gone).expect("removed");
    let passphrase = Some(SecretString::from("correct horse battery"));
    let work = ExportRequest { passphrase: passphrase.clone(), ..ExportRequest::of_server(&folder) };
    let failed = exported(&table, work).await;
    std::fs::write(&gone, kept).expect("back again");
    let found = table.desk.desk.unfinished_exports().await.expect("a list");
    assert!(found.len() == 1 && found[0].encrypted, "{found:?}");
    let resume = Resume::Part(failed.unfinished.expect("it can go on").into());
    let plain = ExportRequest { resume: resume.clone(), ..ExportRequest::of_server(&folder) };
    let job = run(&table, plain).await;
    assert_eq!(code(&job), Some(Code::InvalidRequest), "{job:?}");
    assert_eq!(names_in(&folder), Vec::<String>::new());
    let export =
        exported(&table, ExportRequest { resume, passphrase, ..ExportRequest::of_server(&folder) }).await;
    assert!(export.importable && export.encrypted, "{export:?}");
    assert!(names_in(&folder)[0].ends_with(".zip.age"));
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
    table.desk.desk.set_free_space(Arc::new(Space(RESERVE + (100 << 10))));
    let job = run(&table, ExportRequest::of_server(&folder)).await;
    assert_eq!((job.state, code(&job)), (JobState::Failed, Some(Code::DiskFull)), "{job:?}");
    assert_eq!(blobs_asked(&table), 0);
    assert!(names_in(&folder).is_empty(), "nothing was kept: {:?}", names_in(&folder));

    table.desk.desk.set_free_space(Arc::new(Space(u64::MAX)));
    let work = ExportRequest { resume: Resume::Latest, ..ExportRequest::of_server(&folder) };
    assert!(exported(&table, work).await.importable);
}
