//! The window opens although the app's data cannot be opened, and helps.

use std::path::Path;

use desk_tests::window::{Window, id};

const NEWER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cases/ledger_future.sqlite3");

#[tokio::test]
async fn a_ledger_of_a_newer_version_can_be_moved_aside() {
    moved_aside("start-newer", |data| {
        std::fs::copy(NEWER, data.join("ledger.sqlite3")).expect("copied");
    })
    .await;
}

#[tokio::test]
async fn a_damaged_ledger_can_be_moved_aside() {
    moved_aside("start-damaged", |data| {
        std::fs::write(data.join("ledger.sqlite3"), b"this is no database, whatever its name says")
            .expect("written");
    })
    .await;
}

async fn moved_aside(shots: &str, prepare: impl FnOnce(&Path)) {
    let window = Window::open_prepared(shots, prepare).await;
    window.sees(&id("start-failed")).await;
    window.set("desk.language", "en").await;
    window.sees(&id("start-failed")).await;
    window.shot("1-start-failed").await;
    window.click(&id("start-move-aside")).await;
    window.sees(&id("door-practice")).await;
    window.shot("2-opened").await;
    window.close().await;
}
