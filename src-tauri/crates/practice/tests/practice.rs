//! What the practice instance does when all is well, and when a switch is on.

mod support;

use std::time::{Duration, Instant};

use desk_archive::Storage;
use desk_practice::{Contents, Fault, Practice, PracticeOptions, RateLimit, Sample, Side};
use reqwest::multipart::{Form, Part};
use serde_json::json;
use support::Person;

async fn practice(sample: Sample) -> Practice {
    Practice::start(PracticeOptions::quick().sample(sample)).await.expect("a practice instance")
}

fn small() -> Sample {
    Sample { ciphers: 6, folders: 2, attachments: 3, largest_attachment: 2_000, ..Sample::default() }
}

#[tokio::test]
async fn a_run_uploads_the_archive_and_the_attachments() {
    let practice = practice(small()).await;
    let admin = Person::administrator(&practice).await;

    let run = admin.run().await;
    assert_eq!(run.status, 200, "{:?}", run.body);
    let name = run.body["result"]["fileName"].as_str().expect("a name").to_owned();
    assert!(practice.backups_folder().join(&name).is_file());
    assert_eq!(practice.state().expect("a state").target_bodies, 3);

    let listed = admin.get("/api/admin/backup/remote").await;
    assert_eq!(listed.status, 200, "{:?}", listed.body);
    let names: Vec<_> = listed.body["items"].as_array().expect("items").iter().map(|i| &i["name"]).collect();
    assert_eq!(names, [&json!("attachments"), &json!(name)]);

    let checked = admin.post("/api/admin/backup/remote/integrity", json!({ "path": name })).await;
    assert_eq!(checked.body["integrity"]["matches"], true, "{:?}", checked.body);
    practice.inject(&Fault::FlipBit { file: None }).expect("a flipped bit");
    let checked = admin.post("/api/admin/backup/remote/integrity", json!({ "path": name })).await;
    assert_eq!(checked.body["integrity"]["matches"], false, "{:?}", checked.body);
}

#[tokio::test]
async fn target_failures_have_the_servers_messages() {
    let practice = practice(small()).await;
    let admin = Person::administrator(&practice).await;

    practice.inject(&Fault::FillTarget).expect("a full target");
    let run = admin.run().await;
    assert_eq!((run.status.as_u16(), run.error()), (500, "WebDAV upload failed: 507"));

    practice.inject(&Fault::TargetStatus { status: 401 }).expect("a refusing target");
    let listed = admin.get("/api/admin/backup/remote").await;
    assert_eq!((listed.status.as_u16(), listed.error()), (409, "WebDAV listing failed: 401"));

    practice.inject(&Fault::RestoreNormal).expect("all well again");
    practice.inject(&Fault::DropConnections { side: Side::Target }).expect("dropped connections");
    let run = admin.run().await;
    assert_eq!((run.status.as_u16(), run.error()), (500, "Network connection lost."));

    practice.inject(&Fault::RestoreNormal).expect("all well again");
    assert_eq!(admin.run().await.status, 200);
}

#[tokio::test]
async fn a_run_holds_its_lock_while_the_target_hangs() {
    let practice = practice(small()).await;
    let admin = Person::administrator(&practice).await;
    practice.inject(&Fault::TargetHangs).expect("a hanging target");
    let hanging = tokio::spawn(admin.request("/api/admin/backup/run", json!({})).send());
    while !practice.state().expect("a state").busy {
        tokio::task::yield_now().await;
    }
    let second = admin.run().await;
    assert_eq!((second.status.as_u16(), second.error()), (409, "Another backup run is already in progress"));

    practice.inject(&Fault::RestoreNormal).expect("all well again");
    let first = hanging.await.expect("a task").expect("an answer");
    assert_eq!(first.status(), 200);
}

#[tokio::test]
async fn a_response_can_be_truncated() {
    let practice = practice(small()).await;
    let admin = Person::administrator(&practice).await;
    practice.inject(&Fault::DropConnections { side: Side::Server }).expect("dropped connections");
    let export = admin.request("/api/admin/backup/export", json!({})).send().await.expect("a beginning");
    assert_eq!(export.status(), 200);
    assert!(export.bytes().await.is_err(), "the body is not whole");
}

#[tokio::test]
async fn a_new_jwt_secret_ends_access_tokens_and_breaks_the_settings() {
    let practice = practice(small()).await;
    let mut admin = Person::signed_out(&practice);
    let signed_in = admin.sign_in(&[]).await;
    let refresh = signed_in.body["refresh_token"].as_str().expect("a refresh token").to_owned();
    assert_eq!(admin.get("/api/admin/backup/settings").await.status, 200);

    practice.inject(&Fault::ChangeJwtSecret).expect("another secret");
    assert_eq!(admin.get("/api/admin/backup/settings").await.status, 401);
    let refreshed = admin
        .form("/identity/connect/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)])
        .await;
    assert_eq!(refreshed.status, 200, "{:?}", refreshed.body);
    admin.sign_in(&[]).await;
    let settings = admin.get("/api/admin/backup/settings").await;
    assert_eq!(settings.status, 409);
    let repair = admin.get("/api/admin/backup/settings/repair").await;
    assert_eq!(repair.body["needsRepair"], true);
    assert_eq!(repair.body["portable"]["wraps"].as_array().map(Vec::len), Some(1));

    for (fault, reason) in [(Fault::ShortenJwtSecret, "too_short"), (Fault::RemoveJwtSecret, "missing")] {
        practice.inject(&fault).expect("a bad secret");
        assert_eq!(admin.get("/api/web-bootstrap").await.body["jwtUnsafeReason"], reason);
        let refused = admin.get("/api/admin/backup/settings").await;
        assert_eq!(refused.error(), "Server configuration error: JWT_SECRET is not set or too weak");
    }
    practice.inject(&Fault::RestoreNormal).expect("all well again");
    admin.sign_in(&[]).await;
    assert_eq!(admin.get("/api/admin/backup/settings").await.status, 200);
}

#[tokio::test]
async fn ten_wrong_passwords_lock_the_account() {
    let practice = practice(small()).await;
    let mut admin = Person::signed_out(&practice);
    let right = std::mem::replace(&mut admin.hash, "wrong".to_owned());
    for _ in 0..10 {
        assert_eq!(admin.sign_in(&[]).await.status, 400);
    }
    admin.hash = right;
    assert_eq!(admin.sign_in(&[]).await.status, 429);
}

#[tokio::test]
async fn signing_out_ends_the_refresh_token() {
    let practice = practice(small()).await;
    let mut admin = Person::signed_out(&practice);
    let refresh = admin.sign_in(&[]).await.body["refresh_token"].as_str().expect("a token").to_owned();
    assert_eq!(admin.form("/identity/connect/revocation", &[("token", &refresh)]).await.status, 200);
    let refreshed = admin
        .form("/identity/connect/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)])
        .await;
    assert_eq!(refreshed.body["error"], "invalid_grant");
}

#[tokio::test]
async fn an_instance_in_its_own_folder_can_be_reopened() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = PracticeOptions {
        data_folder: Some(folder.path().to_owned()),
        ..PracticeOptions::quick().sample(small())
    };
    let first = Practice::start(options.clone()).await.expect("a practice instance");
    let run = Person::administrator(&first).await.run().await;
    assert_eq!(run.status, 200, "{:?}", run.body);
    first.stop().await;

    let again = Practice::start(options).await.expect("the same instance");
    let admin = Person::administrator(&again).await;
    assert_eq!(again.state().expect("a state").ciphers, 6);
    let listed = admin.get("/api/admin/backup/remote").await;
    assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(2), "{:?}", listed.body);
}

#[tokio::test]
async fn the_switches_need_their_token() {
    let practice = practice(Sample { attachments: 0, ..small() }).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let bare = format!("{}/practice/fault", practice.server_url());
    let fault = json!({ "type": "target-status", "status": 403 });
    assert_eq!(client.post(bare).json(&fault).send().await.expect("an answer").status(), 401);

    let switched = client.post(format!("{}fault", practice.control_url())).json(&fault).send().await;
    assert_eq!(switched.expect("an answer").status(), 200);
    let state = client.get(format!("{}state", practice.control_url())).send().await.expect("an answer");
    let state: serde_json::Value = state.json().await.expect("a state");
    assert_eq!(state["target"], "403");
}

#[tokio::test]
async fn the_same_seed_creates_the_same_vault() {
    let (one, two) = (practice(small()).await, practice(small()).await);
    let mut bodies = Vec::new();
    for practice in [&one, &two] {
        let admin = Person::administrator(practice).await;
        assert_eq!(admin.run().await.status, 200);
        let listed = admin.get("/api/admin/backup/remote?path=attachments").await;
        bodies.push(
            listed.body["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|i| i["name"].clone())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn there_are_no_accounts_before_the_first_registration() {
    let options = PracticeOptions::quick().contents(Contents::Unregistered);
    let practice = Practice::start(options).await.expect("a practice instance");
    assert_eq!(practice.state().expect("a state").users, 0);
}

#[tokio::test]
async fn a_second_instance_restores_from_the_same_target() {
    let sample =
        Sample { ciphers: 400, attachments: 60, largest_attachment: 27_262_976, ..Sample::default() };
    let first = practice(sample).await;
    let run = Person::administrator(&first).await.run().await;
    assert_eq!(run.status, 200, "{:?}", run.body);
    first.inject(&Fault::DeleteBodies { count: 1, forget: false }).expect("a body that is gone");

    let second = Practice::start(PracticeOptions {
        shared_target: Some(first.target_folder().to_owned()),
        ..PracticeOptions::quick().contents(Contents::Administrator).storage(Storage::Kv)
    })
    .await
    .expect("a second instance");
    let admin = Person::administrator(&second).await;
    let path = run.body["result"]["fileName"].clone();
    let restored = admin.post("/api/admin/backup/remote/restore", json!({ "path": path })).await;
    assert_eq!(restored.status, 200, "{:?}", restored.body);
    assert_eq!(restored.body["imported"]["attachments"], 58, "{:?}", restored.body);
    let items = restored.body["skipped"]["items"].as_array().expect("items");
    assert_eq!(items.len(), 2, "{items:?}");
    assert!(items.iter().any(|item| item["sizeBytes"] == 27_262_976), "{items:?}");
    assert_eq!(second.state().expect("a state").bodies, 58);
    assert_eq!(admin.get("/api/admin/backup/settings").await.status, 401, "every session has ended");
}

#[tokio::test]
async fn more_calls_than_allowed_have_to_wait() {
    let rate_limit = RateLimit { calls: 2, window: Duration::from_millis(900) };
    let options =
        PracticeOptions { rate_limit, ..PracticeOptions::quick().contents(Contents::Administrator) };
    let practice = Practice::start(options).await.expect("a practice instance");
    let admin = Person::administrator(&practice).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(admin.get("/api/accounts/profile").await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(admin.get("/api/accounts/profile").await.status, 200);
}

#[tokio::test]
async fn an_upload_of_more_than_64_mib_is_refused() {
    let practice = Practice::start(PracticeOptions::quick().contents(Contents::Administrator)).await;
    let practice = practice.expect("a practice instance");
    let admin = Person::administrator(&practice).await;
    let file = Part::bytes(vec![0; 67_108_865]).file_name("too-large.zip");
    let refused = admin.upload("/api/admin/backup/import", Form::new().part("file", file)).await;
    assert_eq!(refused.status, 413, "{:?}", refused.body);
}

#[tokio::test]
async fn retention_keeps_the_newest_backups_and_all_attachments() {
    let practice = practice(small()).await;
    let admin = Person::administrator(&practice).await;
    let mut settings = admin.get("/api/admin/backup/settings").await.body;
    settings["destinations"][0]["schedule"]["retentionCount"] = 2.into();
    assert_eq!(admin.put("/api/admin/backup/settings", settings).await.status, 200);
    let old = practice.backups_folder().join("older.zip");
    std::fs::create_dir_all(practice.backups_folder()).expect("a folder");
    let file = std::fs::File::create(&old).expect("an older backup");
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3_600)).expect("its time");
    for _ in 0..2 {
        assert_eq!(admin.run().await.status, 200);
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    assert!(!old.exists());
    let state = practice.state().expect("a state");
    assert_eq!((state.backups.len(), state.target_bodies), (2, 3));
}

#[tokio::test]
async fn latency_is_added_to_every_response() {
    let practice = practice(small()).await;
    practice.inject(&Fault::Latency { side: Side::Server, milliseconds: 300 }).expect("a slow server");
    let begun = Instant::now();
    Person::administrator(&practice).await;
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_page_with_a_rebound_name_gets_no_response() {
    let practice = practice(small()).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let ask = async |url: &str, host: &str| {
        client.get(url).header("host", host).send().await.expect("answered").status().as_u16()
    };
    let server = format!("{}/api/version", practice.server_url());
    let control = format!("{}/state", practice.control_url().trim_end_matches('/'));
    for url in [server.as_str(), practice.webdav_url().as_str(), control.as_str()] {
        assert_eq!(ask(url, "evil.example:8080").await, 421, "{url}");
        assert_ne!(ask(url, "127.0.0.1").await, 421, "{url}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn no_one_else_can_read_the_folder_of_an_instance() {
    use std::os::unix::fs::PermissionsExt as _;
    fn look(path: &std::path::Path, seen: &mut usize) {
        let meta = std::fs::symlink_metadata(path).expect("there");
        let (mode, wanted) = (meta.permissions().mode() & 0o777, if meta.is_dir() { 0o700 } else { 0o600 });
        assert_eq!(mode & !wanted, 0, "{}: {mode:o}", path.display());
        *seen += 1;
        if meta.is_dir() {
            for entry in std::fs::read_dir(path).expect("readable") {
                look(&entry.expect("an entry").path(), seen);
            }
        }
    }
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("practice");
    let options =
        PracticeOptions { data_folder: Some(folder.clone()), ..PracticeOptions::quick().sample(small()) };
    let practice = Practice::start(options).await.expect("a practice instance");
    Person::administrator(&practice).await.run().await;
    let mut seen = 0;
    look(&folder, &mut seen);
    assert!(seen > 10, "only {seen} files and folders");
}
