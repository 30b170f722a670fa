//! Every recording, played.

use std::collections::BTreeMap;

use desk_tests::replay::{Difference, Exceptions, names};

use super::scenes;

/// What differed, by recording.
#[derive(Default)]
pub struct Results(BTreeMap<String, Vec<Difference>>);

impl Results {
    /// Writes down how one recording went.
    pub fn add(&mut self, name: &str, differences: Vec<Difference>) {
        self.0.entry(name.to_owned()).or_default().extend(differences);
    }
}

/// The exceptions, from the page that lists them for people.
pub fn exceptions() -> Exceptions {
    Exceptions::read(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../src-tauri/crates/practice/README.md"
    )))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recording_gets_the_recorded_response() {
    let exceptions = exceptions();
    let mut results = Results::default();
    scenes::sign_in::play(&exceptions, &mut results).await;
    scenes::settings::play(&exceptions, &mut results).await;
    scenes::backups::play(&exceptions, &mut results).await;
    scenes::imports::play(&exceptions, &mut results).await;
    scenes::limits::play(&exceptions, &mut results).await;
    scenes::legacy::play(&exceptions, &mut results).await;

    let table = table(&results);
    println!("{table}");
    let played: Vec<String> = results.0.keys().cloned().collect();
    assert_eq!(played, names(), "every recording is played");
    assert!(results.0.values().all(Vec::is_empty), "{table}");
    assert_eq!(exceptions.unused(), Vec::<String>::new(), "exceptions that nothing needs");
}

fn table(results: &Results) -> String {
    let mut text = String::from("recording | equal\n");
    for (name, differences) in &results.0 {
        text.push_str(&format!("{name} | {}\n", if differences.is_empty() { "yes" } else { "NO" }));
        for difference in differences {
            text.push_str(&format!("    {difference}\n"));
        }
    }
    let equal = results.0.values().filter(|differences| differences.is_empty()).count();
    text.push_str(&format!("played {}, equal {equal}", results.0.len()));
    text
}
