//! Attachments that were left out or are gone, and copies of them, as facts.

use std::collections::{BTreeMap, BTreeSet};

use super::{EvidenceKind, Fact, FactDetail};
use crate::jobs::{BodyCopy, Copies, DrillResult, RestoreResult, SkipCause, SkippedAttachment};

/// An attachment that is permanently lost.
pub(super) struct LostBody {
    /// "cipherId/attachmentId".
    pub path: String,
    /// Whose it is.
    pub owner: Option<String>,
}

/// Why a restore left attachments out: a fact for each cause, with how many.
pub fn causes(restored: &RestoreResult) -> Vec<Fact> {
    const CAUSES: [(SkipCause, FactDetail); 5] = [
        (SkipCause::MissingOnTarget, FactDetail::LeftOutMissing),
        (SkipCause::TooLargeForKv, FactDetail::LeftOutTooLarge),
        (SkipCause::NoStorage, FactDetail::LeftOutNoStorage),
        (SkipCause::TransferFailed, FactDetail::LeftOutTransfer),
        (SkipCause::NotTold, FactDetail::LeftOutNotTold),
    ];
    let listed = restored.skipped.len() as u64;
    let of = |cause| restored.skipped.iter().filter(|line| line.cause == cause).count() as u64;
    let causes = CAUSES.iter().map(|(cause, detail)| (*detail, of(*cause)));
    causes
        .chain([(FactDetail::LeftOutUnlisted, restored.skipped_count.saturating_sub(listed))])
        .filter(|(_, count)| *count > 0)
        .map(|(detail, count)| Fact::new(EvidenceKind::Ledger, detail).words(count.to_string()))
        .collect()
}

/// What a search for copies of `wanted` attachments found, and where. Places that were found
/// before and were not checked this time stay in `before`.
pub fn found_copies(wanted: usize, copies: &Copies, before: &[Fact], at: &str) -> Vec<Fact> {
    let fact = |detail| Fact::new(EvidenceKind::Ledger, detail).at(at.to_owned());
    let count = |found: usize| format!("{found} / {wanted}");
    let mut facts = vec![fact(FactDetail::CopiesFound).words(count(copies.len()))];
    let places: BTreeSet<&BodyCopy> = copies.values().flatten().collect();
    facts.extend(places.into_iter().map(|copy| match copy {
        BodyCopy::Zip { path } => fact(FactDetail::CopyInZip).words(path.clone()),
        BodyCopy::Folder { path } => fact(FactDetail::CopyInFolder).words(path.clone()),
        BodyCopy::Target { name, .. } => fact(FactDetail::CopyOnTarget).words(name.clone()),
    }));
    for known in before.iter().filter(|known| is_place(known)) {
        if facts.iter().all(|one| (one.detail, &one.original) != (known.detail, &known.original)) {
            facts.push(known.clone());
        }
    }
    facts
}

/// A fact that names where copies are.
pub(super) fn is_place(fact: &Fact) -> bool {
    matches!(fact.detail, FactDetail::CopyInZip | FactDetail::CopyInFolder | FactDetail::CopyOnTarget)
}

/// What is permanently lost: a fact for each owner, with every attachment.
pub(super) fn lost_facts(lost: &[LostBody], at: &str) -> Vec<Fact> {
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for body in lost {
        owners.entry(body.owner.as_deref().unwrap_or("?")).or_default().insert(&body.path);
    }
    let facts = owners.into_iter().map(|(owner, paths)| {
        let paths: Vec<&str> = paths.into_iter().collect();
        let fact = Fact::new(EvidenceKind::Ledger, FactDetail::AttachmentsLost).at(at.to_owned());
        fact.words(format!("{owner}: {}", paths.join(", ")))
    });
    facts.collect()
}

/// What proves a drill: it brought everything back, or left out only what is known to be lost.
pub(super) fn drill_fact(drill: &DrillResult, lost: &[LostBody]) -> Option<Fact> {
    let fact = |detail| Fact::new(EvidenceKind::Ledger, detail);
    if drill.ok {
        return Some(fact(FactDetail::DrillPassed).words(drill.file_name.clone()));
    }
    let is_named = |path: &str| lost.iter().any(|body| body.path == body_name(path));
    let is_whole = drill.intact && drill.accepted && drill.missing.is_empty();
    let items = &drill.skipped.items;
    let are_named =
        items.len() as u64 == drill.skipped_count() && items.iter().all(|one| is_named(&one.path));
    (is_whole && are_named).then(|| fact(FactDetail::DrillLeftOut).words(items.len().to_string()))
}

/// A line of a skipped list that names a body.
pub(super) fn lost_line(line: &SkippedAttachment) -> LostBody {
    LostBody { path: body_name(&line.path).to_owned(), owner: line.owner_email.clone() }
}

/// `attachments/<cipherId>/<attachmentId>[.bin]` without its ends.
pub(super) fn body_name(path: &str) -> &str {
    let name = path.strip_prefix("attachments/").unwrap_or(path);
    name.strip_suffix(".bin").unwrap_or(name)
}
