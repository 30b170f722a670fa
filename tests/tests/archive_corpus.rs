//! The verdicts of a live server against ours, case by case.
#![expect(clippy::print_stdout, reason = "the table of cases is for people to read")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use desk_archive::rules::{Accepted, Mode, Refusal, Request, Table, accept};
use desk_archive::{InspectOptions, Inspection, Skipped, Storage, inspect};
use desk_core::jobs::Outcome;
use desk_core::progress::Silent;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

#[derive(Deserialize)]
struct Verdict {
    file_name: String,
    bytes: u64,
    status: u16,
    error: Option<String>,
    imported: Option<BTreeMap<String, u64>>,
    skipped: Option<Skipped>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn verdicts() -> BTreeMap<String, Verdict> {
    let text = std::fs::read(fixtures().join("corpus/verdicts.json")).expect("the verdicts are there");
    serde_json::from_slice(&text).expect("the verdicts are JSON")
}

/// Two recorded cases are too large to keep and are built again where they matter.
fn archive_of(case: &str) -> Option<Vec<u8>> {
    std::fs::read(fixtures().join("corpus").join(format!("{case}.zip"))).ok()
}

/// What the server returns after an import, from what was taken in.
fn imported(accepted: &Accepted<'_>) -> BTreeMap<String, u64> {
    let rows = |table: Table| accepted.rows[&table].len() as u64;
    // The server marks itself as registered, whatever the backup says.
    let marks_itself = !accepted.rows[&Table::Config].iter().any(|row| row["key"] == "registered");
    BTreeMap::from([
        ("config".into(), rows(Table::Config) + u64::from(marks_itself)),
        ("users".into(), rows(Table::Users)),
        ("domainSettings".into(), rows(Table::DomainSettings)),
        ("userRevisions".into(), rows(Table::UserRevisions)),
        ("webauthnCredentials".into(), rows(Table::WebauthnCredentials)),
        ("folders".into(), rows(Table::Folders)),
        ("ciphers".into(), rows(Table::Ciphers)),
        ("attachments".into(), rows(Table::Attachments)),
        ("attachmentFiles".into(), accepted.attachments.len() as u64),
    ])
}

fn differences(verdict: &Verdict, ours: &Result<Accepted<'_>, Refusal>) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, theirs: String, ours: String| {
        if theirs != ours {
            found.push(format!("{what}: the server said {theirs}, we say {ours}"));
        }
    };
    match ours {
        Ok(accepted) => {
            compare("status", verdict.status.to_string(), "200".into());
            compare("imported", format!("{:?}", verdict.imported), format!("{:?}", Some(imported(accepted))));
            compare("skipped", format!("{:?}", verdict.skipped), format!("{:?}", Some(&accepted.skipped)));
        }
        Err(refusal) => {
            compare("status", verdict.status.to_string(), refusal.status.to_string());
            compare("text", format!("{:?}", verdict.error), format!("{:?}", Some(&refusal.message)));
        }
    }
    found
}

#[test]
fn every_recorded_case_gets_the_live_servers_response() {
    let (mut equal, mut absent, mut different) = (0, Vec::new(), Vec::new());
    for (case, verdict) in verdicts() {
        let Some(archive) = archive_of(&case) else {
            absent.push(case);
            continue;
        };
        assert_eq!(archive.len() as u64, verdict.bytes, "{case} is the recorded file");
        let request = Request {
            mode: Mode::LocalImport,
            storage: Storage::R2,
            file_name: &verdict.file_name,
            accept_mismatch: false,
            holds_data: true,
            replace: true,
        };
        let differences = differences(&verdict, &accept(&archive, &request));
        if differences.is_empty() {
            equal += 1;
        } else {
            different.push(format!("{case}: {}", differences.join("; ")));
        }
    }
    println!(
        "cases {}, equal {equal}, not equal {}, not stored {absent:?}",
        equal + different.len(),
        different.len()
    );
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert_eq!(absent, ["archive-64mib", "db-33mib"]);
}

fn inspection(path: &Path, name: &str) -> Inspection {
    let options = InspectOptions { name: Some(name.to_owned()), ..InspectOptions::default() };
    match inspect(path, &options, &Silent, &CancellationToken::new()).expect("the file can be read") {
        Outcome::Done(inspection) => inspection,
        other => panic!("the inspection was not stopped: {other:?}"),
    }
}

#[test]
fn the_inspector_predicts_every_response() {
    let mut different = Vec::new();
    for (case, verdict) in verdicts() {
        let path = fixtures().join("corpus").join(format!("{case}.zip"));
        if !path.exists() {
            continue;
        }
        let report = inspection(&path, &verdict.file_name);
        let import = report.server.import;
        println!(
            "{case:36} {} intact {:5} {:?} {:?}",
            if import.accepts { "taken  " } else { "refused" },
            report.intact,
            report.kind,
            report.damage.iter().map(|damage| damage.code.as_str()).collect::<Vec<_>>()
        );
        if import.accepts != (verdict.status == 200) || import.error != verdict.error {
            different
                .push(format!("{case}: the server said {:?}, we foretell {:?}", verdict.error, import.error));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
