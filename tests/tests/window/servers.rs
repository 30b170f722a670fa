//! Several servers in one window: names, switching, second addresses, and the start.

use desk_practice::{Practice, PracticeOptions};
use desk_tests::window::{Window, id};
use fantoccini::key::Key;
use secrecy::ExposeSecret as _;

use crate::job;

async fn practice() -> Practice {
    Practice::start(PracticeOptions::quick()).await.expect("a practice instance")
}

/// Fills in the sign-in and sends it.
async fn sign_in(window: &Window, practice: &Practice, address: &str, name: &str) {
    window.types(&id("sign-in-server"), address).await;
    window.types(&id("sign-in-email"), practice.admin_email()).await;
    window.types(&id("sign-in-password"), practice.admin_password().expose_secret()).await;
    window.types(&id("sign-in-name"), name).await;
    window.click(&id("sign-in-submit")).await;
    window.sees(&id("target-card")).await;
}

/// The words in it, also those that are cut on the screen.
async fn words_in(window: &Window, css: &str) -> String {
    let words = window.asked("return document.querySelector(arguments[0])?.textContent ?? ''", &[css]).await;
    words.as_str().unwrap_or_default().to_owned()
}

/// Waits until this is the server that the window works with.
async fn works_with(window: &Window, name: &str) {
    let began = std::time::Instant::now();
    while !words_in(window, &id("profile-switcher")).await.contains(name) {
        assert!(began.elapsed().as_secs() < 60, "{}", window.text("body").await);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Chooses a server in the switcher.
async fn switch_to(window: &Window, name: &str) {
    window.click(&id("profile-switcher")).await;
    window.click(&format!(r#"[role="menuitem"][data-profile="{name}"]"#)).await;
    works_with(window, name).await;
    window.sees(&id("target-card")).await;
}

#[tokio::test]
async fn servers_switch_without_a_password_and_the_last_opens_at_start() {
    let (attic, cellar) = (practice().await, practice().await);
    let window = Window::open("servers").await;
    window.set("desk.language", "en").await;
    window.click(&id("door-connect")).await;
    sign_in(&window, &attic, attic.server_url(), "Attic").await;
    works_with(&window, "Attic").await;

    window.click(&id("profile-switcher")).await;
    window.click(&id("connect-server")).await;
    sign_in(&window, &cellar, cellar.server_url(), "Cellar").await;
    works_with(&window, "Cellar").await;

    switch_to(&window, "Attic").await;
    window.misses(&id("password-dialog")).await;
    window.shot("1-switched").await;
    window.click(&id("back-up-now")).await;
    window.focuses("password-field").await;
    window.types(&id("password-field"), attic.admin_password().expose_secret()).await;
    window.click(&id("password-confirm")).await;
    window.sees(&job("succeeded")).await;

    window.click(&id("nav-activity")).await;
    let row = format!(r#"{}[data-kind="backup"]"#, id("activity-row"));
    window.sees(&row).await;
    let text = words_in(&window, &row).await;
    assert!(text.contains("Attic"), "with several servers, each line names its own: {text}");
    window.shot("2-activity").await;

    let window = window.restarted().await;
    works_with(&window, "Attic").await;
    window.sees(&id("target-card")).await;
    window.misses(&id("password-dialog")).await;
    window.close().await;
    attic.stop().await;
    cellar.stop().await;
}

#[tokio::test]
async fn a_second_address_of_a_known_server_is_asked_about() {
    let attic = practice().await;
    let window = Window::open("second-address").await;
    window.set("desk.language", "en").await;
    window.click(&id("door-connect")).await;
    sign_in(&window, &attic, attic.server_url(), "Attic").await;

    window.click(&id("profile-switcher")).await;
    window.click(&id("connect-server")).await;
    let other = attic.server_url().replace("127.0.0.1", "localhost");
    sign_in(&window, &attic, &other, "Tunnel").await;
    window.sees(&id("same-server-dialog")).await;
    window.shot("1-asked").await;
    window.click(&id("same-server-change")).await;
    window.misses(&id("same-server-dialog")).await;
    works_with(&window, "Attic").await;
    let known = window.invoke("app_info", serde_json::json!({})).await["profiles"].clone();
    assert_eq!(known.as_array().map(Vec::len), Some(1), "{known}");
    assert!(known[0]["serverUrl"].as_str().is_some_and(|url| url.contains("localhost")), "{known}");

    // A new name, and the focus goes where it came from.
    window.click(&id("profile-switcher")).await;
    window.click(&id("rename-server")).await;
    window.focuses("rename-name").await;
    window.press(Key::Escape).await;
    window.misses(&id("rename-dialog")).await;
    window.focuses("profile-switcher").await;
    window.close().await;
    attic.stop().await;
}
