//! Too many calls; and what was done, afterwards.

use desk_practice::PracticeOptions;
use desk_tests::replay::{Exceptions, Transcript};

use super::Scene;
use crate::people::{request, sign_in};
use crate::results::Results;

/// Calls that one account may make in a minute.
const ALLOWED: usize = 200;

pub async fn play(exceptions: &Exceptions, results: &mut Results) {
    let mut scene = Scene::registered(exceptions, PracticeOptions::quick(), 8801).await;
    let transcript = Transcript::read("rate-limit");
    for _ in 0..ALLOWED {
        scene.send_request(request(&transcript, 0)).await;
    }
    scene.play("rate-limit", results).await;

    let mut scene = Scene::registered(exceptions, PracticeOptions::quick(), 8805).await;
    for _ in 0..5 {
        scene.send("import-replace", 0).await;
        sign_in(&mut scene.stage).await;
    }
    scene.play("audit-log", results).await;
    scene.play("users", results).await;
}
