//! Jobs that work on a target's folder directly: check it, put back what is missing, copy it, back up
//! to it.

mod choice;
mod copy;
mod desk;
mod doctor;
mod found;
mod heal;
mod heal_plan;
mod index;
mod look;
mod on_server;
mod read;
mod requests;
mod sources;
mod verify;
mod zips;

pub use choice::{HealFrom, OpenSources, OpenTarget, TargetChoice};
pub use copy::{CopyConflict, CopyFailure, CopyResult, copy_target};
pub use desk::{DeskAttachments, DeskBackupJob, DeskBackupResult, DeskTargetStore, RemovedDeskBackup};
pub use doctor::doctor;
pub use found::*;
pub use heal::heal;
pub use heal_plan::{HealAction, HealPlan, PlannedBody, plan_heal};
pub use look::{BodiesAhead, LookAtTargetJob, TargetLook, TargetSight};
pub use requests::{CopyTargetJob, ExamineTargetJob, HealTargetJob, VerifyTargetJob};
pub use sources::{HealSource, HealSourceKind};
pub use verify::{Depth, verify};
