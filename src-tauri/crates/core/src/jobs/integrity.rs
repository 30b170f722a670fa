//! Checks of a backup on its target.

use serde::{Deserialize, Serialize};

use super::download::{ReadBack, Source, listed_as, read_back};
use super::job::last_part;
use super::taken::file_name;
use super::{Job, JobKind, JobServices, Outcome, Prepared, Watch};
use crate::Result;
use crate::checks::{AttachmentsOnTarget, CheckedHere, IntegrityLevel, ListedFile};
use crate::granted::FileGrants;
use crate::health::{BackupFacts, BackupState, ChangedContent};
use crate::progress::Stage;
use crate::server::{ServerIntegrity, Session};
use desk_base::done_or_return;

/// A check of a backup on its target, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityJob {
    /// The target's id.
    pub target_id: String,
    /// The path below the target's root.
    pub path: String,
    /// Read it in full here as well.
    pub deep: bool,
}

/// What a check showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityResult {
    /// The file's name.
    pub file_name: String,
    /// How sure we are now.
    pub level: IntegrityLevel,
    /// When it was looked at, RFC 3339.
    pub checked_at: String,
    /// The server's comparison, when it was asked.
    pub server: Option<ServerIntegrity>,
    /// What reading it in full here showed, when that was done.
    pub here: Option<CheckedHere>,
    /// The state of the backup, from all of this.
    #[serde(default)]
    pub state: BackupState,
    /// How its content changed since it was verified, if it did.
    #[serde(default)]
    pub changed: Option<ChangedContent>,
    /// Its attachments on the target, when they were looked up.
    #[serde(default)]
    pub attachments: Option<AttachmentsOnTarget>,
    /// How the target listed the file right before it was read.
    #[serde(default)]
    pub listed: Option<ListedFile>,
    /// The server's own answer, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

impl Job for IntegrityJob {
    const KIND: JobKind = JobKind::Integrity;
    type Result = IntegrityResult;
    type Ready = Self;

    async fn prepare(self, _services: &dyn JobServices, _files: &dyn FileGrants) -> Result<Prepared<Self>> {
        Ok(Prepared::new(last_part(&self.path), self))
    }

    async fn run(ready: Self, services: &dyn JobServices, watch: &Watch) -> Result<Outcome<IntegrityResult>> {
        let Self { target_id, path, deep } = ready;
        let mut outcome = integrity(services.session()?, &target_id, &path, deep, watch).await?;
        if let Outcome::Done(check) = &mut outcome {
            services.keep_remote_check(&target_id, &path, check)?;
        }
        Ok(outcome)
    }

    fn needs_attention(result: &IntegrityResult) -> bool {
        !matches!(result.state, BackupState::Verified | BackupState::NameHashMatches)
    }
}

/// Checks a backup where it is: the server compares the hash in its name, and with
/// `deep` it is read in full here as well. Nothing of it stays on this computer.
async fn integrity(
    session: &Session,
    target_id: &str,
    path: &str,
    deep: bool,
    watch: &Watch,
) -> Result<Outcome<IntegrityResult>> {
    let name = file_name(path)?;
    watch.stage(Stage::CheckingOnServer);
    let from = Source::Server { session, target_id };
    // Before the first reading: what changes from here on shows as changed.
    let listed = done_or_return!(listed_as(from, path, watch).await?);
    let asked = session.integrity(target_id, path, watch.progress.as_ref());
    let answer = done_or_return!(watch.until_stopped(asked).await?);
    let here =
        if deep { Some(done_or_return!(read_back(from, path, listed.clone(), watch).await?)) } else { None };
    let mut result = integrity_result(name, Some(answer.value), here);
    result.listed = result.listed.or(listed);
    result.answer = answer.raw;
    Ok(Outcome::Done(result))
}

/// What a check showed, from its two halves.
pub(super) fn integrity_result(
    name: &str,
    server: Option<ServerIntegrity>,
    read: Option<ReadBack>,
) -> IntegrityResult {
    let (here, attachments, listed) = match read {
        Some(read) => (Some(read.here), read.attachments, read.listed),
        None => (None, None, None),
    };
    let level = match (&here, &server) {
        (Some(here), _) => here.level(),
        (None, Some(server)) if !server.has_checksum_prefix => IntegrityLevel::Unverifiable,
        (None, Some(server)) if server.matches => IntegrityLevel::NameHashMatches,
        (None, Some(_)) => IntegrityLevel::Mismatch,
        (None, None) => IntegrityLevel::NotChecked,
    };
    let state = BackupState::of(BackupFacts {
        level: Some(level),
        is_refused: here.as_ref().is_some_and(|here| here.refusal.is_some()),
        missing_attachments: attachments.as_ref().map_or(0, AttachmentsOnTarget::lost),
        unknown_attachments: attachments.as_ref().map_or(0, |found| found.unknown),
        ..BackupFacts::default()
    });
    IntegrityResult {
        file_name: name.to_owned(),
        level,
        checked_at: jiff::Timestamp::now().to_string(),
        server,
        here,
        state,
        changed: None,
        attachments,
        listed,
        answer: serde_json::Value::Null,
    }
}

/// What reading a file on this computer showed.
pub(crate) fn local_check(name: &str, here: CheckedHere) -> IntegrityResult {
    integrity_result(name, None, Some(ReadBack { here, attachments: None, listed: None, saved: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_hash_is_unverifiable_though_the_server_says_it_matches() {
        let server = ServerIntegrity {
            has_checksum_prefix: false,
            expected_prefix: None,
            actual_prefix: Some("3cb70".into()),
            matches: true,
        };
        assert_eq!(integrity_result("x.zip", Some(server), None).level, IntegrityLevel::Unverifiable);
    }
}
