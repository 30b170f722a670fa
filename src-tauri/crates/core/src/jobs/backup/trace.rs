//! The outcome of a run whose response was lost: found out from the target's last
//! results (PROTOCOL section 5, `runtime`), from the audit log, and at last from
//! what is new in the target's folder.

use jiff::{SignedDuration, Timestamp};

use super::BackupResult;
use crate::error::{JobDetail, LostBecause};
use crate::jobs::checkpoint::BeforeBackup;
use crate::jobs::outcome_recovery::{self, PollBackoff, STOPPED};
use crate::jobs::{Outcome, Watch};
use crate::progress::Stage;
use crate::server::{Answer, AuditKind, Run, Session, Target};
use crate::{Error, Result};

/// How often a run that is known to have started is checked again.
const UNDER_WAY: u32 = 200;

/// What one look at the server shows of a run.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::jobs) enum Seen {
    Made(Run),
    Failed(String),
    UnderWay,
    Nothing,
    /// It could not be asked.
    Silence,
}

impl BeforeBackup {
    pub(in crate::jobs) fn now(target: &Target, session: &Session) -> Self {
        Self { target: target.clone(), told_time: session.server().told_time() }
    }

    /// What the server shows of the run now.
    pub(in crate::jobs) async fn look(&self, session: &Session) -> Seen {
        let results = session.targets().await;
        if let Ok(answer) = &results
            && let Some(now) = answer.value.iter().find(|now| now.id == self.target.id)
            && let Some(seen) = self.in_results(now)
        {
            return seen;
        }
        let Ok(page) = session.audit(20, 0).await else {
            return if results.is_ok() { Seen::Nothing } else { Seen::Silence };
        };
        // The log is written a moment after the results: the run before this one ends there.
        let since = self.since().max(self.last_known().map(|time| time + SignedDuration::from_secs(1)));
        let mine = page.events.into_iter().find(|event| {
            event.kind == AuditKind::Run
                && !event.scheduled
                && is_after(Some(&event.at), since)
                && event.target_id.as_deref().is_none_or(|id| id == self.target.id)
                && (event.failed || event.file_name != self.target.runtime.last_uploaded_file_name)
        });
        match mine {
            Some(event) if event.failed => {
                Seen::Failed(event.error.and_then(|error| error.body().original.clone()).unwrap_or_default())
            }
            Some(event) => match (event.file_name, event.bytes) {
                (Some(name), Some(size)) => Seen::Made(self.made(&name, size)),
                _ => Seen::Nothing,
            },
            None => Seen::Nothing,
        }
    }

    fn in_results(&self, now: &Target) -> Option<Seen> {
        let (runtime, before) = (&now.runtime, &self.target.runtime);
        let since = self.since();
        let changed =
            |time: &Option<String>, before: &Option<String>| is_after(time.as_ref(), since) && time != before;
        if changed(&runtime.last_success_at, &before.last_success_at)
            && let (Some(name), Some(size)) =
                (&runtime.last_uploaded_file_name, runtime.last_uploaded_size_bytes)
        {
            return Some(Seen::Made(self.made(name, size)));
        }
        if changed(&runtime.last_error_at, &before.last_error_at) {
            return Some(Seen::Failed(runtime.last_error_message.clone().unwrap_or_default()));
        }
        changed(&runtime.last_attempt_at, &before.last_attempt_at).then_some(Seen::UnderWay)
    }

    /// A backup in the target's folder that was not there before: names contain the time,
    /// so a later one sorts behind the last that the server reported.
    pub(in crate::jobs) async fn newest_since(&self, session: &Session) -> Option<Run> {
        // Files and the server's clock are precise to the second: the same one counts.
        let since = self.since()? - SignedDuration::from_secs(1);
        let items = session.list(Some(&self.target.id), "").await.ok()?.value;
        let last = self.target.runtime.last_uploaded_file_name.as_deref().unwrap_or_default();
        let new = items.into_iter().filter(|item| {
            !item.is_directory
                && item.name.ends_with(".zip")
                && item.name.as_str() > last
                && is_after(item.modified_at.as_ref(), Some(since))
        });
        let newest = new.max_by(|a, b| a.modified_at.cmp(&b.modified_at))?;
        Some(self.made(&newest.name, newest.size?))
    }

    /// By the server's own clock: this computer's may be wrong. Where the server
    /// never reported its time, whatever is new counts.
    fn since(&self) -> Option<Timestamp> {
        self.told_time.max(self.last_known())
    }

    /// The last backup that the server reported for the target before the run.
    fn last_known(&self) -> Option<Timestamp> {
        let runtime = &self.target.runtime;
        let times = [&runtime.last_attempt_at, &runtime.last_success_at, &runtime.last_error_at];
        times.into_iter().filter_map(|time| time.as_deref()?.parse().ok()).max()
    }

    fn made(&self, name: &str, size: u64) -> Run {
        Run {
            file_name: name.to_owned(),
            file_size: size,
            provider: self.target.provider.name().into(),
            remote_path: name.to_owned(),
        }
    }

    /// Looks until the outcome of the run is clear, or there is no sense in going
    /// on. Who stopped waiting gets one look and no more.
    pub(in crate::jobs) async fn find_out(
        &self,
        session: &Session,
        why: LostBecause,
        lost: Option<&Error>,
        watch: &Watch,
    ) -> Result<Outcome<Answer<Run>>> {
        watch.stage(Stage::FindingOut);
        let mut last = Seen::Silence;
        if why == LostBecause::Stopped {
            // The peer may stall: whoever stops is not kept waiting.
            let looked = tokio::time::timeout(STOPPED, self.look(session)).await;
            last = looked.unwrap_or(Seen::Silence);
        } else {
            tokio::select! {
                () = watch.cancel.cancelled() => {}
                () = self.keep_looking(session, &mut last) => {}
            }
        }
        match last {
            Seen::Made(run) => Ok(Outcome::Done(found(run))),
            Seen::Failed(words) => {
                Err(outcome_recovery::failed_unheard(crate::server::error_from_target(&words)))
            }
            seen => Ok(Outcome::Unknown(self.unknown(&seen, why, lost))),
        }
    }

    async fn keep_looking(&self, session: &Session, last: &mut Seen) {
        let timeouts = *session.server().timeouts();
        let (mut looks, mut nothing, mut under_way) = (PollBackoff::at(&timeouts), 0, 0);
        while !session.is_signed_out() {
            tokio::time::sleep(looks.pause()).await;
            let seen = self.look(session).await;
            let goes_on = match &seen {
                Seen::Made(_) | Seen::Failed(_) => false,
                // A large backup takes its time: that it began is known, so wait on.
                Seen::UnderWay => {
                    under_way += 1;
                    under_way < UNDER_WAY
                }
                Seen::Nothing => {
                    nothing += 1;
                    nothing < timeouts.looks
                }
                Seen::Silence => looks.was_silent(),
            };
            if seen != Seen::Silence {
                looks.was_heard();
                *last = seen;
            }
            if !goes_on {
                break;
            }
        }
        if matches!(last, Seen::Nothing | Seen::Silence)
            && let Some(run) = self.newest_since(session).await
        {
            *last = Seen::Made(run);
        }
    }

    /// What the server shows of a run that is not over, as far as known.
    pub(in crate::jobs) fn unknown(&self, seen: &Seen, why: LostBecause, lost: Option<&Error>) -> Error {
        let found = match seen {
            Seen::UnderWay => JobDetail::OutcomeUnderWay,
            Seen::Silence => JobDetail::OutcomeSilent,
            _ => JobDetail::OutcomeNoSign,
        };
        outcome_recovery::unknown(why, found, lost)
    }

    /// A backup that was found out to be made, and was not read back.
    pub(in crate::jobs) fn made_unread(&self, run: Run) -> BackupResult {
        super::result(&self.target, found(run), None, None)
    }
}

fn is_after(time: Option<&String>, since: Option<Timestamp>) -> bool {
    let time = time.and_then(|time| time.parse::<Timestamp>().ok());
    time.is_some_and(|time| since.is_none_or(|since| time > since))
}

fn found(run: Run) -> Answer<Run> {
    let raw = serde_json::json!({"object": "backup-run", "result": run});
    Answer { value: run, raw }
}
