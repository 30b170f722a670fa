//! Registering, signing in, and what needs no or little rights.

use desk_practice::{Fault, PracticeOptions};
use desk_tests::replay::Exceptions;

use super::Scene;
use crate::people::{code_now, sign_in, sign_in_as};
use crate::results::Results;

pub async fn play(exceptions: &Exceptions, results: &mut Results) {
    let mut scene = Scene::unregistered(exceptions, PracticeOptions::quick(), 8801).await;
    scene.play("register-first-admin", results).await;
    for name in ["login-pbkdf2", "login-wrong-password", "server-info", "refresh"] {
        scene.play(name, results).await;
    }
    "not a token".clone_into(&mut scene.stage.token);
    scene.play("unauthorized", results).await;

    sign_in(&mut scene.stage).await;
    scene.restore_everything().await;
    scene.play("login-argon2id", results).await;
    sign_in_as(&mut scene.stage, "login-argon2id").await;
    scene.play("non-admin-forbidden", results).await;

    sign_in(&mut scene.stage).await;
    for (recorded, here) in [("324824", code_now()), ("=797205", format!("={}", code_now()))] {
        scene.stage.learned.push((recorded.to_owned(), here));
    }
    scene.play("totp-enable", results).await;
    scene.play("login-totp", results).await;

    let mut scene = Scene::unregistered(exceptions, PracticeOptions::quick(), 8806).await;
    scene.practice.inject(&Fault::ShortenJwtSecret).expect("a short secret");
    scene.play("jwt-secret-too-short", results).await;
}
