//! Good, damaged and hostile archives: the practice instance takes and refuses
//! what the recorded server did.

use std::collections::BTreeMap;

use desk_practice::PracticeOptions;
use desk_tests::replay::{Request, Transcript, fixture};
use serde::Deserialize;
use serde_json::Value;

use crate::people::{register, request, sign_in};
use crate::results::exceptions;
use crate::scenes::Scene;

/// What the recorded server returned for one archive.
#[derive(Deserialize)]
struct Verdict {
    file_name: String,
    status: u16,
    error: Option<String>,
    imported: Option<Value>,
    skipped: Option<Value>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_archive_of_the_corpus_is_accepted_or_refused_as_recorded() {
    let exceptions = exceptions();
    let verdicts = std::fs::read(fixture("corpus/verdicts.json")).expect("the verdicts are there");
    let verdicts: BTreeMap<String, Verdict> = serde_json::from_slice(&verdicts).expect("they are JSON");
    let upload: Request = request(&Transcript::read("import-replace"), 0).clone();

    let options = PracticeOptions::quick();
    let mut scene = Scene::registered(&exceptions, options.clone(), 8805).await;
    let (mut checked, mut wrong) = (0, Vec::new());
    for (name, verdict) in &verdicts {
        let Ok(bytes) = std::fs::read(fixture(&format!("corpus/{name}.zip"))) else { continue };
        scene.stage.uploads(&verdict.file_name, bytes);
        let reply = scene.stage.send(&upload).await;
        let body = reply.json();
        let answered = (reply.status, body["error"].as_str(), body.get("imported"), body.get("skipped"));
        let recorded =
            (verdict.status, verdict.error.as_deref(), verdict.imported.as_ref(), verdict.skipped.as_ref());
        if answered != recorded {
            wrong.push(format!("{name}: recorded {recorded:?}, answered {answered:?}"));
        }
        checked += 1;
        if reply.status == 200 {
            // What was taken in may have locked its own administrator out.
            scene = Scene::unregistered(&exceptions, options.clone(), 8805).await;
            register(&scene.stage).await;
            sign_in(&mut scene.stage).await;
        }
    }
    println!("archives imported: {checked}, answered as recorded: {}", checked - wrong.len());
    assert_eq!(wrong, Vec::<String>::new());
    let folder = std::fs::read_dir(fixture("corpus")).expect("the corpus is there");
    let zips = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert_eq!(checked, zips.filter(|name| name.ends_with(".zip")).count(), "every archive has a verdict");
}
