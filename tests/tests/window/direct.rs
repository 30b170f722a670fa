//! Every command that starts a job, driven once in the real window past its pages: those of
//! the pages themselves are in the other tests.

use std::path::{Path, PathBuf};

use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::names_in;
use desk_tests::bucket::Bucket;
use desk_tests::window::{Window, id};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

#[tokio::test]
async fn a_backup_is_downloaded_straight_from_a_bucket() {
    let window = Window::open("direct").await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window.click(&id("back-up-now")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("job-row"))).await;
    let practice = window.invoke("app_info", json!({})).await["practice"].clone();
    let made = zip_in(Path::new(practice["targetFolder"].as_str().expect("a folder"))).expect("a backup");
    let name = made.file_name().expect("a name").to_string_lossy().into_owned();

    let bucket = Bucket::start("localhost", "backups", "access", "secret key").await;
    std::fs::copy(&made, bucket.folder().join(&name)).expect("copied");
    let mut typed = window.invoke("backup_settings", json!({})).await;
    typed["destinations"][0]["location"] = json!({
        "type": "s3", "endpoint": format!("http://localhost:{}", bucket.address().port()),
        "bucket": "backups", "addressingStyle": "path-style", "region": "us-east-1",
        "accessKeyId": "access", "secretAccessKey": {"type": "new", "value": "secret key"}, "rootPath": "",
    });
    let held = window.invoke("hold_settings", json!({"settings": typed})).await;
    assert_eq!(download(&window, &held).await, name);
    assert_eq!(names_in(&window.downloads()), [name]);
    window.close().await;
}

#[tokio::test]
async fn a_backup_is_downloaded_straight_from_a_webdav_target() {
    let window = Window::open("direct-webdav").await;
    window.click(&id("door-practice")).await;
    window.click(&id("back-up-now")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("job-row"))).await;
    let practice = window.invoke("app_info", json!({})).await["practice"].clone();
    let made = zip_in(Path::new(practice["targetFolder"].as_str().expect("a folder"))).expect("a backup");
    let name = made.file_name().expect("a name").to_string_lossy().into_owned();

    // A share that is reached at its own address.
    let share = Practice::start(PracticeOptions::quick()).await.expect("an instance");
    std::fs::create_dir_all(share.backups_folder()).expect("a folder");
    std::fs::copy(&made, share.backups_folder().join(&name)).expect("copied");
    let (user, password) = share.webdav_credentials();
    let mut typed = window.invoke("backup_settings", json!({})).await;
    typed["destinations"][0]["location"] = json!({
        "type": "webdav", "baseUrl": share.webdav_url(), "username": user,
        "password": {"type": "new", "value": password.expose_secret()}, "remotePath": "nodewarden",
    });
    let held = window.invoke("hold_settings", json!({"settings": typed})).await;
    assert_eq!(download(&window, &held).await, name);
    let here = std::fs::read(window.downloads().join(&name)).expect("here");
    assert_eq!(here, std::fs::read(&made).expect("there"));
    share.stop().await;
    window.close().await;
}

/// The first ZIP in a folder or below it.
pub fn zip_in(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let zip = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "zip"));
    zip.or_else(|| folders.iter().find_map(|folder| zip_in(folder)))
}

#[tokio::test]
async fn a_page_cannot_write_or_read_a_file_that_was_not_chosen() {
    let window = Window::open("paths").await;
    window.sees(&id("door-practice")).await;
    let path = window.downloads().join("chosen-by-a-page.html");
    let page = json!({"language": "en", "title": "A", "lead": "B", "sections": []});
    let refused = window.refused("save_page", json!({"page": page, "path": path})).await;
    assert_eq!(refused["detail"]["kind"], "not-chosen");
    assert!(!path.exists());
    let refused = window.refused("first_facts", json!({"path": "/etc/passwd"})).await;
    assert_eq!(refused["detail"]["kind"], "not-chosen");
    let refused = window.refused("open_page", json!({"url": "https://elsewhere.example.org"})).await;
    assert_eq!(refused["code"], "invalid-request");
    window.close().await;
}

/// Downloads the first backup of the first target to the usual folder; its name.
async fn download(window: &Window, opened: &Value) -> String {
    let (handle, id) = (&opened["handle"], &opened["settings"]["destinations"][0]["id"]);
    let listed = window
        .invoke(
            "list_directly",
            json!({"handle": handle, "destinationId": id, "path": "", "httpAccepted": false}),
        )
        .await;
    let files = listed.as_array().expect("a list");
    let backup = files
        .iter()
        .find(|item| item["name"].as_str().is_some_and(|name| name.ends_with(".zip")))
        .expect("a backup");
    let job = window
        .invoke(
            "start_job",
            json!({"request": {
                "kind": "download",
                "from": {"type": "target", "handle": handle, "destinationId": id, "httpAccepted": false},
                "path": backup["path"],
                "to": {"type": "folder", "folder": window.downloads()},
                "ifThere": "refuse",
            }}),
        )
        .await;
    ended_well(window, &job).await;
    backup["name"].as_str().expect("a name").to_owned()
}

async fn ended_well(window: &Window, job: &Value) {
    let began = std::time::Instant::now();
    loop {
        let record = window.invoke("job", json!({"jobId": job})).await;
        match record["state"].as_str() {
            Some("running") => assert!(began.elapsed().as_secs() < 60, "{record}"),
            state => return assert_eq!(state, Some("succeeded"), "{record}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
