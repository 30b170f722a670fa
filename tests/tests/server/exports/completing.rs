//! ZIPs that are made complete.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_is_completed_from_every_kind_of_source() {
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
    let opened = table.desk.desk.opened().open_backup_settings(&index, email, &password, None).await;
    let opened = opened.expect("opened");
    let destination_id = opened.settings.destinations[0].id.clone();
    let direct = SourceChoice::Target { handle: opened.handle, destination_id, http_accepted: true };
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
async fn a_zip_is_made_complete_straight_from_a_share_and_from_a_bucket() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let index = index_of(&table, folder).await;
    let bucket = Bucket::start("localhost", "backups", "access", "secret key").await;
    copy_folder(&table.practice.backups_folder().join("attachments"), &bucket.folder_of("attachments"));
    let mut made = Vec::new();
    for (place, out) in [(share(&table.practice), "share"), (in_bucket(&bucket), "bucket")] {
        let opened = opened_at(&table, place).await;
        let work = ExportRequest::of_zip(&index, &folder.join(out), vec![directly(&opened)]);
        let export = exported(&table, work).await;
        assert!(export.importable, "{out}: {export:?}");
        assert_eq!(export.sources.get(&SourceKind::Target), Some(&20), "{out}");
        made.push(export.sha256);
    }
    assert_eq!(made[0], made[1], "the same bytes, wherever they come from");
    assert_eq!(blobs_asked(&table), 0, "the server was not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn content_that_does_not_match_is_taken_from_the_next_source() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let index = index_of(&table, folder).await;
    // The ledger learns the content of every body.
    let known = exported(&table, ExportRequest::of_server(&folder.join("known"))).await;
    let changed = known.origins[3].path.trim_end_matches(".bin").to_owned();
    let body = table.practice.backups_folder().join(&changed);
    let size = std::fs::metadata(&body).expect("a body").len();
    std::fs::write(&body, vec![7; usize::try_from(size).expect("small")]).expect("written");
    let opened = opened_at(&table, share(&table.practice)).await;
    let alone = ExportRequest::of_zip(&index, &folder.join("a"), vec![directly(&opened)]);
    let alone = exported(&table, alone).await;
    assert_eq!(alone.attachments.missing.len(), 1, "{alone:?}");
    let missing = &alone.attachments.missing[0];
    assert_eq!((missing.cause, missing.path.trim_end_matches(".bin")), (MissingCause::Damaged, &*changed));
    let both = vec![directly(&opened), SourceChoice::Server];
    let both = exported(&table, ExportRequest::of_zip(&index, &folder.join("b"), both)).await;
    assert!(both.importable, "{both:?}");
    assert_eq!((both.sources[&SourceKind::Target], both.sources[&SourceKind::Server]), (19, 1));
    let whole = vec![SourceChoice::Server];
    let whole = exported(&table, ExportRequest::of_zip(&index, &folder.join("c"), whole)).await;
    assert_eq!(both.sha256, whole.sha256);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_on_a_target_is_downloaded_and_made_complete_in_one_job() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path();
    let index = index_of(&table, folder).await;
    let by_file = ExportRequest::of_zip(&index, &folder.join("file"), vec![SourceChoice::Server]);
    let by_file = exported(&table, by_file).await;
    let zip =
        RemoteZip { target_id: table.desk.target().await, path: table.desk.zips().await[0].path.clone() };
    let work = || ExportRequest::of_remote(zip.clone(), &folder.join("out"), vec![SourceChoice::Server]);
    let gone = stored(&table.practice).swap_remove(2);
    let kept = std::fs::read(&gone).expect("readable");
    std::fs::remove_file(&gone).expect("removed");
    let short = exported(&table, work()).await;
    let part = short.unfinished.expect("it can go on");
    std::fs::write(&gone, kept).expect("back again");
    let found = table.desk.desk.exports().unfinished_exports().await.expect("a list");
    // Whoever waits for a job names its folder again.
    assert!(found.is_empty());
    let listed = jobs::unfinished_exports(&folder.join("out"));
    assert_eq!(listed[0].remote.as_ref(), Some(&zip));
    let asked = blobs_asked(&table);
    let export = exported(&table, ExportRequest { resume: Resume::Part(part.into()), ..work() }).await;
    assert!(export.importable && export.sha256 == by_file.sha256, "{export:?}");
    assert_eq!(blobs_asked(&table) - asked, 1);
    assert_eq!(names_in(&folder.join("out")).len(), 1, "{:?}", names_in(&folder.join("out")));
}
