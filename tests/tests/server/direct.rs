//! A target reached without its server: a real WebDAV share and real buckets.

use desk_core::Code;
use desk_core::desk::Work;
use desk_core::jobs::JobState;
use desk_core::secrets::SecretField;
use desk_core::server::{AddressingStyle, Incoming, Location, S3Place, WebdavPlace};
use desk_core::targets::TargetFolder;
use desk_practice::{Incident, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, names_in};
use desk_tests::bucket::Bucket;
use futures_util::TryStreamExt;

const HOST: &str = "s3.practice.test";

fn share(practice: &Practice) -> Location {
    Location::Webdav(WebdavPlace {
        base_url: practice.webdav_url(),
        username: practice.webdav_credentials().0.into(),
        password: SecretField::Kept,
        remote_path: "nodewarden".into(),
    })
}

async fn whole(incoming: Incoming) -> Vec<u8> {
    let length = incoming.length;
    let chunks: Vec<_> = incoming.body.try_collect().await.expect("a whole body");
    let bytes = chunks.concat();
    assert_eq!(length, Some(bytes.len() as u64), "the length was told before");
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_shows_the_same_backups_as_its_server_does() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("an instance");
    let desk = AtDesk::at(&practice).await;
    let made = desk.run(Work::Backup { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded);
    let by_server: Vec<_> = desk.zips().await.into_iter().map(|row| (row.path, row.size)).collect();

    let folder = TargetFolder::open(&share(&practice), &practice.webdav_credentials().1).expect("settings");
    let items = folder.list("").await.expect("a list");
    assert!(items[0].is_directory && items[0].name == "attachments", "folders first: {items:?}");
    let mut zips: Vec<_> = items
        .into_iter()
        .filter(|item| item.name.ends_with(".zip"))
        .map(|item| (item.path, item.size))
        .collect();
    let mut by_server = by_server;
    zips.sort();
    by_server.sort();
    assert_eq!(zips, by_server);

    let (path, _) = &zips[0];
    let here = std::fs::read(practice.backups_folder().join(path)).expect("the file on the share");
    assert_eq!(whole(folder.download(path).await.expect("a file")).await, here);
    assert_eq!(folder.list("no/such/folder").await.expect("empty, as for the server"), []);
    assert_eq!(
        folder.list("attachments").await.expect("a list").iter().filter(|item| item.is_directory).count(),
        names_in(&practice.backups_folder().join("attachments"))
            .iter()
            .filter(|name| !name.starts_with('.'))
            .count()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_share_refuses_is_said_in_plain_words() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("an instance");
    let right = practice.webdav_credentials().1;
    let wrong = TargetFolder::open(&share(&practice), &"not the password".into()).expect("settings");
    let error = wrong.list("").await.expect_err("refused");
    assert_eq!(error.code(), Code::TargetFailed);
    assert_eq!(error.body().values["targetStatus"], "401");
    assert!(!format!("{error:?}").contains("not the password"));

    let folder = TargetFolder::open(&share(&practice), &right).expect("settings");
    let Err(error) = folder.download("nodewarden_backup_gone.zip").await else { panic!("not there") };
    assert_eq!(error.code(), Code::BackupNotFound);

    practice.incident(&Incident::TargetStatus { status: 530 }).expect("a switch");
    let error = folder.list("").await.expect_err("530");
    assert_eq!(error.body().values["targetStatus"], "530");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_reached_in_both_addressing_styles() {
    for style in [AddressingStyle::PathStyle, AddressingStyle::VirtualHostedStyle] {
        let bucket = Bucket::start(HOST, "backups", "key", "the secret key").await;
        let root = bucket.folder_of("home");
        std::fs::create_dir_all(root.join("attachments/c1")).expect("a folder");
        std::fs::write(root.join("nodewarden_backup_1.zip"), b"a backup").expect("a file");
        std::fs::write(root.join("attachments/c1/a1"), b"a body").expect("a file");
        let location = |bucket_name: &str| {
            Location::S3(S3Place {
                endpoint: format!("http://{HOST}:{}", bucket.address().port()),
                bucket: bucket_name.into(),
                addressing_style: style,
                region: String::new(),
                access_key_id: "key".into(),
                secret_access_key: SecretField::Kept,
                root_path: "home".into(),
            })
        };
        let client = reqwest::Client::builder()
            .resolve(HOST, bucket.address())
            .resolve(&format!("backups.{HOST}"), bucket.address());
        let client = client.build().expect("a client");
        let folder =
            TargetFolder::open_through(&location("backups"), &"the secret key".into(), client.clone())
                .expect("settings");
        let names: Vec<_> =
            folder.list("").await.expect("a list").into_iter().map(|item| item.name).collect();
        assert_eq!(names, ["attachments", "nodewarden_backup_1.zip"], "{style:?}");
        assert_eq!(
            whole(folder.download("nodewarden_backup_1.zip").await.expect("a file")).await,
            b"a backup"
        );

        let wrong = TargetFolder::open_through(&location("backups"), &"another key".into(), client)
            .expect("settings");
        let error = wrong.list("").await.expect_err("refused");
        assert_eq!(error.code(), Code::TargetFailed, "{error:?}");
        assert!(!format!("{error:?}").contains("another key"));
    }
}
