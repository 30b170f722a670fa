//! A desk target in the real window: added, backed up to, and seen verified.

use desk_tests::at_desk::names_in;
use desk_tests::window::id;
use serde_json::json;

use crate::batches::practised;
use crate::job;

#[tokio::test]
async fn a_backup_to_a_folder_is_shown_as_verified() {
    let window = practised("desk-target", 0).await;
    let folder = window.downloads();
    std::fs::create_dir_all(&folder).expect("a folder");
    window.goes("#/backups").await;
    window.click(&id("desk-targets-open")).await;
    window.sees(&id("desk-target-add")).await;
    window.shot("1-none").await;
    window.click(&id("desk-target-add")).await;
    window.sees(&id("desk-target-form")).await;
    window.shot("2-form").await;
    window.press(fantoccini::key::Key::Escape).await;
    window.misses(&id("desk-target-form")).await;

    // The dialog for folders is the system's: what it returns is saved past the form.
    let form = json!({
        "id": null, "name": "Disk", "place": {"type": "folder", "path": folder}, "attachments": true,
        "schedule": {"type": "daily", "at": "03:00", "zone": "Europe/Berlin"}, "retention": 7,
        "httpAccepted": false, "caFile": null,
    });
    window.invoke("save_desk_target", json!({"form": form})).await;
    window.goes("#/backups").await;
    window.click(&id("desk-targets-open")).await;
    let line = format!(r#"{}[data-target="Disk"]"#, id("desk-target-line"));
    window.sees(&line).await;
    window.click(&format!("{line} {}", id("desk-target-back-up"))).await;
    window.sees(&job("succeeded")).await;
    window.sees(&format!(r#"{line}[data-tone="good"]"#)).await;
    window.shot("3-verified").await;
    let zips = names_in(&folder).into_iter().filter(|name| name.ends_with(".zip")).count();
    assert_eq!(zips, 1);
    window.click(&format!("{} {}", id("job-row"), id("job-result"))).await;
    window.sees(&format!(r#"{}[data-whole="true"]"#, id("desk-backup-outcome"))).await;
    window.shot("4-record").await;
    window.close().await;
}
