//! Both ways through the recovery of JWT_SECRET in the real window, to the verified
//! backup and the report.

use desk_tests::window::{Window, id};
use serde_json::{Value, json};

#[tokio::test]
async fn the_old_secret_is_found_and_put_back_in_english() {
    have_old_secret("en").await;
}

#[tokio::test]
async fn the_old_secret_is_found_and_put_back_in_chinese() {
    have_old_secret("zh-CN").await;
}

#[tokio::test]
async fn without_the_old_secret_a_new_one_and_a_repair_bring_backups_back_in_english() {
    no_old_secret("en").await;
}

#[tokio::test]
async fn without_the_old_secret_a_new_one_and_a_repair_bring_backups_back_in_chinese() {
    no_old_secret("zh-CN").await;
}

async fn have_old_secret(language: &str) {
    let window = practice(language, "have-old-secret").await;
    window.click(&id("test-value-keep")).await;
    window.sees(&format!(r#"{}[data-state="kept"]"#, id("test-value"))).await;
    window.click(&id("nav-incidents")).await;
    window.sees(&id("looked-at")).await;
    window.shot("1-nothing-found").await;
    let right = practice_info(&window).await["firstJwtSecret"].as_str().expect("a secret").to_owned();
    incident(&window, "change-jwt-secret").await;
    begin(&window, "have-old-secret").await;

    window.types(&id("candidate"), "not it, but long enough to be a secret").await;
    window.click(&id("candidate-add")).await;
    window.types_last(&id("candidate"), &right).await;
    window.click(&id("candidates-test")).await;
    for verdict in ["wrong", "right"] {
        window.sees(&format!(r#"{}[data-verdict="{verdict}"]"#, id("candidate-answer"))).await;
    }
    window.shot("3-tested").await;
    window.click(&step("find-secret", &id("step-confirm"))).await;
    window.click(&step("put-back", &id("practice-put"))).await;
    window.sees(&done("server-proves-itself")).await;
    window.shot("4-proven").await;
    window.click(&step("verify-backup", &id("back-up-now"))).await;
    window.sees(&done("verify-backup")).await;
    report(window).await;
}

async fn no_old_secret(language: &str) {
    let window = practice(language, "no-old-secret").await;
    window.click(&id("nav-incidents")).await;
    window.sees(&id("looked-at")).await;
    incident(&window, "remove-jwt-secret").await;
    begin(&window, "no-old-secret").await;

    window.click(&step("make-secret", &id("make-secret"))).await;
    window.shot("3-made").await;
    window.click(&step("make-secret", &id("step-confirm"))).await;
    window.click(&step("put-secret", &id("practice-put"))).await;
    window.sees(&done("sign-in-again")).await;
    let password = practice_info(&window).await["password"].as_str().expect("a password").to_owned();
    window.types(&id("open-password"), &password).await;
    window.click(&id("open-settings")).await;
    window.sees(&id("opened-target")).await;
    window.shot("4-opened").await;
    window.click(&id("repair-start")).await;
    window.sees(&format!(r#"{}[data-state="succeeded"]"#, id("repair-outcome"))).await;
    window.shot("5-repaired").await;
    window.sees(&done("verify-backup")).await;
    for kind in ["tell-users", "store-secret"] {
        window.click(&step(kind, &id("step-confirm"))).await;
        window.sees(&done(kind)).await;
    }
    report(window).await;
}

/// The window on its practice instance, in this language.
async fn practice(language: &str, way: &str) -> Window {
    let window = Window::open(&format!("recovery-{way}-{language}")).await;
    window.sees(&id("door-practice")).await;
    window.set("desk.language", language).await;
    window.click(&id("door-practice")).await;
    window.sees(&id("target-card")).await;
    window
}

/// Looks at the incidents anew, and takes this way into the wizard.
async fn begin(window: &Window, branch: &str) {
    window.click(&id("nav-overview")).await;
    window.click(&id("nav-incidents")).await;
    window.sees(&format!(r#"{}[data-wizard="secret"]"#, id("to-wizard"))).await;
    window.shot("2-found").await;
    window.click(&format!(r#"{}[data-wizard="secret"]"#, id("to-wizard"))).await;
    window.click(&format!(r#"{}[data-branch="{branch}"]"#, id("recovery-branch"))).await;
}

/// Ends the recovery with its report, and closes the window.
async fn report(window: Window) {
    window.click(&id("case-close")).await;
    window.sees(&format!(r#"{}[data-complete="true"]"#, id("case-report"))).await;
    window.shot("6-report").await;
    window.close().await;
}

async fn incident(window: &Window, kind: &str) {
    window.invoke("practice_incident", json!({"incident": {"type": kind}})).await;
}

async fn practice_info(window: &Window) -> Value {
    window.invoke("app_info", json!({})).await["practice"].clone()
}

/// Something inside of a step.
fn step(kind: &str, inside: &str) -> String {
    format!(r#"{}[data-step="{kind}"] {inside}"#, id("recovery-step"))
}

fn done(kind: &str) -> String {
    format!(r#"{}[data-step="{kind}"][data-state="done"]"#, id("recovery-step"))
}
