//! What a restore would do, in two steps: first the backup is checked, with calls that
//! leave no trace on the server; once the person continues, an export shows what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;

use super::export::{Export, accounts_of};
use super::lockout::{acting_account, is_administrator, lockout, refusal};
use super::origin::another_server;
use super::staging::is_over_limits;
use super::{last_part, same_content, skipped};
use crate::archive::{
    self, Attachment, InspectOptions, Inspection, InstanceNow, Kind, NameHash, ServerVerdict, Storage,
    StoredKeys,
};
use crate::error::JobDetail;
use crate::jobs::bodies::bodies_on_target;
use crate::jobs::receive::{inspect, receive};
use crate::jobs::{
    OVERRIDE_PHRASE, Outcome, PartFile, PrivateFolder, RestoreChoices, RestorePlan, RestoreSource,
    SafetyCopyChoice, ServerContents, Watch,
};
use crate::progress::Stage;
use crate::server::{ServerUser, Session};
use crate::{Error, Result};
use desk_base::done_or_return;

/// A planned restore, with what this computer keeps of the planning until it starts. The
/// files go when this is dropped.
pub struct PlannedRestore {
    /// What the restore would do.
    pub plan: RestorePlan,
    material: Material,
}

/// What a plan is made from.
struct Material {
    folder: PrivateFolder,
    /// The backup.
    file: PathBuf,
    /// The attachment bodies on the target, name → size.
    on_target: Option<BTreeMap<String, u64>>,
    /// The server's accounts; none are requested when the restore will not start.
    users: Vec<ServerUser>,
    export: Option<Export>,
}

impl PlannedRestore {
    /// The export, while it still says what the server holds.
    pub(in crate::jobs) fn recent_export(&self) -> Option<&Export> {
        self.material.export.as_ref().filter(|export| export.is_recent(Timestamp::now()))
    }
}

/// Says what a restore would do, as far as that shows without an export. Reads only: the
/// backup, the server's accounts, and which attachment bodies are on the target.
///
/// # Errors
/// What reading the backup and asking the server may fail with.
pub async fn plan_restore(
    session: &Session,
    source: &RestoreSource,
    watch: &Watch,
) -> Result<Outcome<PlannedRestore>> {
    let folder = watch.room.private_folder()?;
    let file = match source {
        RestoreSource::Local { path } => PathBuf::from(path),
        RestoreSource::Remote { target_id, path } => {
            let mut part = PartFile::create(&folder.path().join("backup.zip"))?;
            watch.stage(Stage::Connecting);
            let asked = session.download(target_id, path, watch.progress.as_ref());
            let incoming = done_or_return!(watch.until_stopped(asked).await?);
            done_or_return!(receive(incoming, &mut part, watch).await?);
            part.finish()?
        }
    };
    let on_target = match source {
        RestoreSource::Local { .. } => None,
        RestoreSource::Remote { target_id, .. } => {
            let bodies = done_or_return!(bodies_on_target(session, target_id, &file, watch).await?);
            bodies.map(|all| all.into_iter().map(|(name, size)| (name, size.unwrap_or(0))).collect())
        }
    };
    let mut material = Material { folder, file, on_target, users: Vec::new(), export: None };
    let mut plan = done_or_return!(material.plan(session, source, watch).await?);
    if plan.can_go_on() {
        material.users = done_or_return!(watch.until_stopped(session.users()).await?);
        material.look_at_server(&mut plan);
    }
    Ok(Outcome::Done(PlannedRestore { plan, material }))
}

/// Completes a plan with what is on the server, which is read from an export of it. A recent
/// one is not asked for again.
///
/// # Errors
/// `InvalidRequest` when the backup has changed, and what reading it and asking the server
/// may fail with.
pub async fn complete_restore_plan(
    session: &Session,
    planned: &mut PlannedRestore,
    watch: &Watch,
) -> Result<Outcome<()>> {
    if !planned.plan.can_go_on() {
        return Ok(Outcome::Done(()));
    }
    let is_recent = planned.recent_export().is_some();
    let material = &mut planned.material;
    if !is_recent {
        material.users = done_or_return!(watch.until_stopped(session.users()).await?);
        material.export = done_or_return!(Export::ask(session, material.folder.path(), watch).await?);
    }
    let mut plan = done_or_return!(material.plan(session, &planned.plan.source, watch).await?);
    same_content(&plan.inspection, &planned.plan.sha256)?;
    material.look_at_server(&mut plan);
    plan.completed = true;
    planned.plan = plan;
    Ok(Outcome::Done(()))
}

impl Material {
    /// The server's contents, once there is an export.
    fn contents(&self) -> Option<ServerContents> {
        self.export.as_ref().map(|export| export.contents(&self.users))
    }

    /// The plan as the backup shows it.
    async fn plan(
        &self,
        session: &Session,
        source: &RestoreSource,
        watch: &Watch,
    ) -> Result<Outcome<RestorePlan>> {
        let name = match source {
            RestoreSource::Local { path } | RestoreSource::Remote { path, .. } => last_part(path),
        };
        let contents = self.contents();
        let storage = self.export.as_ref().and_then(|export| export.storage);
        let options = InspectOptions {
            storage: storage.unwrap_or(Storage::R2),
            acting_user_email: Some(session.account().email.clone()),
            name: Some(name.clone()),
            target_listing: self.on_target.clone(),
            fresh: contents.as_ref().is_some_and(is_fresh),
            // A wrong hash in the name is asked about, not refused.
            accept_mismatch: true,
            instance: contents.as_ref().map(instance_now),
            ..InspectOptions::default()
        };
        let inspection = done_or_return!(inspect(&self.file, options, watch).await?);
        // A file without readable rows has no attachments to name; the verdict says the rest.
        let attachments = match archive::attachments(&self.file, &watch.cancel) {
            Ok(listed) => done_or_return!(listed),
            Err(_) => Vec::new(),
        };
        let missing_on_target = self.on_target.as_ref().map(|there| {
            let names = attachments.iter().map(Attachment::blob_name);
            names.filter(|name| !there.contains_key(name)).collect()
        });
        let verdict = verdict(source, &inspection);
        let restored: BTreeSet<String> = attachments.iter().map(Attachment::blob_name).collect();
        let left_out: BTreeSet<&str> = verdict.skipped.items.iter().map(skipped::blob_name).collect();
        let stays = |name: &String| restored.contains(name) && !left_out.contains(name.as_str());
        let there = self.export.iter().flat_map(|export| &export.attachments);
        let lost_attachments = there.filter(|name| !stays(name)).count() as u64;
        let owners = attachments.into_iter().filter_map(|attachment| {
            let name = attachment.blob_name();
            Some((name, attachment.owner_email?))
        });
        let keys = archive::stored_keys(&self.file).unwrap_or_default();
        let refused = refused(source, verdict, &inspection);
        let lockout = if refused.is_none() { lockout(&inspection, &keys) } else { None };
        let becomes = becomes(&inspection, verdict);
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
            becomes,
            lost_accounts: Vec::new(),
            acting: acting_account(&session.account().email, &inspection, &keys),
            sizes: archive::import_sizes(&self.file).unwrap_or_default(),
            lockout,
            override_phrase: lockout.map(|_| OVERRIDE_PHRASE.to_owned()),
            brings_targets: None,
            through_target: matches!(source, RestoreSource::Local { .. }) && is_over_limits(&inspection),
            from_another_server: None,
            completed: false,
            handle: String::new(),
            confirm_with: holds_data.then(|| session.server().address().host()),
            needs_mismatch_accepted: inspection.name_hash == NameHash::Mismatch || !inspection.intact,
            blocked: refused.or_else(|| lockout.map(refusal)),
            choices: RestoreChoices {
                replace_existing: holds_data,
                accept_mismatch: false,
                accept_lost_attachments: false,
                safety_copy: if holds_data { SafetyCopyChoice::IndexOnly } else { SafetyCopyChoice::None },
                typed_confirmation: String::new(),
                typed_override: String::new(),
            },
            replaces: None,
            inspection,
        }))
    }

    /// Adds what the server's accounts show, and its export once there is one.
    fn look_at_server(&self, plan: &mut RestorePlan) {
        let now = self.contents().unwrap_or_else(|| accounts_of(&self.users));
        let coming: BTreeSet<String> = plan.becomes.accounts.iter().map(|email| normal(email)).collect();
        plan.lost_accounts =
            now.accounts.iter().filter(|email| !coming.contains(&normal(email))).cloned().collect();
        plan.replaces = Some(now);
        let ids: Vec<String> = self.users.iter().map(|user| user.id.clone()).collect();
        let backup = archive::stored_keys(&self.file).unwrap_or_default();
        let (backup, server) = match &self.export {
            Some(export) => (public_keys(&backup), public_keys(&export.keys)),
            None => (BTreeMap::new(), BTreeMap::new()),
        };
        plan.from_another_server = another_server(&plan.inspection.people, &ids, &backup, &server);
        let acting = normal(&plan.acting.email);
        let user = self.users.iter().find(|user| normal(&user.email) == acting).map(|user| &user.id);
        let person = plan.inspection.people.iter().find(|person| normal(&person.email) == acting);
        let then = person.and_then(|person| backup.get(&person.user_id));
        plan.acting.same_keys = user.and_then(|id| server.get(id)).zip(then).map(|(now, then)| now == then);
    }
}

/// What the server will hold after the restore that `verdict` predicts.
fn becomes(inspection: &Inspection, verdict: &ServerVerdict) -> ServerContents {
    let rows = |table: &str| Some(inspection.tables.get(table).copied().unwrap_or(0));
    let people = &inspection.people;
    let administrators = people.iter().filter(|person| is_administrator(person));
    let skipped = verdict.skipped.attachments.max(verdict.skipped.items.len() as u64);
    ServerContents {
        accounts: people.iter().map(|person| person.email.clone()).collect(),
        administrators: administrators.map(|person| person.email.clone()).collect(),
        ciphers: rows("ciphers"),
        folders: rows("folders"),
        attachments: rows("attachments").map(|rows| rows.saturating_sub(skipped)),
    }
}

/// The public keys alone; an account without one is left out.
fn public_keys(keys: &BTreeMap<String, StoredKeys>) -> BTreeMap<String, String> {
    let known = keys.iter().filter(|(_, keys)| !keys.public_key.is_empty());
    known.map(|(id, keys)| (id.clone(), keys.public_key.clone())).collect()
}

fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

fn instance_now(contents: &ServerContents) -> InstanceNow {
    InstanceNow {
        users: Some(contents.accounts.len() as u64),
        ciphers: contents.ciphers,
        folders: contents.folders,
        attachments: contents.attachments,
        sends: None,
    }
}

fn verdict<'a>(source: &RestoreSource, inspection: &'a Inspection) -> &'a ServerVerdict {
    match source {
        RestoreSource::Local { .. } => &inspection.server.import,
        RestoreSource::Remote { .. } => &inspection.server.remote_restore,
    }
}

/// Why the server would refuse this backup.
fn refused(source: &RestoreSource, verdict: &ServerVerdict, inspection: &Inspection) -> Option<Error> {
    if let Some(accepting) = &verdict.error {
        // The verdict is for an accepted mismatch; what the server says first is what
        // an inspection of the same file shows.
        let first = inspection.mismatch_answer(matches!(source, RestoreSource::Remote { .. }));
        let words = first.as_ref().unwrap_or(accepting);
        let (words, original) = (words.clone(), words.clone());
        let refused = match inspection.kind {
            Some(Kind::IndexOnly) if words.contains("missing required file") => {
                JobDetail::BodiesNotInFile { words }
            }
            _ => JobDetail::BackupWouldBeRefused { words },
        };
        return Some(refused.error().original(original));
    }
    None
}

fn is_fresh(contents: &ServerContents) -> bool {
    let empty =
        [contents.ciphers, contents.folders, contents.attachments].iter().all(|rows| *rows == Some(0));
    contents.accounts.len() <= 1 && empty
}
