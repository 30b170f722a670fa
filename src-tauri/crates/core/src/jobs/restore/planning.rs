//! What a restore would do: the backup looked at, the server asked, nothing changed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{facts, last_part, skipped};
use crate::archive::{
    self, Attachment, InspectOptions, Inspection, InstanceNow, Kind, NameHash, ServerVerdict, Storage,
};
use crate::jobs::bodies::bodies_on_target;
use crate::jobs::outcome::done_or_return;
use crate::jobs::receive::{inspect, receive};
use crate::jobs::{Outcome, PartFile, RestoreChoices, RestorePlan, RestoreSource, ServerContents, Watch};
use crate::progress::Stage;
use crate::server::Session;
use crate::{Code, Error, Result};

/// Says what a restore would do. Reads only: the backup, what the server holds
/// now, and which attachment bodies are on the target.
///
/// # Errors
/// What reading the backup and asking the server may fail with.
pub async fn plan_restore(
    session: &Session,
    source: &RestoreSource,
    watch: &Watch,
) -> Result<Outcome<RestorePlan>> {
    let folder = watch.room.private_folder()?;
    let (file, name) = match source {
        RestoreSource::Local { path } => (PathBuf::from(path), last_part(path)),
        RestoreSource::Remote { target_id, path } => {
            let mut part = PartFile::create(&folder.path().join("backup.zip"))?;
            watch.stage(Stage::Connecting);
            let asked = session.download(target_id, path, watch.progress.as_ref());
            let incoming = done_or_return!(watch.until_stopped(asked).await?);
            done_or_return!(receive(incoming, &mut part, watch).await?);
            (part.finish()?, last_part(path))
        }
    };
    let alone =
        InspectOptions { name: Some(name.clone()), accept_mismatch: true, ..InspectOptions::default() };
    let alone = done_or_return!(inspect(&file, alone, watch).await?);
    // A server's log notes every export: none is made for a restore that will not start.
    let now = match blocked(source, verdict(source, &alone), &alone) {
        Some(_) => None,
        None => done_or_return!(facts::server_now(session, folder.path(), watch).await?),
    };
    let storage = now.as_ref().and_then(|now| now.storage);
    let on_target = match source {
        RestoreSource::Local { .. } => None,
        RestoreSource::Remote { target_id, .. } => {
            done_or_return!(bodies_on_target(session, target_id, &file, watch).await?)
        }
    };
    let (contents, user_ids, attachments_now) = match now {
        Some(now) => (Some(now.contents), now.user_ids, now.attachments),
        None => (None, Vec::new(), Vec::new()),
    };
    let instance = contents.as_ref().map(|contents| InstanceNow {
        users: Some(contents.accounts.len() as u64),
        ciphers: Some(contents.ciphers),
        folders: Some(contents.folders),
        attachments: Some(contents.attachments),
        sends: None,
    });
    let options = InspectOptions {
        storage: storage.unwrap_or(Storage::R2),
        acting_user_email: Some(session.account().email.clone()),
        name: Some(name.clone()),
        target_listing: on_target
            .clone()
            .map(|bodies| bodies.into_iter().map(|(name, size)| (name, size.unwrap_or(0))).collect()),
        fresh: contents.as_ref().is_some_and(is_fresh),
        // A wrong hash in the name is asked about, not refused.
        accept_mismatch: true,
        instance,
        ..InspectOptions::default()
    };
    let inspection = done_or_return!(inspect(&file, options, watch).await?);
    // A file without readable rows has no attachments to name; the verdict says the rest.
    let attachments = match archive::attachments(&file, &watch.cancel) {
        Ok(listed) => done_or_return!(listed),
        Err(_) => Vec::new(),
    };
    let missing_on_target = on_target.map(|there| {
        let names = attachments.iter().map(Attachment::blob_name);
        names.filter(|name| !there.contains_key(name)).collect()
    });
    let verdict = verdict(source, &inspection);
    let restored: BTreeSet<String> = attachments.iter().map(Attachment::blob_name).collect();
    let left_out: BTreeSet<&str> = verdict.skipped.items.iter().map(skipped::blob_name).collect();
    let stays = |name: &String| restored.contains(name) && !left_out.contains(name.as_str());
    let lost_attachments = attachments_now.iter().filter(|name| !stays(name)).count() as u64;
    let owners = attachments.into_iter().filter_map(|attachment| {
        let name = attachment.blob_name();
        Some((name, attachment.owner_email?))
    });
    let holds_data = !contents.as_ref().is_some_and(is_fresh);
    Ok(Outcome::Done(RestorePlan {
        source: source.clone(),
        file_name: name,
        owners: owners.collect(),
        sha256: inspection.file.sha256.clone(),
        expected_skipped: verdict.skipped.clone(),
        server_storage: storage,
        missing_on_target,
        lost_attachments,
        brings_targets: None,
        from_another_server: is_foreign(&inspection, &user_ids),
        confirm_with: holds_data.then(|| session.server().address().host()),
        needs_mismatch_accepted: inspection.name_hash == NameHash::Mismatch || !inspection.intact,
        blocked: blocked(source, verdict, &inspection),
        choices: RestoreChoices {
            replace_existing: holds_data,
            accept_mismatch: false,
            accept_lost_attachments: false,
            safety_copy: holds_data,
            typed_confirmation: String::new(),
        },
        replaces: contents,
        inspection,
    }))
}

fn verdict<'a>(source: &RestoreSource, inspection: &'a Inspection) -> &'a ServerVerdict {
    match source {
        RestoreSource::Local { .. } => &inspection.server.import,
        RestoreSource::Remote { .. } => &inspection.server.remote_restore,
    }
}

/// Why the app will not start this restore.
fn blocked(source: &RestoreSource, verdict: &ServerVerdict, inspection: &Inspection) -> Option<Error> {
    if let Some(accepting) = &verdict.error {
        // The verdict is for an accepted mismatch; what the server says first is what
        // an inspection of the same file tells.
        let first = inspection.mismatch_answer(matches!(source, RestoreSource::Remote { .. }));
        let words = first.as_ref().unwrap_or(accepting);
        let hint = match inspection.kind {
            Some(Kind::IndexOnly) if words.contains("missing required file") => {
                "The contents of attachments are not in this file. Restore it from the target that has them, or choose a complete export. A safety copy made before a restore has none."
            }
            _ => "Inspect the backup to see what is wrong with it, or choose another one.",
        };
        return Some(
            Error::new(Code::ServerRefused, format!("The server would refuse this backup: {words}"), hint)
                .value("words", words)
                .original(words.as_str()),
        );
    }
    if inspection.tables.get("users").is_none_or(|users| *users == 0) {
        return Some(Error::new(
            Code::InvalidRequest,
            "There is no account in this backup: nobody could sign in after restoring it.",
            "Choose another backup.",
        ));
    }
    None
}

/// The backup has accounts, and none of them is on the server.
fn is_foreign(inspection: &Inspection, user_ids: &[String]) -> bool {
    let people = &inspection.people;
    !people.is_empty()
        && !user_ids.is_empty()
        && !people.iter().any(|person| user_ids.contains(&person.user_id))
}

fn is_fresh(contents: &ServerContents) -> bool {
    contents.accounts.len() <= 1
        && contents.ciphers == 0
        && contents.folders == 0
        && contents.attachments == 0
}
