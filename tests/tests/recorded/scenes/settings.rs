//! The backup settings.

use desk_practice::PracticeOptions;
use desk_tests::replay::Exceptions;

use super::Scene;
use crate::results::Results;

pub async fn play(exceptions: &Exceptions, results: &mut Results) {
    let mut scene = Scene::registered(exceptions, PracticeOptions::quick(), 8801).await;
    for name in ["settings-get-default", "settings-put", "settings-put-invalid"] {
        scene.play(name, results).await;
    }
}
