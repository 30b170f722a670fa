//! Backups that are made without a fault.

use desk_core::granted::Folder;
use desk_core::jobs::{Depth, JobResult, MissingCause, TargetChoice, VerifyTargetJob};
use desk_core::jobs::{DrillRequest, ExportRequest, JobState, RestoreSource, SourceChoice};
use desk_core::secrets::{InMemory, SecretKind, SecretStore as _};
use desk_practice::Practice;
use desk_tests::at_desk::AtDesk;
use secrecy::ExposeSecret as _;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_desk_target_gets_a_complete_backup() {
    let table = Table::with(options()).await;
    let (share, bucket) =
        (Share::start().await, Bucket::start("localhost", "backups", "access", "secret key").await);
    let plain = table.desk.folder.path().join("disk");
    std::fs::create_dir(&plain).expect("made");
    for (name, place, root) in [
        ("Disk", in_folder(&plain), plain.clone()),
        ("NAS", on_share(&share), share.folder().to_owned()),
        ("Bucket", in_bucket(&bucket), bucket.folder_of("")),
    ] {
        let target = add(&table, form(name, place)).await;
        let job = run(&table, &target).await;
        let made = result(&job);
        assert_eq!(job.state, JobState::Succeeded, "{job:#?}");
        assert!(made.is_whole && made.index_written && made.error.is_none(), "{made:#?}");
        assert_eq!((made.attachments.listed, made.attachments.uploaded), (20, 20));
        let zip = made.file_name.expect("a name");
        assert_eq!(zips(&root), std::slice::from_ref(&zip), "{name}");
        let sha256 = made.check.expect("read back").sha256;
        assert!(zip.starts_with("nodewarden_backup_") && zip.ends_with(&format!("_{}.zip", &sha256[..5])));
        let found = doctor(&root).await;
        assert!(found.is_good() && found.orphans.is_empty(), "{name}: {found:#?}");
        assert_eq!((found.bodies, found.index.entries, found.backups[0].listed), (20, 20, 20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_backup_fetches_and_writes_only_what_is_new() {
    let (table, folder, target) = with_folder().await;
    result(&run(&table, &target).await);
    let before = asked(&table, BLOB);
    let second = result(&run(&table, &target).await);
    assert_eq!(asked(&table, BLOB), before, "no body is fetched again");
    assert_eq!((second.attachments.already_there, second.attachments.uploaded), (20, 0));
    assert!(second.is_whole && !second.index_written);
    // One that is gone and one that was cut off come again; the others stay.
    let [gone, cut] = [&bodies(&folder)[1], &bodies(&folder)[2]];
    std::fs::remove_file(folder.join("attachments").join(gone)).expect("removed");
    std::fs::write(folder.join("attachments").join(cut), b"cut").expect("written");
    let third = result(&run(&table, &target).await);
    assert_eq!((third.attachments.uploaded, third.kept_beside.len()), (2, 1), "{third:#?}");
    assert!(third.is_whole && doctor(&folder).await.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_attachments_only_the_rows_are_backed_up() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("disk");
    std::fs::create_dir(&folder).expect("made");
    let asked_for = DeskTargetForm { attachments: false, ..form("Disk", in_folder(&folder)) };
    let target = add(&table, asked_for).await;
    let made = result(&run(&table, &target).await);
    assert!(made.is_whole && made.attachments.listed == 0, "{made:#?}");
    assert!(!folder.join("attachments").exists() && asked(&table, BLOB) == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_keeps_its_number_and_deletes_only_its_own_backups() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("disk");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("holiday.zip"), b"photos").expect("written");
    std::fs::write(folder.join("nodewarden_backup_20200101_000000_00000.zip"), b"another's")
        .expect("written");
    let asked_for = DeskTargetForm { retention: Some(1), ..form("Disk", in_folder(&folder)) };
    let target = add(&table, asked_for).await;
    let first = result(&run(&table, &target).await).file_name.expect("a name");
    next_second(&first).await;
    let second = result(&run(&table, &target).await);
    let removed: Vec<&str> = second.removed.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(removed, [first.as_str()], "{second:#?}");
    assert_eq!(zips(&folder).len(), 3, "{:?}", zips(&folder));
    assert_eq!(bodies(&folder).len(), 20, "retention deletes no bodies");
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_keeps_the_last_complete_backup() {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("disk");
    std::fs::create_dir(&folder).expect("made");
    let asked_for = DeskTargetForm { retention: Some(1), ..form("Disk", in_folder(&folder)) };
    let target = add(&table, asked_for).await;
    let whole = result(&run(&table, &target).await).file_name.expect("a name");
    // From now on one body is lost on the server and on the disk.
    let lost = bodies(&folder)[0].clone();
    std::fs::remove_file(folder.join("attachments").join(&lost)).expect("removed");
    std::fs::remove_file(table.practice.bodies_folder().join(&lost)).expect("removed");
    for _ in 0..2 {
        next_second(zips(&folder).last().expect("one")).await;
        let job = run(&table, &target).await;
        assert_eq!(job.state, JobState::Attention);
        assert_eq!(result(&job).spared, std::slice::from_ref(&whole));
    }
    let left = zips(&folder);
    assert!(left.len() == 2 && left.contains(&whole), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_lost_by_the_server_is_kept_on_the_target() {
    let (table, folder, target) = with_folder().await;
    result(&run(&table, &target).await);
    let lost = bodies(&folder)[0].clone();
    std::fs::remove_file(table.practice.bodies_folder().join(&lost)).expect("removed");
    let made = result(&run(&table, &target).await);
    assert!(made.is_whole, "{made:#?}");
    // Where the place does not have it either, the record says whose it was.
    std::fs::remove_file(folder.join("attachments").join(&lost)).expect("removed");
    let job = run(&table, &target).await;
    let made = result(&job);
    assert_eq!((job.state, made.is_whole), (JobState::Attention, false));
    let missing = &made.attachments.missing[0];
    assert_eq!(missing.path, format!("attachments/{lost}.bin"));
    assert!(missing.cause == MissingCause::NotFound && missing.owner.is_some(), "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_target_is_verified_and_healed_like_any_other() {
    let (table, folder, target) = with_folder().await;
    result(&run(&table, &target).await);
    let desk = &table.desk.desk;
    let choice = desk.desk_targets().choice("Stick").await.expect("known");
    assert!(matches!(&choice, TargetChoice::Folder { folder: chosen } if *chosen == Folder::from(folder)));
    let verified = table.desk.run(VerifyTargetJob { target: choice, depth: Depth::Everything }).await;
    let Some(JobResult::VerifyTarget(verified)) = verified.result else { panic!("{verified:?}") };
    assert!(!verified.is_damaged() && !verified.is_missing_something());
    assert_eq!((verified.coverage.checked, verified.attachments.read), (20, 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_and_an_import_restore_from_the_folder() {
    let (table, folder, target) = with_folder().await;
    let zip = result(&run(&table, &target).await).file_name.expect("a name");
    let drill = DrillRequest {
        file: folder.join(&zip).into(),
        folder: Some(folder.clone().into()),
        passphrase: None,
        storage: desk_core::archive::Storage::R2,
    };
    let Some(JobResult::Drill(drill)) = table.desk.run(drill).await.result else { panic!("a drill") };
    assert!(drill.ok, "{drill:#?}");

    // Small enough for the import: complete from the folder, and imported by another server.
    let out = table.desk.folder.path().join("out");
    let sources = vec![SourceChoice::Folder { folder: folder.clone().into() }];
    let job = table.desk.run(ExportRequest::of_zip(&folder.join(&zip), &out, sources)).await;
    let Some(JobResult::Export(export)) = job.result else { panic!("{job:?}") };
    assert!(export.importable, "{export:#?}");
    let other = Practice::start(PracticeOptions::quick()).await.expect("another server");
    let desk = AtDesk::at(&other).await;
    let file = export.file.expect("a file");
    let plan = desk.confirmed_plan(RestoreSource::Local { path: file }).await;
    let Some(JobResult::Restore(restored)) = desk.run(plan).await.result else { panic!("a restore") };
    assert!(restored.skipped.is_empty(), "{restored:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_can_use_the_folder_as_its_own_target() {
    let (table, folder, target) = with_folder().await;
    let zip = result(&run(&table, &target).await).file_name.expect("a name");
    let other = Practice::start(PracticeOptions::quick()).await.expect("another server");
    std::fs::create_dir_all(other.backups_folder()).expect("made");
    crate::exports::copy_folder(&folder, &other.backups_folder());
    let desk = AtDesk::at(&other).await;
    let rows = desk.zips().await;
    assert!(rows.iter().any(|row| row.name == zip), "{rows:?}");
    let target_id = desk.target().await;
    let session = &desk.desk.sessions().needs_signed().expect("signed in").session;
    let checked = session
        .integrity(&target_id, &zip, &desk_core::progress::Silent)
        .await
        .expect("checked by the server")
        .value;
    assert!(checked.has_checksum_prefix && checked.matches, "{checked:?}");
    let source = RestoreSource::Remote { target_id, path: zip };
    let plan = desk.confirmed_plan(source).await;
    let job = desk.run(plan).await;
    let Some(JobResult::Restore(restored)) = job.result else { panic!("{job:?}") };
    assert!(restored.skipped.is_empty(), "{restored:#?}");
    let stored = std::fs::read_dir(other.bodies_folder()).expect("bodies");
    let stored: usize =
        stored.flatten().map(|cipher| desk_tests::at_desk::names_in(&cipher.path()).len()).sum();
    assert_eq!(stored, 20, "every body is in the other server's storage");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_is_stored_only_in_the_keyring() {
    let practice = Practice::start(options()).await.expect("a practice instance");
    let secrets = std::sync::Arc::new(InMemory::new());
    let desk = AtDesk::with(secrets.clone());
    desk.sign_in(&practice).await;
    let share = Share::start().await;
    let profile = desk.desk.sessions().needs_signed().expect("signed in").profile.id.clone();
    let targets = desk.desk.desk_targets();
    let saved = targets.save(form("NAS", on_share(&share)), &profile, &AllGranted).await.expect("saved");
    let kept = secrets.get(&saved.id, SecretKind::DeskTarget).expect("a store").expect("kept");
    assert_eq!(kept.expose_secret(), "the share's password");
    let shown = serde_json::to_string(&targets.all().expect("a list")).expect("JSON");
    assert!(!shown.contains("the share's password"));
    for name in desk_tests::at_desk::names_in(desk.folder.path()) {
        let bytes = std::fs::read(desk.folder.path().join(name)).unwrap_or_default();
        assert!(!bytes.windows(20).any(|part| part == b"the share's password"));
    }
    // Changing the place without its login is refused; removing takes the login along.
    let moved = DeskPlaceForm::Webdav(WebdavPlace {
        base_url: "http://127.0.0.1:9/dav".into(),
        username: "me".into(),
        password: SecretField::Kept,
        remote_path: String::new(),
    });
    let change = DeskTargetForm { id: Some(saved.id.clone()), ..form("NAS", moved) };
    let refused = targets.save(change, &profile, &AllGranted).await.expect_err("refused");
    assert_eq!(refused.kind(), "desk-target-secret-missing");
    targets.remove("NAS").await.expect("removed");
    assert!(secrets.get(&saved.id, SecretKind::DeskTarget).expect("a store").is_none());
    assert!(targets.all().expect("a list").is_empty());
}
