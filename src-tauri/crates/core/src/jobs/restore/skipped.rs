//! A cause for every line of a skipped list: the server gives one reason for the
//! whole list (PROTOCOL section 2, "Import result").

use crate::archive::{KV_LARGEST_BODY, Skipped, SkippedItem, Storage};
use crate::jobs::{RestorePlan, RestoreSource, SkipCause, SkippedAttachment};

/// The skipped list with a cause and an owner for every line.
pub(super) fn with_causes(plan: &RestorePlan, skipped: &Skipped) -> Vec<SkippedAttachment> {
    let reason = skipped.reason.as_deref().unwrap_or_default();
    skipped
        .items
        .iter()
        .map(|item| {
            let name = blob_name(item);
            let (cipher_id, owner) = match name.split_once('/') {
                Some((cipher, _)) => (Some(cipher.to_owned()), plan.owners.get(name).cloned()),
                None => (None, None),
            };
            SkippedAttachment {
                path: item.path.clone(),
                size_bytes: item.size_bytes,
                cause: cause(plan, reason, item, name),
                cipher_id,
                owner_email: owner,
                copies: Vec::new(),
            }
        })
        .collect()
}

/// `attachments/<cipherId>/<attachmentId>[.bin]` without its ends.
pub(super) fn blob_name(item: &SkippedItem) -> &str {
    let name = item.path.strip_prefix("attachments/").unwrap_or(&item.path);
    name.strip_suffix(".bin").unwrap_or(name)
}

fn cause(plan: &RestorePlan, reason: &str, item: &SkippedItem, name: &str) -> SkipCause {
    let too_large = item.size_bytes > KV_LARGEST_BODY;
    let on_kv = plan.server_storage == Some(Storage::Kv) || reason.contains("KV object size limit");
    let missing = plan.missing_on_target.as_ref().map(|missing| missing.iter().any(|body| body == name));
    if reason == "Attachment storage is not configured" || plan.server_storage == Some(Storage::None) {
        SkipCause::NoStorage
    } else if missing == Some(true) {
        SkipCause::MissingOnTarget
    } else if too_large && on_kv {
        SkipCause::TooLargeForKv
    } else if reason == "Some remote attachments were unavailable and were skipped" && missing.is_none() {
        SkipCause::MissingOnTarget
    } else if matches!(plan.source, RestoreSource::Local { .. }) || missing == Some(false) {
        SkipCause::TransferFailed
    } else {
        SkipCause::NotTold
    }
}
