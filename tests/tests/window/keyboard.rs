//! The whole main job and a recovery with the keyboard alone, from the first screen to the restore.

use desk_practice::{Fault, Practice, PracticeOptions};
use desk_tests::at_desk::names_in;
use desk_tests::window::{Window, id};
use fantoccini::key::Key;
use secrecy::ExposeSecret as _;

#[tokio::test]
async fn the_main_job_and_a_recovery_need_no_mouse() {
    let server = Practice::start(PracticeOptions::quick()).await.expect("a server");
    let window = Window::open("keyboard").await;
    window.sees(&id("door-connect")).await;
    window.set("desk.language", "en").await;
    connects(&window, &server).await;

    // The help opens over the screen, is read, and gives the focus back.
    window.key(&[], '?').await;
    window.sees(&id("help-article")).await;
    window.enters(&format!(r#"{}[data-page="secret"]"#, id("help-entry")), 10).await;
    window.sees(&format!(r#"{}[data-page="secret"]"#, id("help-article"))).await;
    window.shot("2-help").await;
    window.key(&[], Key::Escape).await;
    window.misses(&id("help-dialog")).await;
    window.focuses("screen-title").await;

    // Back up, and clear the strip.
    window.key(&[Key::Control], 'b').await;
    dismissed(&window).await;
    // What a candidate for JWT_SECRET is tested against.
    window.enters(&id("test-value-keep"), 40).await;
    window.sees(&format!(r#"{}[data-state="kept"]"#, id("test-value"))).await;

    recovers(&window, &server).await;

    // Download, inspect.
    window.key(&[Key::Control], '2').await;
    window.focuses("screen-title").await;
    acts(&window, "row-download").await;
    window.focuses("backup-menu").await;
    dismissed(&window).await;
    let downloaded = names_in(&window.downloads());
    window.key(&[Key::Control], '3').await;
    window.focuses("screen-title").await;
    window.enters(&format!(r#"{}[data-name="{}"]"#, id("inspect-known"), downloaded[0]), 40).await;
    window.sees(&id("inspect-verdict")).await;
    window.tab_to(&id("inspect-tab-summary"), 40).await;
    window.key(&[], Key::Right).await;
    window.focuses("inspect-tab-contents").await;

    // Restore.
    window.key(&[Key::Control], '2').await;
    window.focuses("screen-title").await;
    acts(&window, "row-restore").await;
    window.sees(&id("restore-plan")).await;
    window.enters(&id("restore-go-on"), 60).await;
    window.sees(&id("restore-start")).await;
    window.tab_to(&id("restore-confirm-input"), 60).await;
    window.keys(server.server_url().trim_start_matches("http://")).await;
    window.enters(&id("restore-start"), 10).await;
    window.sees(&id("restore-result")).await;
    window.shot("4-restored").await;
    window.close().await;
    server.stop().await;
}

/// Connects to a server: its address, then the account, and Enter to sign in.
async fn connects(window: &Window, server: &Practice) {
    window.enters(&id("door-connect"), 10).await;
    window.focuses("sign-in-server").await;
    window.keys(server.server_url()).await;
    window.tab_to(&id("sign-in-email"), 2).await;
    window.keys(server.admin_email()).await;
    // A wrong password first: the focus is in its field again, and what is typed replaces it.
    window.tab_to(&id("sign-in-password"), 2).await;
    window.keys("not the password").await;
    window.key(&[], Key::Enter).await;
    window.sees(&id("sign-in-error")).await;
    window.focuses("sign-in-password").await;
    window.shot("1-refused").await;
    window.key(&[Key::Control], 'a').await;
    window.keys(server.admin_password().expose_secret()).await;
    window.key(&[], Key::Enter).await;
    window.sees(&id("target-card")).await;
    window.focuses("screen-title").await;
}

/// The shortest recovery, from what Incidents says to its report.
async fn recovers(window: &Window, server: &Practice) {
    window.key(&[Key::Control], '5').await;
    window.sees(&id("looked-at")).await;
    server.inject(&Fault::ChangeJwtSecret).expect("a fault");
    window.key(&[Key::Control], 'r').await;
    window.enters(&format!(r#"{}[data-wizard="secret"]"#, id("to-wizard")), 40).await;
    window.focuses("screen-title").await;
    window.enters(&format!(r#"{}[data-branch="have-old-secret"]"#, id("recovery-branch")), 20).await;
    window.tab_to(&id("candidate"), 40).await;
    window.keys(server.first_jwt_secret().expose_secret()).await;
    window.enters(&id("candidates-test"), 20).await;
    window.sees(&format!(r#"{}[data-verdict="right"]"#, id("candidate-answer"))).await;
    window.enters(&step("find-secret", &id("step-confirm")), 20).await;
    window.tab_to(&step("put-back", &id("watch-now")), 40).await;
    // The secret is set again outside of the app.
    server.inject(&Fault::RestoreNormal).expect("a fault");
    window.key(&[], Key::Enter).await;
    window.sees(&done("server-proves-itself")).await;
    window.enters(&step("verify-backup", &id("back-up-now")), 40).await;
    window.sees(&done("verify-backup")).await;
    window.shot("3-recovered").await;
    window.enters(&id("case-close"), 40).await;
    window.sees(&format!(r#"{}[data-complete="true"]"#, id("case-report"))).await;
    dismissed(window).await;
}

/// Waits for the job's success, and takes it off the strip.
async fn dismissed(window: &Window) {
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("job-row"))).await;
    window.key(&[Key::Control], 'j').await;
    window.enters(&id("job-dismiss"), 3).await;
    window.misses(&id("job-row")).await;
    window.focuses("screen-title").await;
}

/// Opens the menu of the first backup and chooses an action.
async fn acts(window: &Window, action: &str) {
    let menu = format!(r#"{}[data-name$=".zip"] {}"#, id("backup-row"), id("backup-menu"));
    window.enters(&menu, 60).await;
    // Arrow keys pressed before the menu has taken the focus would go nowhere.
    window.sees("[role=menuitem][data-highlighted]").await;
    window.chooses(&id(action)).await;
}

/// Something inside of a step.
fn step(kind: &str, inside: &str) -> String {
    format!(r#"{}[data-step="{kind}"] {inside}"#, id("recovery-step"))
}

fn done(kind: &str) -> String {
    format!(r#"{}[data-step="{kind}"][data-state="done"]"#, id("recovery-step"))
}
