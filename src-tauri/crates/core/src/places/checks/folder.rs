//! Folders below an address or inside a bucket.

use super::{FindingLevel, FindingRule, Findings};
use FindingLevel::{Error, Note, Warning};

/// Levels that are still usual.
const DEEP: usize = 6;

/// A folder below an address, or inside a bucket.
pub(crate) fn folder(findings: &mut Findings<'_>, field: &str, typed: &str, below: Option<&str>) {
    let path = typed.trim().trim_matches('/');
    if typed.trim() != typed {
        let words = "There are spaces at the start or end of the path, possibly from pasting.";
        findings.add(field, FindingRule::Spaces, Warning, words).suggestion = Some(typed.trim().to_owned());
    }
    if path.is_empty() {
        let words = "Without a path, backups are mixed with other files, and retention deletes the oldest .zip files there, whatever they are.";
        findings.add(field, FindingRule::PathEmpty, Warning, words).suggestion = Some("nodewarden".into());
        return;
    }
    let parts: Vec<&str> = path.split('/').collect();
    let bad = |part: &&str| {
        part.is_empty()
            || matches!(*part, "." | "..")
            || part.trim() != *part
            || part.contains(['\\', '?', '#', '*', ':', '"', '<', '>', '|'])
            || part.chars().any(char::is_control)
    };
    if parts.iter().any(bad) {
        let words = "The path contains an empty part, “.” or “..”, or a character that targets refuse.";
        findings.add(field, FindingRule::PathInvalid, Error, words);
    }
    if parts.len() > DEEP {
        let words = format!(
            "The path has {} levels. WebDAV creates each one with a separate request, and some targets refuse that many.",
            parts.len()
        );
        findings.add(field, FindingRule::PathDeep, Note, words);
    }
    let repeated = below.and_then(|address| url::Url::parse(address.trim()).ok()).is_some_and(|url| {
        let above = url.path().trim_matches('/');
        above.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    });
    if repeated {
        let words = "The address already ends with this path, so backups would be stored in a folder of the same name inside it.";
        findings.add(field, FindingRule::PathRepeated, Warning, words);
    }
}
