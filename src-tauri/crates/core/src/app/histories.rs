//! The past of targets, and what happened besides jobs: from the ledger alone, so that it is
//! shown without the server, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::Parts;
use crate::clock::Clock;
use crate::health::{BackupState, Failed, Made, RunFacts, Span, last_runs};
use crate::incidents::{Playbook, PlaybookPath};
use crate::jobs::{JobKind, JobRecord, JobResult, JobState};
use crate::ledger::{Check, JobQuery, Ledger, PastAlert};
use crate::server::Target;
use crate::view::{CopyElsewhere, CopyPlace, LastDrill, TargetHistory};
use crate::{Code, Error, Result};

/// How many jobs of a kind are checked.
const JOBS: u32 = 500;

/// What happened besides jobs.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PastEvents {
    /// The alerts of the watch, the newest first.
    pub alerts: Vec<PastAlert>,
    /// The recoveries, the newest first.
    pub recoveries: Vec<PastRecovery>,
}

/// A recovery, open or ended.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PastRecovery {
    /// Its number.
    pub id: i64,
    /// The profile of the server.
    pub profile_id: String,
    /// The playbook.
    pub playbook: Playbook,
    /// The path through it.
    pub path: PlaybookPath,
    /// When it began, RFC 3339.
    pub began_at: String,
    /// When it ended, RFC 3339; none while it is open.
    pub ended_at: Option<String>,
    /// It ended without being completed.
    pub abandoned: bool,
}

/// What is known of the past.
pub struct Histories {
    ledger: Arc<Ledger>,
    clock: Arc<dyn Clock>,
}

impl Histories {
    pub(super) fn new(parts: &Parts) -> Self {
        Self { ledger: Arc::clone(&parts.ledger), clock: Arc::clone(&parts.clock) }
    }

    /// The past of each target that a profile's server was last seen with.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn of_targets(&self, profile_id: &str) -> Result<Vec<TargetHistory>> {
        let targets = self.ledger.current_targets(profile_id)?;
        let backups = JobQuery {
            profile_id: Some(profile_id.to_owned()),
            kind: Some(JobKind::Backup),
            before: None,
            limit: Some(JOBS),
        };
        let jobs = self.ledger.jobs(&backups)?;
        let drills = self.ledger.last_drills()?;
        let newest: BTreeMap<&str, Option<Timestamp>> = targets
            .iter()
            .map(|target| Ok((target.id.as_str(), self.newest_on(profile_id, target)?)))
            .collect::<Result<_>>()?;
        let elsewhere = self.on_this_computer(profile_id)?;
        let history = |target: &Target| {
            let standings = self.ledger.standings(profile_id, &target.id)?;
            let others = targets.iter().filter(|other| other.id != target.id);
            let others = others.filter_map(|other| {
                Some(copy(
                    CopyPlace::Target,
                    Some(other.name.clone()),
                    newest.get(other.id.as_str()).copied()??,
                ))
            });
            Ok(TargetHistory {
                runs: last_runs(&self.facts(profile_id, target, &standings, &jobs)?, self.clock.now()),
                last_drill: last_drill(&standings, &drills),
                copies: others.chain(elsewhere.clone()).collect(),
                target_id: target.id.clone(),
                target_name: target.name.clone(),
            })
        };
        targets.iter().map(history).collect()
    }

    /// What happened besides jobs, with every server.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn events(&self) -> Result<PastEvents> {
        let mut recoveries = Vec::new();
        for profile in self.ledger.profiles()? {
            recoveries.extend(self.ledger.cases(&profile.id)?.into_iter().map(|case| PastRecovery {
                id: case.id,
                profile_id: case.profile_id,
                playbook: case.playbook,
                path: case.branch,
                began_at: case.began_at,
                ended_at: case.ended_at,
                abandoned: case.abandoned,
            }));
        }
        recoveries.sort_by(|one, other| other.began_at.cmp(&one.began_at));
        Ok(PastEvents { alerts: self.ledger.past_alerts()?, recoveries })
    }

    /// What is known of the runs of a target.
    fn facts(
        &self,
        profile_id: &str,
        target: &Target,
        standings: &BTreeMap<String, Check>,
        jobs: &[JobRecord],
    ) -> Result<RunFacts> {
        let log = self.ledger.log_runs(profile_id, &target.id)?;
        let seen = self.ledger.seen_backups(profile_id, &target.id)?;
        let gone = self.ledger.no_longer_listed(profile_id, &target.id)?;
        let by_schedule: BTreeSet<&str> =
            log.iter().filter(|run| run.scheduled).filter_map(|run| run.file_name.as_deref()).collect();
        let mut made: Vec<Made> = seen
            .iter()
            .map(|(name, at, _)| Made {
                at: *at,
                file_name: Some(name.clone()),
                state: standings.get(name).map_or(BackupState::NotChecked, Check::last_state),
                scheduled: by_schedule.contains(name.as_str()),
            })
            .collect();
        let names: BTreeSet<&str> = seen.iter().map(|(name, ..)| name.as_str()).collect();
        let unseen = |name: Option<&str>| name.is_none_or(|name| !names.contains(name));
        made.extend(log.iter().filter(|run| !run.failed && unseen(run.file_name.as_deref())).map(|run| {
            Made {
                at: run.at,
                file_name: run.file_name.clone(),
                state: BackupState::NotChecked,
                scheduled: run.scheduled,
            }
        }));
        let runtime = &target.runtime;
        let uploaded = runtime.last_uploaded_file_name.as_deref();
        let is_in_log = log.iter().any(|run| run.file_name.as_deref() == uploaded);
        if let Some(at) = read(runtime.last_success_at.as_deref())
            && uploaded.is_some()
            && unseen(uploaded)
            && !is_in_log
        {
            let file_name = uploaded.map(str::to_owned);
            made.push(Made { at, file_name, state: BackupState::NotChecked, scheduled: false });
        }
        let mut failed: Vec<Failed> = log
            .iter()
            .filter(|run| run.failed)
            .map(|run| Failed { at: run.at, error: run.error.clone(), scheduled: run.scheduled })
            .collect();
        if let Some(at) = read(runtime.last_error_at.as_deref()) {
            let words = runtime.last_error_message.as_deref().unwrap_or_default();
            failed.push(Failed {
                at,
                error: Some(crate::server::error_from_target(words)),
                scheduled: false,
            });
        }
        // A server that could not be reached from here did not run.
        let is_of_target = |error: &Error| error.code() == Code::TargetFailed;
        let own = jobs.iter().filter(|job| {
            job.state == JobState::Failed
                && job.subject == target.name
                && job.error.as_ref().is_some_and(is_of_target)
        });
        failed.extend(own.filter_map(|job| {
            let at = read(job.ended_at.as_deref())?;
            Some(Failed { at, error: job.error.clone(), scheduled: false })
        }));
        let mut known = Vec::new();
        known.extend(self.ledger.log_read(profile_id)?.map(|(since, until)| Span { since, until }));
        // Retention deletes the oldest ones: a list says nothing about the time before them.
        let oldest = seen.iter().find(|(name, ..)| !gone.contains(name)).map(|(_, at, _)| *at);
        if let (Some(since), Some(until)) = (oldest, self.ledger.listed_at(profile_id, &target.id)?) {
            known.push(Span { since, until });
        }
        Ok(RunFacts { made, failed, schedules: self.ledger.schedules(profile_id, &target.id)?, known })
    }

    /// When the newest backup on a target was made.
    fn newest_on(&self, profile_id: &str, target: &Target) -> Result<Option<Timestamp>> {
        let listed = self.ledger.last_listed(profile_id, &target.id)?;
        let listed = listed.first().and_then(|(_, at)| read(Some(at)));
        let gone = self.ledger.no_longer_listed(profile_id, &target.id)?;
        let uploaded = target.runtime.last_uploaded_file_name.as_ref();
        let by_server = uploaded.filter(|name| !gone.contains(*name));
        let by_server = by_server.and(read(target.runtime.last_success_at.as_deref()));
        Ok(listed.max(by_server))
    }

    /// Places of this computer with backups of a profile's server.
    fn on_this_computer(&self, profile_id: &str) -> Result<Vec<CopyElsewhere>> {
        let mut copies = Vec::new();
        for target in self.ledger.desk_targets()?.into_iter().filter(|one| one.profile_id == profile_id) {
            let last = self.ledger.desk_target_runs(&target.id)?.last_success;
            copies.extend(last.map(|at| copy(CopyPlace::DeskTarget, Some(target.name), at)));
        }
        let made_by = self.ledger.origins()?;
        let is_own = |name: &str| made_by.get(name).is_some_and(|by| by.iter().any(|id| id == profile_id));
        let saved = self.saved_by_jobs(profile_id)?;
        let local = self.ledger.local_backups()?;
        let newest = local
            .iter()
            .filter(|one| !one.state.is_bad() && (is_own(&one.name) || saved.contains(&one.path)))
            .filter(|one| std::path::Path::new(&one.path).exists())
            .filter_map(|one| read(one.exported_at.as_deref()))
            .max();
        copies.extend(newest.map(|at| copy(CopyPlace::ThisComputer, None, at)));
        Ok(copies)
    }

    /// Files that downloads and exports of a profile's server wrote.
    fn saved_by_jobs(&self, profile_id: &str) -> Result<BTreeSet<String>> {
        let mut files = BTreeSet::new();
        for kind in [JobKind::Download, JobKind::Export] {
            let query = JobQuery {
                profile_id: Some(profile_id.to_owned()),
                kind: Some(kind),
                before: None,
                limit: Some(JOBS),
            };
            files.extend(self.ledger.jobs(&query)?.into_iter().filter_map(|job| match job.result? {
                JobResult::Download(download) => Some(download.saved_to),
                JobResult::Export(export) => export.file,
                _ => None,
            }));
        }
        Ok(files)
    }
}

fn last_drill(
    standings: &BTreeMap<String, Check>,
    drills: &BTreeMap<String, LastDrill>,
) -> Option<LastDrill> {
    let of_target = standings.values().filter_map(|check| drills.get(check.sha256.as_ref()?));
    of_target.max_by(|one, other| one.at.cmp(&other.at)).cloned()
}

fn copy(place: CopyPlace, name: Option<String>, at: Timestamp) -> CopyElsewhere {
    CopyElsewhere { place, name, at: at.to_string() }
}

fn read(at: Option<&str>) -> Option<Timestamp> {
    at?.parse().ok()
}
