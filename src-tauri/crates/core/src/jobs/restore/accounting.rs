//! What a server says it restored, against what the archive holds.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::archive::Skipped;
use crate::jobs::{MissingRows, RestoredCount};

/// Each table of an archive, and how the server's result calls it (PROTOCOL section 2,
/// "Import result").
const TABLES: [(&str, &str); 8] = [
    ("users", "users"),
    ("ciphers", "ciphers"),
    ("folders", "folders"),
    ("attachments", "attachments"),
    ("webauthn_credentials", "webauthnCredentials"),
    ("domain_settings", "domainSettings"),
    ("user_revisions", "userRevisions"),
    ("config", "config"),
];

/// How the bodies of attachments are called, which are no table.
const BODIES: &str = "attachmentFiles";

/// How many attachments the server left out: its own count, or its list when that is longer.
pub(super) fn skipped_count(skipped: &Skipped) -> u64 {
    skipped.attachments.max(skipped.items.len() as u64)
}

/// What each table should have after the restore, and what the server says it has.
pub(in crate::jobs) fn counts(
    tables: &BTreeMap<String, u64>,
    answer: &Value,
    skipped: &Skipped,
) -> Vec<RestoredCount> {
    let rows = |table: &str| tables.get(table).copied().unwrap_or(0);
    let skipped = skipped_count(skipped);
    let of = |table: &str, field: &str, rows: u64, skipped: u64| RestoredCount {
        table: table.to_owned(),
        expected: rows.saturating_sub(skipped),
        skipped,
        imported: answer["imported"][field].as_u64(),
    };
    let each = TABLES.iter().map(|(table, field)| {
        of(table, field, rows(table), if *table == "attachments" { skipped } else { 0 })
    });
    each.chain([of("attachment_bodies", BODIES, rows("attachments"), skipped)]).collect()
}

/// Rows of the archive that the server neither restored nor named as skipped. Fields
/// that an older server leaves out of its result say nothing.
pub(in crate::jobs) fn missing_rows(counts: &[RestoredCount]) -> Vec<MissingRows> {
    let short = counts.iter().filter_map(|count| {
        let imported = count.imported?;
        (imported < count.expected).then(|| MissingRows {
            table: count.table.clone(),
            expected: count.expected,
            imported,
        })
    });
    short.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A result that a server gave, from `tests/fixtures/cases`.
    fn case(json: &str) -> (Value, Skipped) {
        let answer: Value = serde_json::from_str(json).expect("JSON");
        let skipped = serde_json::from_value(answer["skipped"].clone()).expect("a skipped list");
        (answer, skipped)
    }

    fn archive(rows: &[(&str, u64)]) -> BTreeMap<String, u64> {
        rows.iter().map(|(table, rows)| ((*table).to_owned(), *rows)).collect()
    }

    fn missing(tables: &[(&str, u64)], json: &str) -> Vec<(String, u64, u64)> {
        let (answer, skipped) = case(json);
        missing_rows(&counts(&archive(tables), &answer, &skipped))
            .into_iter()
            .map(|rows| (rows.table, rows.expected, rows.imported))
            .collect()
    }

    #[test]
    fn rows_that_the_server_lost_are_named_by_table() {
        let json = include_str!("../../../../../../tests/fixtures/cases/result_partial.json");
        let tables = [("users", 2), ("ciphers", 24), ("folders", 4), ("config", 4), ("attachments", 0)];
        assert_eq!(missing(&tables, json), [("ciphers".to_owned(), 24, 3)]);
    }

    #[test]
    fn a_success_response_without_restored_rows_is_a_failure() {
        let json = r#"{"imported":{"users":0,"ciphers":0,"attachments":0,"attachmentFiles":0}}"#;
        let answer: Value = serde_json::from_str(json).expect("JSON");
        let tables = archive(&[("users", 2), ("ciphers", 24)]);
        let found = missing_rows(&counts(&tables, &answer, &Skipped::default()));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn skipped_attachments_count_without_a_list() {
        let json = include_str!("../../../../../../tests/fixtures/cases/result_skipped_without_items.json");
        let (_, skipped) = case(json);
        assert_eq!(skipped_count(&skipped), 2);
        let tables = [("users", 2), ("ciphers", 24), ("folders", 4), ("config", 4), ("attachments", 6)];
        assert_eq!(missing(&tables, json), [], "they are skipped, not missing");
    }

    #[test]
    fn bodies_that_are_neither_restored_nor_skipped_are_missing() {
        let json = r#"{"imported":{"attachments":6,"attachmentFiles":2},"skipped":{"attachments":0}}"#;
        assert_eq!(missing(&[("attachments", 6)], json), [("attachment_bodies".to_owned(), 6, 2)]);
    }

    #[test]
    fn fields_missing_from_old_servers_prove_nothing() {
        let json = r#"{"imported":{"users":2},"skipped":{}}"#;
        assert_eq!(missing(&[("users", 2), ("ciphers", 24), ("attachments", 6)], json), []);
    }
}
