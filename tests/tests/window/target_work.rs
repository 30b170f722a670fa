//! A broken target is examined and healed in the real window, and then restores whole.

use std::path::{Path, PathBuf};

use desk_core::archive::Storage;
use desk_core::jobs::{DrillRequest, JobResult, JobState};
use desk_tests::at_desk::AtDesk;
use desk_tests::share::Share;
use desk_tests::window::id;
use serde_json::json;

use crate::batches::practised;
use crate::direct::zip_in;

#[tokio::test]
async fn a_target_without_attachments_is_repaired_and_restores_completely() {
    let window = practised("target-work", 1).await;
    // The practice target's folder at an address that this computer reaches, with a login in the keyring.
    let practice = window.invoke("app_info", json!({})).await["practice"].clone();
    let made = zip_in(Path::new(practice["targetFolder"].as_str().expect("a folder"))).expect("a backup");
    let share = Share::start().await;
    copy(made.parent().expect("a folder"), share.folder());
    let mut typed = window.invoke("backup_settings", json!({})).await;
    let target = typed["destinations"][0]["id"].clone();
    typed["destinations"][0]["location"] = json!({
        "type": "webdav", "baseUrl": share.url(), "username": "me",
        "password": {"type": "new", "value": "secret"}, "remotePath": "",
    });
    let held = window.invoke("hold_settings", json!({"settings": typed})).await;
    window.invoke("keep_login", json!({"handle": held["handle"], "destinationId": target})).await;
    let zip = share.folder().join(made.file_name().expect("a name"));
    let bodies = bodies_in(share.folder());
    assert!(!bodies.is_empty());
    for body in &bodies {
        std::fs::remove_file(body).expect("removed");
    }
    assert!(!skipped(&zip, share.folder()).await.is_empty(), "the target is broken");

    window.goes("#/overview").await;
    window.click(&id("card-check")).await;
    window.sees(&id("work-reached")).await;
    window.click(&id("work-start")).await;
    window.sees(&format!(r#"{}[data-verdict="missing"]"#, id("doctor-outcome"))).await;
    window.sees(&id("doctor-lost")).await;
    window.shot("1-examined").await;

    window.click(&id("doctor-heal")).await;
    window.sees(&id("work-reached")).await;
    window.click(&id("work-make-plan")).await;
    window.sees(&id("work-plan")).await;
    window.shot("2-plan").await;
    window.click(&id("work-start")).await;
    window.sees(&format!(r#"{}[data-tone="good"]"#, id("heal-outcome"))).await;
    window.shot("3-healed").await;

    assert_eq!(bodies_in(share.folder()), bodies);
    assert_eq!(skipped(&zip, share.folder()).await, Vec::<String>::new());
    window.close().await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there);
        } else {
            std::fs::copy(entry.path(), there).expect("copied");
        }
    }
}

/// The bodies of a target, in their order.
fn bodies_in(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join("attachments")).expect("attachments") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let bodies = std::fs::read_dir(&path).expect("a folder");
            found.extend(bodies.map(|body| body.expect("an entry").path()));
        }
    }
    found.sort();
    found
}

/// What a drill of a backup with this folder skips.
async fn skipped(zip: &Path, folder: &Path) -> Vec<String> {
    let desk = AtDesk::empty();
    let request = DrillRequest {
        file: zip.into(),
        storage: Storage::R2,
        folder: Some(folder.into()),
        passphrase: None,
    };
    let job = desk.run(request).await;
    let Some(JobResult::Drill(drill)) = job.result else { panic!("a drill: {job:?}") };
    assert!(drill.accepted && (job.state == JobState::Succeeded) == drill.ok, "{drill:?}");
    drill.skipped.items.into_iter().map(|item| item.path).collect()
}
