//! The comparison, table by table.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::side::{Digest, Side};
use super::types::{Change, ChangeKind, Changes, SettingsChange};
use crate::people::is_active_administrator;
use crate::rules::Table;

/// More changes of one kind than are named one by one.
const MOST_NAMED: usize = 10_000;

/// What came, went and changed in a table.
pub(super) fn changes(before: &Side, after: &Side, table: Table) -> Changes {
    let none = HashMap::new();
    let then = before.rows.tables.get(&table).unwrap_or(&none);
    let now = after.rows.tables.get(&table).unwrap_or(&none);
    let ids: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let mut changes = Changes::default();
    for id in ids {
        let change = |what, side: &Side, digest: &Digest, columns| Change {
            what,
            id: id.clone(),
            email: side.email(digest),
            columns,
        };
        match (then.get(id), now.get(id)) {
            (None, Some(new)) => changes.add(change(ChangeKind::Added, after, new, Vec::new())),
            (Some(old), None) => changes.add(change(ChangeKind::Removed, before, old, Vec::new())),
            (Some(old), Some(new)) => {
                let columns = different(&before.columns(old), &after.columns(new));
                if columns.is_empty() {
                    changes.unchanged += 1;
                } else {
                    changes.add(change(ChangeKind::Changed, after, new, columns));
                }
            }
            (None, None) => {}
        }
    }
    changes
}

impl Changes {
    fn add(&mut self, change: Change) {
        match change.what {
            ChangeKind::Added => self.added += 1,
            ChangeKind::Removed => self.removed += 1,
            ChangeKind::Changed => self.changed += 1,
        }
        if self.items.len() < MOST_NAMED {
            self.items.push(change);
        }
    }
}

fn different(then: &BTreeMap<&str, u64>, now: &BTreeMap<&str, u64>) -> Vec<String> {
    let names: BTreeSet<&str> = then.keys().chain(now.keys()).copied().collect();
    names.into_iter().filter(|name| then.get(name) != now.get(name)).map(str::to_owned).collect()
}

/// The same for the active administrators.
pub(super) fn administrators(before: &Side, after: &Side) -> Changes {
    let of = |side: &Side| -> BTreeMap<String, String> {
        let people = side.rows.people.people.iter().filter(|person| is_active_administrator(person));
        people.map(|person| (person.user_id.clone(), person.email.clone())).collect()
    };
    let (then, now) = (of(before), of(after));
    let mut changes = Changes::default();
    let change = |what, id: &String, email: &String, columns| Change {
        what,
        id: id.clone(),
        email: Some(email.clone()),
        columns,
    };
    for (id, email) in &now {
        match then.get(id) {
            None => changes.add(change(ChangeKind::Added, id, email, Vec::new())),
            Some(old) if old != email => {
                changes.add(change(ChangeKind::Changed, id, email, vec!["email".to_owned()]));
            }
            Some(_) => changes.unchanged += 1,
        }
    }
    for (id, email) in then.iter().filter(|(id, _)| !now.contains_key(*id)) {
        changes.add(change(ChangeKind::Removed, id, email, Vec::new()));
    }
    changes
}

/// The same for the backup settings.
pub(super) fn settings(before: &Side, after: &Side) -> SettingsChange {
    let targets = |side: &Side| -> BTreeSet<String> {
        side.rows.people.targets.iter().map(|target| target.id.clone()).collect()
    };
    let repairers = |side: &Side| -> BTreeSet<String> {
        let able = side
            .rows
            .people
            .people
            .iter()
            .filter(|person| person.has_wrap && is_active_administrator(person));
        able.map(|person| person.email.clone()).collect()
    };
    let only_first =
        |first: &BTreeSet<String>, second: &BTreeSet<String>| first.difference(second).cloned().collect();
    let (targets_then, targets_now) = (targets(before), targets(after));
    let (repairers_then, repairers_now) = (repairers(before), repairers(after));
    SettingsChange {
        saved_anew: before.rows.settings != after.rows.settings,
        targets_added: only_first(&targets_now, &targets_then),
        targets_removed: only_first(&targets_then, &targets_now),
        repairers_added: only_first(&repairers_now, &repairers_then),
        repairers_removed: only_first(&repairers_then, &repairers_now),
    }
}
