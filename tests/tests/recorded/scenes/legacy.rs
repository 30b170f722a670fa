//! A server of the 1.5 generation.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use desk_practice::{Generation, PracticeOptions};
use desk_tests::replay::{Exceptions, fixture};

use super::Scene;
use crate::files;
use crate::results::Results;

pub async fn play(exceptions: &Exceptions, results: &mut Results) {
    let options = PracticeOptions::quick().generation(Generation::V1_5);
    let mut scene = Scene::registered(exceptions, options, 8804).await;
    let (name, bytes) = files::legacy_with_body();
    scene.stage.uploads(&name, bytes);
    scene.send("import-replace", 0).await;
    prepare_target(&scene.practice.backups_folder());

    let transcript = desk_tests::replay::Transcript::read("legacy-1.5-flow");
    // The third request is the first one that needs the sign-in of the second.
    let mut differences = Vec::new();
    for (number, (request, response)) in transcript.exchanges().enumerate() {
        let reply = scene.stage.send(request).await;
        if let Some(token) = reply.json()["access_token"].as_str() {
            token.clone_into(&mut scene.stage.token);
        }
        differences.extend(scene.stage.compare(&transcript, number, response, &reply));
    }
    results.add("legacy-1.5-flow", differences);
}

/// What other servers had left on the recorded target; the oldest is one too
/// many once the run has added its own.
fn prepare_target(folder: &Path) {
    let left = [
        ("nodewarden_backup_20261123_032629_3cb70.zip", 40_106, 100),
        ("nodewarden_backup_20261123_032645_a7de6.zip", 40_432, 60),
        ("nodewarden_backup_20261123_032733_85485.zip", 40_106, 40),
        ("nodewarden_backup_20261123_032733_b7cb0.zip", 40_228, 40),
        ("renamed-backup.zip", 40_106, 60),
    ];
    std::fs::create_dir_all(folder).expect("a folder");
    for (name, size, age) in left {
        let file = File::create(folder.join(name)).expect("a file");
        file.set_len(size).expect("a size");
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).expect("a time");
    }
    std::fs::copy(fixture("remote/webdav/notes.txt"), folder.join("notes.txt")).expect("a note");
}
