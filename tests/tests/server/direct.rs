//! A target reached without its server: a real WebDAV share and real buckets.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use desk_core::Code;
use desk_core::error::TargetDetail;
use desk_core::jobs::{BackupJob, JobState};
use desk_core::secrets::SecretField;
use desk_core::server::{AddressingStyle, Incoming, Location, S3Place, WebdavPlace};
use desk_core::targets::TargetFolder;
use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, names_in};
use desk_tests::bucket::Bucket;
use futures_util::TryStreamExt;
use tokio::net::TcpListener;

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
    let made = desk.run(BackupJob { target_id: None }).await;
    assert_eq!(made.state, JobState::Succeeded);
    let by_server: Vec<_> = desk.zips().await.into_iter().map(|row| (row.path, row.size)).collect();

    let folder =
        TargetFolder::open(&share(&practice), &practice.webdav_credentials().1, false).expect("settings");
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
async fn refusals_of_a_share_have_clear_messages() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("an instance");
    let right = practice.webdav_credentials().1;
    let wrong = TargetFolder::open(&share(&practice), &"not the password".into(), false).expect("settings");
    let error = wrong.list("").await.expect_err("refused");
    assert_eq!(error.code(), Code::TargetFailed);
    assert_eq!(error.kind(), "storage-login-refused");
    assert!(!format!("{error:?}").contains("not the password"));

    let folder = TargetFolder::open(&share(&practice), &right, false).expect("settings");
    let Err(error) = folder.download("nodewarden_backup_gone.zip").await else { panic!("not there") };
    assert_eq!(error.code(), Code::BackupNotFound);

    practice.inject(&Fault::TargetStatus { status: 530 }).expect("a switch");
    let error = folder.list("").await.expect_err("530");
    assert!(error.is(TargetDetail::StorageFailed { status: 530 }), "{error:?}");
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

/// A target that responds to everything with a redirection, and what reached it.
struct Redirecting {
    port: u16,
    heard: Arc<Mutex<Vec<HeaderMap>>>,
}

impl Redirecting {
    /// `to` makes the address from this server's own port and the path asked for.
    async fn start(to: impl Fn(u16, &str) -> Option<String> + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let heard: Arc<Mutex<Vec<HeaderMap>>> = Arc::default();
        let (inner, target) = (Arc::clone(&heard), to);
        let answer = move |request: Request| {
            let to = target(port, request.uri().path());
            inner.lock().expect("not poisoned").push(request.headers().clone());
            async move {
                match to {
                    Some(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
                    None => StatusCode::NOT_FOUND.into_response(),
                }
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        Self { port, heard }
    }

    fn heard(&self) -> Vec<HeaderMap> {
        self.heard.lock().expect("not poisoned").clone()
    }

    /// Both kinds of target at this server.
    fn targets(&self) -> [Location; 2] {
        let address = format!("http://127.0.0.1:{}", self.port);
        let webdav = WebdavPlace {
            base_url: address.clone(),
            username: "me".into(),
            password: SecretField::Kept,
            remote_path: "nodewarden".into(),
        };
        let s3 = S3Place {
            endpoint: address,
            bucket: "backups".into(),
            addressing_style: AddressingStyle::PathStyle,
            region: String::new(),
            access_key_id: "key".into(),
            secret_access_key: SecretField::Kept,
            root_path: String::new(),
        };
        [Location::Webdav(webdav), Location::S3(s3)]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirection_to_another_host_is_refused_and_never_gets_the_login() {
    let other = Redirecting::start(|_, _| None).await;
    let there = other.port;
    let target = Redirecting::start(move |_, path| Some(format!("http://localhost:{there}{path}"))).await;
    for location in target.targets() {
        let folder = TargetFolder::open(&location, &"hush hush".into(), false).expect("settings");
        let Err(error) = folder.list("").await else { panic!("followed") };
        assert_eq!(error.code(), Code::TargetFailed, "{error:?}");
        let host = "localhost".to_owned();
        assert!(error.is(TargetDetail::TargetRedirectsElsewhere { host }), "{error:?}");
        assert!(folder.download("nodewarden_backup_1.zip").await.is_err());
    }
    assert_eq!(other.heard().len(), 0, "nothing was sent on");
    assert!(target.heard().iter().all(|headers| !headers.contains_key(header::REFERER)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirection_to_another_port_counts_as_another_host() {
    let other = Redirecting::start(|_, _| None).await;
    let there = other.port;
    let target = Redirecting::start(move |_, path| Some(format!("http://127.0.0.1:{there}{path}"))).await;
    for location in target.targets() {
        let folder = TargetFolder::open(&location, &"hush hush".into(), false).expect("settings");
        let Err(error) = folder.list("").await else { panic!("followed") };
        assert_eq!(error.kind(), "target-redirects-elsewhere", "{error:?}");
    }
    assert_eq!(other.heard().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirection_loop_is_reported() {
    let circle = Redirecting::start(|port, path| Some(format!("http://127.0.0.1:{port}{path}"))).await;
    for location in circle.targets() {
        let folder = TargetFolder::open(&location, &"hush hush".into(), false).expect("settings");
        let Err(error) = folder.list("").await else { panic!("it has no end") };
        assert_eq!(error.code(), Code::TargetFailed);
        // What cannot be sent again is not followed at all, and named by where it leads.
        let kind = error.kind();
        assert!(matches!(&*kind, "target-redirects-loop" | "target-redirects-elsewhere"), "{error:?}");
    }
    assert!(circle.heard().len() < 60, "{}", circle.heard().len());
    assert!(circle.heard().iter().all(|headers| !headers.contains_key(header::REFERER)));
}
