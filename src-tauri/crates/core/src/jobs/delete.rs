//! Deleting backups from a target: planned first, and never the last good one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DeletePlan, Job, JobKind, JobServices, JobState, Outcome, Prepared, Watch};
use crate::error::TargetDetail;
use crate::granted::FileGrants;
use crate::progress::{Stage, Update};
use crate::server::{Session, Target};
use crate::view::BackupRow;
use crate::{Error, Result};
use desk_base::done_or_return;

/// Deleted backups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeleteResult {
    /// The target's id.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// What was deleted.
    pub deleted: Vec<String>,
    /// What was to be deleted and was not, because the job was stopped or failed.
    #[serde(default)]
    pub left: Vec<String>,
    /// What it failed with.
    #[serde(default)]
    pub error: Option<Error>,
    /// The server's own response, for scripts; secrets are never in it.
    #[serde(default)]
    pub answer: serde_json::Value,
}

impl Job for DeletePlan {
    const KIND: JobKind = JobKind::Delete;
    type Result = DeleteResult;
    type Ready = Self;

    async fn prepare(self, _services: &dyn JobServices, _files: &dyn FileGrants) -> Result<Prepared<Self>> {
        Ok(Prepared::new(self.target_name.clone(), self))
    }

    async fn run(ready: Self, services: &dyn JobServices, watch: &Watch) -> Result<Outcome<DeleteResult>> {
        // Planned again: what was true when the person looked may not be any more.
        let planning = services.plan_delete(&ready.target_id, &ready.paths);
        let now = done_or_return!(watch.until_stopped(planning).await?);
        let outcome = delete(services.session()?, &now, watch).await?;
        if let Outcome::Done(result) = &outcome {
            services.forget_backups(&ready.target_id, &result.deleted)?;
        }
        Ok(outcome)
    }

    fn needs_attention(_result: &DeleteResult) -> bool {
        false
    }

    fn end(result: &DeleteResult, was_stopped: bool) -> (JobState, Option<Error>) {
        match &result.error {
            Some(error) => (JobState::Failed, Some(error.clone())),
            None if was_stopped && !result.left.is_empty() => (JobState::Cancelled, None),
            None => (JobState::Succeeded, None),
        }
    }
}

/// What deleting `paths` would mean, given everything in their folder.
///
/// Refused when no good backup would stay, and while a newer one that stays is not
/// known to be good. A backup that is known to be bad may go as long as a good one
/// stays.
pub fn plan_delete(target: &Target, rows: &[BackupRow], paths: &[String]) -> DeletePlan {
    let zips =
        || rows.iter().filter(|row| !row.is_directory && row.name.to_ascii_lowercase().ends_with(".zip"));
    let goes = |row: &BackupRow| paths.contains(&row.path);
    let mut stays: Vec<&BackupRow> = zips().filter(|row| !goes(row)).collect();
    stays.sort_by(|a, b| b.made_at.cmp(&a.made_at));
    let going: Vec<&BackupRow> = zips().filter(|row| goes(row)).collect();
    let keeps: Vec<String> = stays.iter().filter(|row| is_good(row)).map(|row| row.name.clone()).collect();
    let unknown: BTreeMap<&str, ()> = paths.iter().map(|path| (path.as_str(), ())).collect();
    let blocked = if going.len() != unknown.len() {
        Some(TargetDetail::SomeBackupsNotFound.error())
    } else if keeps.is_empty() {
        Some(TargetDetail::LastGoodBackup.error())
    } else {
        not_yet_known(&going, &stays)
            .map(|newer| TargetDetail::NewerNotGood { newer: newer.to_string() }.error())
    };
    DeletePlan {
        target_id: target.id.clone(),
        target_name: target.name.clone(),
        paths: paths.to_vec(),
        bytes: going.iter().filter_map(|row| row.size).sum(),
        keeps,
        blocked,
    }
}

/// Whole, as far as anyone looked, and nothing that the server would refuse.
fn is_good(row: &BackupRow) -> bool {
    row.state.is_usable()
}

/// A backup that stays, is newer than one worth something that goes, and is not
/// known to be good.
fn not_yet_known(going: &[&BackupRow], stays: &[&BackupRow]) -> Option<String> {
    let bad = |row: &BackupRow| row.state.is_bad();
    let oldest_of_worth = going.iter().filter(|row| !bad(row)).map(|row| &row.made_at).min()?;
    // One whose time is unknown may be the newest of all.
    let newer = |row: &BackupRow| row.made_at.is_none() || row.made_at > *oldest_of_worth;
    stays.iter().find(|row| !is_good(row) && newer(row)).map(|row| row.name.clone())
}

/// Deletes what the plan names.
///
/// # Errors
/// The plan's own refusal. What a call fails with, and what was deleted before it
/// failed or the job was stopped, is in the result.
async fn delete(session: &Session, plan: &DeletePlan, watch: &Watch) -> Result<Outcome<DeleteResult>> {
    if let Some(refusal) = &plan.blocked {
        return Err(refusal.clone());
    }
    watch.stage(Stage::Deleting);
    let mut result = DeleteResult {
        target_id: plan.target_id.clone(),
        target_name: plan.target_name.clone(),
        deleted: Vec::new(),
        left: plan.paths.clone(),
        error: None,
        answer: serde_json::Value::Null,
    };
    let mut answers = Vec::new();
    for (done, path) in plan.paths.iter().enumerate() {
        watch.progress.report(Update::Files { done: done as u64, total: plan.paths.len() as u64 });
        match watch.until_stopped(session.delete(&plan.target_id, path)).await {
            Ok(Outcome::Done(answer)) => {
                answers.push(answer);
                result.deleted.push(result.left.remove(0));
            }
            Ok(_) => break,
            Err(error) => {
                result.error = Some(error);
                break;
            }
        }
    }
    result.answer = serde_json::Value::Array(answers);
    Ok(Outcome::Done(result))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::checks::IntegrityLevel;
    use crate::health::BackupState;
    use crate::places::Provider;
    use crate::server::Schedule;

    fn target() -> Target {
        Target {
            id: "t".into(),
            name: "NAS".into(),
            provider: Provider::Webdav,
            location: String::new(),
            includes_attachments: true,
            schedule: Schedule {
                enabled: false,
                interval_hours: 24,
                start_time: "03:00".into(),
                timezone: "UTC".into(),
                retention_count: None,
            },
            runtime: crate::server::TargetRuntime::default(),
        }
    }

    fn row(day: u8, state: BackupState) -> BackupRow {
        let name = format!("nodewarden_backup_202611{day:02}_030000_abcde.zip");
        BackupRow {
            path: name.clone(),
            name,
            is_directory: false,
            size: Some(100),
            made_at: Some(format!("2026-11-{day:02}T03:00:00Z")),
            kind: None,
            integrity: IntegrityLevel::NotChecked,
            state,
            changed: None,
            attachments: None,
            checked_at: None,
            repairable_by: None,
            refused: false,
            origin: None,
            last_drill: None,
        }
    }

    fn refusal(rows: &[BackupRow], goes: &[usize]) -> Option<Code> {
        let paths: Vec<String> = goes.iter().map(|index| rows[*index].path.clone()).collect();
        plan_delete(&target(), rows, &paths).blocked.map(|error| error.code())
    }

    use BackupState::{
        AttachmentsMissing, Changed, Damaged, Mismatch, NameHashMatches, NotChecked, Refused, Unverifiable,
        Verified,
    };

    #[test]
    fn the_last_good_backup_is_never_deleted() {
        assert_eq!(refusal(&[row(1, Verified)], &[0]), Some(Code::LastGoodBackup));
        assert_eq!(refusal(&[row(1, Verified), row(2, Damaged)], &[0]), Some(Code::LastGoodBackup));
        assert_eq!(refusal(&[row(1, Verified), row(2, Verified)], &[0, 1]), Some(Code::LastGoodBackup));
        assert_eq!(refusal(&[row(1, NotChecked)], &[0]), Some(Code::LastGoodBackup));
    }

    #[test]
    fn an_old_backup_can_be_deleted_if_every_newer_one_is_good() {
        assert_eq!(refusal(&[row(1, Verified), row(2, Verified)], &[0]), None);
        assert_eq!(refusal(&[row(1, NotChecked), row(2, NameHashMatches)], &[0]), None);
    }

    #[test]
    fn an_old_backup_is_kept_while_a_newer_one_is_unverified() {
        for state in [NotChecked, Unverifiable, Refused, Changed, Mismatch, Damaged] {
            let rows = [row(1, Verified), row(2, Verified), row(3, state)];
            assert_eq!(refusal(&rows, &[0]), Some(Code::LastGoodBackup), "{state:?}");
        }
    }

    #[test]
    fn a_bad_backup_can_be_deleted_if_a_good_one_remains() {
        assert_eq!(refusal(&[row(1, Verified), row(2, Damaged)], &[1]), None);
        assert_eq!(refusal(&[row(1, Mismatch), row(2, Verified), row(3, NotChecked)], &[0]), None);
    }

    #[test]
    fn an_intact_backup_that_the_server_would_refuse_is_not_good() {
        assert_eq!(refusal(&[row(1, Verified), row(2, Refused)], &[0]), Some(Code::LastGoodBackup));
        assert_eq!(refusal(&[row(1, Verified), row(2, Refused)], &[1]), None, "and may go itself");
    }

    #[test]
    fn missing_attachments_do_not_make_a_whole_zip_worthless() {
        assert_eq!(refusal(&[row(1, AttachmentsMissing), row(2, AttachmentsMissing)], &[0]), None);
        let only = [row(1, AttachmentsMissing), row(2, Changed)];
        assert_eq!(refusal(&only, &[0]), Some(Code::LastGoodBackup));
    }

    #[test]
    fn a_backup_without_a_known_time_may_be_the_newest() {
        let timeless = |state| BackupRow { made_at: None, name: "copy.zip".into(), ..row(3, state) };
        let rows = [row(1, Verified), row(2, Verified), timeless(NotChecked)];
        assert_eq!(refusal(&rows, &[0]), Some(Code::LastGoodBackup));
        assert_eq!(refusal(&[row(1, Verified), row(2, Verified), timeless(Verified)], &[0]), None);
    }

    #[test]
    fn a_file_that_does_not_exist_cannot_be_planned_for_deletion() {
        let plan = plan_delete(&target(), &[row(1, Verified)], &["gone.zip".into()]);
        assert_eq!(plan.blocked.map(|error| error.code()), Some(Code::BackupNotFound));
    }
}
