//! The recoveries that the window's sample backend plays, written by the code that
//! decides them: `UPDATE_SAMPLES=1` writes the file again. A sample is a server with
//! something wrong; each node is what the app knows of it at one moment, and each event
//! leads to another node.

mod secrets;
mod server;
mod target_cases;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use self::server::{Happening, Sample};
use super::super::detect;
use super::*;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui/src/backend/sample/data/recovery.json");

/// Each sample, the recovery paths that are offered there, and what had happened before the window
/// comes to it.
fn samples() -> Vec<(&'static str, Sample, &'static [PlaybookPath], Vec<Happening>)> {
    use Happening::{Begin, Confirm, Found, Opened, Outside, Repaired, SignIn};
    use PlaybookPath::{HaveOldSecret, NoOldSecret, RepairOnly};
    use StepKind::{MakeSecret, StoreSecret, TellUsers};
    let (old, any): (&[PlaybookPath], &[PlaybookPath]) = (&[HaveOldSecret], &[HaveOldSecret, NoOldSecret]);
    let repair: &[PlaybookPath] = &[RepairOnly];
    let new_secret = |then: &[Happening]| {
        let first = [Begin(NoOldSecret), Confirm(MakeSecret)];
        first.into_iter().chain(then.iter().copied()).collect::<Vec<_>>()
    };
    let repaired = Repaired { tested: true, partly: false };
    let untested = Repaired { tested: false, partly: false };
    vec![
        ("healthy", Sample::healthy(), &[], vec![]),
        ("signed-out", Sample { signed_in: false, ..Sample::healthy() }, &[], vec![]),
        ("signed-out-unreachable", Sample::unreachable(), &[], vec![]),
        ("secret-missing", Sample::secret_missing(), any, vec![]),
        ("secret-too-short", Sample::secret_too_short(), &[], vec![]),
        ("secret-changed", Sample::secret_changed(), old, vec![]),
        ("secret-likely-changed", Sample { signed_in_since: true, ..Sample::secret_changed() }, old, vec![]),
        ("cause-not-known", Sample::cause_not_known(), repair, vec![]),
        ("settings-after-restore", Sample::after_restore(), repair, vec![]),
        (
            "no-wrap-for-me",
            Sample { wraps: server::Wraps::Others, ..Sample::after_restore() },
            repair,
            vec![],
        ),
        ("portable-part-absent", Sample { portable: false, ..Sample::after_restore() }, repair, vec![]),
        ("one-can-repair", Sample { wraps: server::Wraps::One, ..Sample::healthy() }, &[], vec![]),
        ("none-can-repair", Sample { wraps: server::Wraps::None, ..Sample::healthy() }, &[], vec![]),
        ("case-find-secret", Sample::secret_changed(), old, vec![Begin(HaveOldSecret)]),
        ("case-put-back", Sample::secret_missing(), any, vec![Begin(HaveOldSecret), Found]),
        ("case-make-secret", Sample::secret_missing(), any, vec![Begin(NoOldSecret)]),
        ("case-put-secret", Sample::secret_missing(), any, new_secret(&[])),
        ("case-sign-in", Sample::secret_missing(), any, new_secret(&[Outside])),
        ("case-repair", Sample::secret_missing(), any, new_secret(&[Outside, SignIn])),
        ("case-verify", Sample::secret_missing(), any, new_secret(&[Outside, SignIn, untested])),
        ("case-tell-users", Sample::secret_missing(), any, new_secret(&[Outside, SignIn, repaired])),
        (
            "case-done",
            Sample::secret_missing(),
            any,
            new_secret(&[Outside, SignIn, repaired, Confirm(TellUsers), Confirm(StoreSecret)]),
        ),
        ("case-repair-only", Sample::after_restore(), repair, vec![Begin(RepairOnly)]),
        ("case-opened", Sample::after_restore(), repair, vec![Begin(RepairOnly), Opened]),
        (
            "case-session-over",
            Sample { signed_in: false, ..Sample::after_restore() },
            repair,
            vec![Begin(RepairOnly)],
        ),
        (
            "case-cannot",
            Sample { wraps: server::Wraps::Others, ..Sample::after_restore() },
            repair,
            vec![Begin(RepairOnly)],
        ),
    ]
}

/// A list in which everything is once.
#[derive(Default)]
struct Once {
    places: HashMap<String, usize>,
    all: Vec<Value>,
}

impl Once {
    fn place(&mut self, value: &impl Serialize) -> usize {
        let value = serde_json::to_value(value).expect("it serialises");
        *self.places.entry(value.to_string()).or_insert_with(|| {
            self.all.push(value);
            self.all.len() - 1
        })
    }

    fn places<T: Serialize>(&mut self, values: &[T]) -> Vec<usize> {
        values.iter().map(|value| self.place(value)).collect()
    }
}

#[derive(Default)]
struct Data {
    diagnoses: Once,
    findings: Once,
    steps: Once,
    checked: Once,
    repairers: Once,
    backups: Once,
    nodes: Vec<Value>,
    known: HashMap<String, usize>,
    todo: Vec<(usize, Sample, &'static [PlaybookPath])>,
}

impl Data {
    /// The place of a sample's node. It is written later, with every node that can follow it.
    fn place(&mut self, sample: Sample, paths: &'static [PlaybookPath]) -> usize {
        let key = format!("{sample:?}{paths:?}");
        if let Some(place) = self.known.get(&key) {
            return *place;
        }
        let place = self.nodes.len();
        self.known.insert(key, place);
        self.nodes.push(Value::Null);
        self.todo.push((place, sample, paths));
        place
    }

    fn write_nodes(&mut self) {
        while let Some((place, sample, paths)) = self.todo.pop() {
            self.nodes[place] = self.node(&sample, paths);
        }
    }

    fn node(&mut self, sample: &Sample, paths: &'static [PlaybookPath]) -> Value {
        let diagnosis = diagnose(&sample.evidence());
        let case = sample.case.as_ref().map(|case| {
            let (after, open) = (&diagnosis, case.steps.iter().filter(|step| step.state != StepState::Done));
            json!({
                "path": case.path,
                "playbook": case.path.playbook(),
                "first": self.diagnoses.place(&case.first),
                "steps": self.steps.places(&case.steps),
                "working": self.steps.places(&sample.steps_at_work(case)),
                "checked": self.checked.places(&checked(&sample.evidence())),
                "after": self.diagnoses.place(after),
                "open": open.map(|step| step.kind).collect::<Vec<_>>(),
                "backups": self.backups.place(&case.progress(sample.signed_in).verified_backups()),
            })
        });
        let on: Map<String, Value> = sample
            .happenings(paths)
            .into_iter()
            .map(|happening| {
                let next = self.place(sample.after(happening), paths);
                (happening.name(), next.into())
            })
            .collect();
        json!({
            "diagnosis": self.diagnoses.place(&diagnosis),
            "findings": self.findings.places(&detect(&diagnosis, None, None)),
            "repairers": self.repairers.place(&sample.repairers()),
            "secret": sample.secret.name(),
            "signedIn": sample.signed_in,
            "readable": sample.is_readable(),
            "noWrap": sample.no_wrap(),
            "case": case,
            "on": on,
        })
    }

    /// One value a line, so that a change shows where it is.
    fn text(&self, starts: &[(&str, usize)]) -> String {
        let lines = |name: &str, values: &[Value]| {
            let values: Vec<String> = values.iter().map(|value| format!("    {value}")).collect();
            format!("  \"{name}\": [\n{}\n  ]", values.join(",\n"))
        };
        let starts: Vec<String> =
            starts.iter().map(|(name, place)| format!("    \"{name}\": {place}")).collect();
        let parts = [
            format!("  \"starts\": {{\n{}\n  }}", starts.join(",\n")),
            lines("diagnoses", &self.diagnoses.all),
            lines("findings", &self.findings.all),
            lines("steps", &self.steps.all),
            lines("checked", &self.checked.all),
            lines("repairers", &self.repairers.all),
            lines("backups", &self.backups.all),
            lines("nodes", &self.nodes),
            lines("targets", &server::target_findings()),
        ];
        format!("{{\n{}\n}}\n", parts.join(",\n"))
    }
}

#[test]
fn the_committed_sample_recoveries_match_the_code() {
    let mut data = Data::default();
    let mut starts = Vec::new();
    for (name, sample, paths, before) in samples() {
        let sample = before.into_iter().fold(sample, |sample, happening| sample.after(happening));
        starts.push((name, data.place(sample, paths)));
        data.write_nodes();
    }
    let fresh = data.text(&starts);
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::fs::write(FILE, &fresh).expect("the sample data is writable");
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(committed == fresh, "the samples changed: run UPDATE_SAMPLES=1 cargo test -p desk-core samples");
}
