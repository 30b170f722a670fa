//! Restores into fresh instances with little or no attachment storage, and the
//! repair afterwards.

use desk_core::archive::Storage;
use desk_practice::PracticeOptions;
use desk_tests::replay::Exceptions;

use super::Scene;
use crate::people::sign_in;
use crate::results::Results;

pub async fn play(exceptions: &Exceptions, results: &mut Results) {
    let kv = PracticeOptions::quick().storage(Storage::Kv);
    let mut scene = Scene::registered(exceptions, kv, 8802).await;
    scene.play("import-kv-skipped", results).await;
    sign_in(&mut scene.stage).await;
    scene.play("after-import-kv", results).await;
    scene.play("repair", results).await;

    let nowhere = PracticeOptions::quick().storage(Storage::None);
    let mut scene = Scene::registered(exceptions, nowhere, 8803).await;
    scene.play("import-no-storage-skipped", results).await;
    sign_in(&mut scene.stage).await;
    scene.play("after-import-no-storage", results).await;
}
