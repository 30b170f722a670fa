//! What is predicted of a restore, against what the practice instance then does, on every kind
//! of attachment storage. Both ask the same archive rules: this shows that the prediction asks
//! them the right question. That the rules are right is shown by `recorded` and `archive_corpus`.
// The table is what these tests are run for.
#![allow(clippy::print_stdout)]

mod instance;

use std::collections::BTreeMap;
use std::path::Path;

use desk_archive::{InspectOptions, ServerVerdict, Storage, inspect_bytes};
use desk_tests::archive_builder::{Backup, name_for};
use desk_tests::replay::fixture;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use instance::Instances;

const STORAGES: [Storage; 3] = [Storage::R2, Storage::Kv, Storage::None];
/// One byte more than KV takes.
const TOO_LARGE: u64 = 26_214_401;
const SUBSETS: usize = 200;

/// How many predictions were equal on a storage, and those that were not.
#[derive(Default)]
struct Column {
    cases: usize,
    wrong: Vec<String>,
}

impl Column {
    fn note(&mut self, case: &str, predicted: &ServerVerdict, happened: &ServerVerdict) {
        self.cases += 1;
        if predicted != happened {
            self.wrong.push(format!("{case}: predicted {predicted:?}, happened {happened:?}"));
        }
    }
}

fn options(storage: Storage, listing: Option<BTreeMap<String, u64>>) -> InspectOptions {
    InspectOptions {
        storage,
        target_listing: listing,
        fresh: true,
        replace: false,
        ..InspectOptions::default()
    }
}

/// Prints one line of the table for each storage, and fails when anything was not equal.
fn report(cases: &str, columns: &[(Storage, Column)]) {
    let wrong: Vec<String> = columns.iter().flat_map(|(_, column)| column.wrong.clone()).collect();
    for (storage, column) in columns {
        let equal = column.cases - column.wrong.len();
        println!("{cases} | {storage:?} | {} | {equal}", column.cases);
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Every archive of the corpus, with the name that it was uploaded under.
fn corpus() -> Vec<(String, String, Vec<u8>)> {
    let verdicts = std::fs::read(fixture("corpus/verdicts.json")).expect("the verdicts are there");
    let verdicts: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&verdicts).expect("they are JSON");
    let mut archives = Vec::new();
    for entry in std::fs::read_dir(fixture("corpus")).expect("the corpus is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "zip") {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let as_sent = verdicts[&name]["file_name"].as_str().expect("a name").to_owned();
            archives.push((name, as_sent, std::fs::read(&path).expect("readable")));
        }
    }
    archives.sort();
    assert!(archives.len() > 40, "the corpus is there");
    archives
}

#[tokio::test(flavor = "multi_thread")]
async fn every_archive_of_the_corpus_restores_as_predicted() {
    let corpus = corpus();
    let (mut uploads, mut remote) = (Vec::new(), Vec::new());
    for storage in STORAGES {
        let mut instances = Instances::on(storage).await;
        let (mut uploaded, mut restored) = (Column::default(), Column::default());
        for (case, name, bytes) in &corpus {
            let predicted = inspect_bytes(name, bytes, &options(storage, None)).server.import;
            uploaded.note(case, &predicted, &instances.import(name, bytes).await);
            let nothing = Some(BTreeMap::new());
            let predicted = inspect_bytes(name, bytes, &options(storage, nothing)).server.remote_restore;
            restored.note(case, &predicted, &instances.restore_remote(name, bytes).await);
        }
        uploads.push((storage, uploaded));
        remote.push((storage, restored));
    }
    println!("cases | storage | cases | equal");
    report("corpus, uploaded", &uploads);
    report("corpus, from a target without bodies", &remote);
}

/// A backup that only lists its attachments, and what its target has of each.
#[derive(Debug, Clone)]
struct Subset {
    ciphers: usize,
    /// For each attachment: its size on the target, if it is there.
    bodies: Vec<Option<u64>>,
}

fn subset() -> impl Strategy<Value = Subset> {
    let body = prop_oneof![
        4 => (1..100_000_u64).prop_map(Some),
        4 => Just(None),
        1 => Just(Some(TOO_LARGE)),
        1 => Just(Some(TOO_LARGE - 1)),
    ];
    (1..6_usize, prop::collection::vec(body, 0..9)).prop_map(|(ciphers, bodies)| Subset { ciphers, bodies })
}

impl Subset {
    /// The archive, and the target's folder of attachments as `listing` shows it.
    fn made(&self) -> (Vec<u8>, BTreeMap<String, u64>) {
        let mut backup = Backup { index_only: true, ..Backup::sample(self.ciphers, self.bodies.len()) };
        let mut listing = BTreeMap::new();
        for (index, size) in self.bodies.iter().enumerate() {
            if let Some(size) = size {
                backup.db["attachments"][index]["size"] = (*size).into();
                listing.insert(backup.bodies[index].0.clone(), *size);
            }
        }
        (backup.archive().build(), listing)
    }
}

/// Puts exactly these bodies into a folder; they are holes without content.
fn lay_out(folder: &Path, listing: &BTreeMap<String, u64>) {
    std::fs::remove_dir_all(folder).expect("removed");
    std::fs::create_dir(folder).expect("made");
    for (blob, size) in listing {
        let path = folder.join(blob);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::File::create(&path).and_then(|file| file.set_len(*size)).expect("written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_restore_as_predicted_whatever_the_target_lacks() {
    let mut runner = TestRunner::deterministic();
    let subsets: Vec<Subset> =
        (0..SUBSETS).map(|_| subset().new_tree(&mut runner).expect("a subset").current()).collect();
    assert!(subsets.iter().any(|subset| subset.bodies.contains(&Some(TOO_LARGE))));
    let each = STORAGES.map(|storage| {
        let subsets = subsets.clone();
        tokio::spawn(async move {
            let mut instances = Instances::on(storage).await;
            let mut column = Column::default();
            for (number, subset) in subsets.iter().enumerate() {
                let (bytes, listing) = subset.made();
                lay_out(instances.attachments(), &listing);
                let name = name_for(&bytes);
                let options = options(storage, Some(listing));
                let predicted = inspect_bytes(&name, &bytes, &options).server.remote_restore;
                let happened = instances.restore_remote(&name, &bytes).await;
                assert!(happened.accepts, "{number}: {happened:?}");
                column.note(&format!("subset {number}, {subset:?}"), &predicted, &happened);
            }
            (storage, column)
        })
    });
    let mut columns = Vec::new();
    for column in each {
        columns.push(column.await.expect("its end"));
    }
    println!("cases | storage | cases | equal");
    report("index-only, random bodies missing", &columns);
}
