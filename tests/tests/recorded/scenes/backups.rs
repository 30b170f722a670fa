//! Runs, the target's folder, exports and restores, in the order in which they
//! were recorded: each recording finds what those before it have left.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use desk_practice::{Fault, PracticeOptions};
use desk_tests::bucket::Bucket;
use desk_tests::replay::{Exceptions, Listener, Transcript, fixture};
use serde_json::Value;

use super::Scene;
use crate::people::{request, sign_in};
use crate::results::Results;

const ATTACHMENTS: &str = "attachments";

pub async fn play(exceptions: &Exceptions, results: &mut Results) {
    let bucket = Bucket::start("s3.backup.test", "vault", "AKIAFIXTURE", "s3secretfixture").await;
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let options = PracticeOptions {
        host_aliases: vec![("s3.backup.test".to_owned(), here)],
        ..PracticeOptions::quick()
    };
    let mut scene = Scene::registered(exceptions, options, 8801).await;
    let endpoint = format!("s3.backup.test:{}", bucket.address().port());
    scene.stage.names.push(("s3.backup.test:8902".to_owned(), endpoint));
    scene.restore_everything().await;
    scene.repair().await;

    runs(&mut scene, results).await;
    scene.play("remote-list", results).await;
    target_files(&mut scene, results).await;
    heard(&mut scene, "export", results).await;
    scene.play("blob", results).await;
    restores(&mut scene, results).await;
    stale_index(&mut scene, results).await;
}

async fn runs(scene: &mut Scene<'_>, results: &mut Results) {
    heard(scene, "run-webdav", results).await;
    scene.play("run-s3", results).await;

    scene
        .save_settings(|settings| {
            settings["destinations"][0]["destination"]["password"] = "wrong".into();
            settings["destinations"][1]["destination"]["endpoint"] = "http://s3.backup.test:1".into();
        })
        .await;
    scene.play("run-errors", results).await;
    scene.save_settings(|_| {}).await;
    busy(scene, results).await;
}

/// Two runs at once: the recording has the refusal of the second before the
/// response to the first.
async fn busy(scene: &mut Scene<'_>, results: &mut Results) {
    let transcript = Transcript::read("run-busy");
    let recorded: Vec<_> = transcript.exchanges().map(|(_, response)| response).collect();
    scene.practice.inject(&Fault::TargetHangs).expect("a target that waits");
    let (first, second) = tokio::join!(scene.stage.send(request(&transcript, 1)), async {
        while !scene.practice.state().expect("a state").busy {
            tokio::task::yield_now().await;
        }
        let second = scene.stage.send(request(&transcript, 0)).await;
        scene.practice.inject(&Fault::RestoreNormal).expect("a target that answers");
        second
    });
    let mut differences = scene.stage.compare(&transcript, 0, recorded[0], &second);
    differences.extend(scene.stage.compare(&transcript, 1, recorded[1], &first));
    results.add("run-busy", differences);
}

/// Backups that were put on the recorded target by hand.
async fn target_files(scene: &mut Scene<'_>, results: &mut Results) {
    // From here on the recordings mean these very files.
    scene.stage.learned.clear();
    let folder = scene.practice.backups_folder();
    for entry in fs::read_dir(fixture("remote/webdav")).expect("the recorded target is there") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_file() {
            fs::copy(entry.path(), folder.join(entry.file_name())).expect("a copy");
        }
    }
    fs::write(folder.join("nodewarden_backup_20261102_030000_00000.zip"), b"").expect("an empty file");
    for name in ["integrity", "download", "delete"] {
        scene.play(name, results).await;
    }
}

async fn restores(scene: &mut Scene<'_>, results: &mut Results) {
    scene.play("import-refused", results).await;
    scene.play("import-accept-mismatch", results).await;
    sign_in(&mut scene.stage).await;
    heard(scene, "import-replace", results).await;
    sign_in(&mut scene.stage).await;
    scene.play("after-restore", results).await;
    scene.repair().await;
    scene.play("remote-restore-refused", results).await;
    for body in Transcript::read("run-stale-index").observed("missing_before") {
        fs::remove_file(body_on(scene, &body)).expect("a body that was there");
    }
    heard(scene, "remote-restore-skipped", results).await;
    sign_in(&mut scene.stage).await;
}

/// The index is trusted until it is gone.
async fn stale_index(scene: &mut Scene<'_>, results: &mut Results) {
    scene.restore_everything().await;
    scene.repair().await;
    let stale = Transcript::read("run-stale-index");
    let bodies = stale.observed("missing_before");
    for (name, transcript) in
        [("run-stale-index", &stale), ("run-index-removed", &Transcript::read("run-index-removed"))]
    {
        if name == "run-index-removed" {
            scene.practice.inject(&Fault::DeleteIndex).expect("no index");
        }
        scene.play(name, results).await;
        let missing: Vec<String> =
            bodies.iter().filter(|body| !body_on(scene, body).exists()).cloned().collect();
        assert_eq!(missing, transcript.observed("still_missing_after"), "{name}");
    }
}

/// Plays a recording while listening on the hub, and compares what was heard.
async fn heard(scene: &mut Scene<'_>, name: &str, results: &mut Results) {
    let transcript = Transcript::read(name);
    let listener = Listener::connect(scene.practice.server_url(), &scene.stage.token).await;
    let mut differences = scene.stage.play(&transcript).await;
    let recorded = Value::from(transcript.hub_frames().to_vec());
    let frames = listener.frames(transcript.hub_frames().len()).await;
    let frames: Value = serde_json::from_str(&scene.stage.recorded(&Value::from(frames).to_string()))
        .expect("frames are JSON");
    differences.extend(scene.stage.compare_values(&transcript, "hub", &recorded, &frames));
    results.add(name, differences);
}

fn body_on(scene: &Scene<'_>, blob_name: &str) -> PathBuf {
    scene.practice.backups_folder().join(ATTACHMENTS).join(blob_name)
}
