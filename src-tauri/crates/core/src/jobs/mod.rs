//! The long operations, their outcomes and their records.

#[macro_use]
mod registry;

mod afterwards;
mod backup;
mod bodies;
mod checked;
mod checkpoint;
mod copies;
mod delete;
mod download;
mod drill;
mod export;
mod integrity;
mod job;
pub(crate) mod outcome_recovery;
mod plan;
mod plan_after;
mod receive;
mod recheck;
mod record;
mod repair;
mod restore;
mod space;
mod taken;
mod target;
mod watch;

pub(crate) use crate::part_file::remove_leftovers;
pub use afterwards::*;
pub(crate) use afterwards::{compared, users_notices};
pub use backup::BackupJob;
use backup::backup;
pub use backup::result::BackupResult;
pub use checked::IntegrityResult;
pub(crate) use checked::local_check;
pub use checkpoint::{Checkpoint, JobNote};
pub use copies::*;
pub use delete::{DeleteResult, plan_delete};
pub use desk_base::{Outcome, PartFile};
pub use download::{DownloadFrom, DownloadJob, DownloadResult, DownloadTo};
pub use drill::DrillRequest;
pub use drill::result::{DrillResult, DrillServer, Rehearsal, Rehearsed};
pub use export::*;
pub use integrity::IntegrityJob;
pub use job::{Job, JobServices, Prepared, ReadyJob};
pub use plan::*;
pub use plan_after::*;
pub(crate) use receive::inspect;
pub use recheck::{Recheck, recheck_outcome};
pub use record::*;
pub use repair::{RepairJob, RepairResult, RepairedTarget};
pub(crate) use restore::rows_on_server;
pub use restore::{
    KeptFile, KeptReason, MissingRows, PlannedRestore, RemovalPlan, RestoreResult, RestoredCount, SkipCause,
    SkippedAttachment, StagedFile, StagedZip, StagingJob, StagingResult, StagingTarget,
    complete_restore_plan, damaged_journals, journals_folder, plan_removal, plan_restore, remove_staged,
    staged_zips,
};
pub use space::{DiskSpace, FreeSpace, RESERVE, Room};
pub(crate) use space::{PrivateFolder, remove_old_readings};
pub use taken::{IfThere, TakenName, taken_names};
pub use target::*;
pub use watch::{JobNotes, Watch};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::granted::FileGrants;
use crate::{Error, Result};

jobs! {
    /// A manual backup run on the server, read back and verified here.
    Backup: BackupJob => BackupResult;
    /// A backup ZIP from a target to this computer.
    Download: DownloadJob => DownloadResult;
    /// A check of a backup on a target.
    Integrity: IntegrityJob => IntegrityResult;
    /// A restore, from a local ZIP or from a target.
    Restore: RestorePlan => RestoreResult;
    /// Backups deleted from a target.
    Delete: DeletePlan => DeleteResult;
    /// Backup settings repaired, and a backup to each target to prove it.
    Repair: RepairJob => RepairResult;
    /// A complete ZIP, of what the server holds or of a ZIP without bodies.
    Export: ExportRequest => ExportResult;
    /// A complete ZIP that is over the limits of the import, put on a target to be restored from
    /// there.
    Staging: StagingJob => StagingResult;
    /// A rehearsal of a restore, in a temporary server on this computer.
    Drill: DrillRequest => DrillResult;
    /// Every backup of a target read in full, and its bodies looked up or read.
    VerifyTarget: VerifyTargetJob => VerifyResult;
    /// A target's backups, index and bodies compared.
    ExamineTarget: ExamineTargetJob => DoctorResult;
    /// A target checked from the server and from this computer.
    LookAtTarget: LookAtTargetJob => TargetLook;
    /// Missing bodies put back on a target, and its index corrected.
    HealTarget: HealTargetJob => HealResult;
    /// A target's backups copied to a second place.
    CopyTarget: CopyTargetJob => CopyResult;
    /// A backup made by this computer, to a desk target.
    DeskBackup: DeskBackupJob => DeskBackupResult;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(value: serde_json::Value) -> JobRequest {
        serde_json::from_value(value).expect("a request of the window")
    }

    #[test]
    fn a_request_from_the_window_starts_the_requested_job() {
        let from = json!({"type": "server", "targetId": "t"});
        let to = json!({"type": "folder", "folder": null});
        let plan = json!({
            "targetId": "t", "targetName": "NAS", "paths": [], "bytes": 0, "keeps": [], "blocked": null,
        });
        for (kind, mut parameters) in [
            (JobKind::Backup, json!({"targetId": null})),
            (JobKind::Download, json!({"from": from, "path": "a.zip", "to": to, "ifThere": "refuse"})),
            (JobKind::Integrity, json!({"targetId": "t", "path": "a.zip", "deep": true})),
            (JobKind::Delete, plan),
            (JobKind::Repair, json!({"handle": null, "after": {"destinations": []}, "test": []})),
        ] {
            parameters["kind"] = serde_json::to_value(kind).expect("a word");
            assert_eq!(request(parameters).kind(), kind);
        }
    }

    #[test]
    fn the_window_does_not_choose_the_part_file_of_a_resumed_export() {
        let export = request(json!({
            "kind": "export", "from": {"type": "server", "attachments": true}, "folder": null,
            "sources": [{"type": "server"}], "missing": "fail", "passphrase": null,
            "askOverLimits": true, "resume": {"part": "/etc/passwd"}, "parallel": 900,
        }));
        let JobRequest::Export(export) = export else { panic!("an export") };
        assert_eq!((export.resume, export.parallel), (Resume::New, PARALLEL));
    }

    #[test]
    fn only_server_side_jobs_are_checked_again() {
        let again = [JobKind::Backup, JobKind::Restore];
        for kind in [JobKind::Backup, JobKind::Download, JobKind::Restore, JobKind::Repair, JobKind::Export] {
            assert_eq!(kind.can_recheck(), again.contains(&kind), "{kind:?}");
        }
    }
}
