//! The outcome of a restore whose response was lost. Every restore leaves the settings
//! in need of repair, and the audit log names it: each is proof. That the session
//! has ended is only a hint, since sessions end for other reasons too. The skipped
//! list is lost in any case.

use jiff::Timestamp;

use crate::error::{JobDetail, LostBecause};
use crate::jobs::checkpoint::BeforeRestore;
use crate::jobs::outcome_recovery::{self, PollBackoff, STOPPED};
use crate::jobs::{Outcome, Watch};
use crate::progress::Stage;
use crate::server::{AuditKind, Session};
use crate::{Code, Error, Result};

/// A restore takes longer than a run to show itself: so many times as many looks.
const PATIENCE: u32 = 4;

/// How far back the log is read.
const LOG: u32 = 50;

/// What the server shows of a restore whose response was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::jobs) enum Seen {
    Restored,
    /// The session is over, and no one signed out.
    SessionEnded,
    Failed(String),
    Nothing,
    /// It could not be asked.
    Silence,
}

impl BeforeRestore {
    /// Looks before the restore. What cannot be seen then is no proof afterwards,
    /// and no reason to keep anyone from restoring.
    pub(in crate::jobs) async fn look(session: &Session) -> Self {
        let needed_repair = session.repair_state().await.ok().map(|state| state.value.needs_repair);
        let events = session.audit(LOG, 0).await.ok().map(|page| page.events);
        let restores = events.map(|events| {
            let restores = events.into_iter().filter(|event| event.kind == AuditKind::Restore);
            restores.map(|event| event.id).collect()
        });
        Self { needed_repair, restores, told_time: session.server().told_time() }
    }

    /// What the server shows of the restore now.
    pub(in crate::jobs) async fn seen(&self, session: &Session) -> Seen {
        let repair = session.repair_state().await;
        match &repair {
            Ok(now) if now.value.needs_repair && self.needed_repair == Some(false) => return Seen::Restored,
            Err(error) if has_ended(session, error) => return Seen::SessionEnded,
            _ => {}
        }
        // Where repair was needed before or its state cannot be had, only the log shows.
        let page = match session.audit(LOG, 0).await {
            Ok(page) => page,
            Err(error) if has_ended(session, &error) => return Seen::SessionEnded,
            Err(_) if repair.is_ok() => return Seen::Nothing,
            Err(_) => return Seen::Silence,
        };
        let is_new = |id: &String, at: &str| match (&self.restores, self.told_time) {
            (Some(known), _) => !known.contains(id),
            // Without the earlier log, the server's own times decide.
            (None, Some(since)) => at.parse::<Timestamp>().is_ok_and(|at| at > since),
            (None, None) => false,
        };
        let mut events = page.events.into_iter();
        let mine = events.find(|event| event.kind == AuditKind::Restore && is_new(&event.id, &event.at));
        match mine {
            Some(event) if event.failed => {
                Seen::Failed(event.error.and_then(|error| error.body().original.clone()).unwrap_or_default())
            }
            Some(_) => Seen::Restored,
            None => Seen::Nothing,
        }
    }

    /// Looks until the outcome of the restore is clear, or there is no sense in
    /// continuing. Who stopped waiting gets one look and no more.
    pub(in crate::jobs) async fn find_out<T>(
        &self,
        session: &Session,
        why: LostBecause,
        lost: Option<&Error>,
        watch: &Watch,
    ) -> Result<Outcome<T>> {
        watch.stage(Stage::FindingOut);
        let mut last = Seen::Silence;
        if why == LostBecause::Stopped {
            // The peer may stall: whoever stops is not kept waiting.
            last = tokio::time::timeout(STOPPED, self.seen(session)).await.unwrap_or(Seen::Silence);
        } else {
            tokio::select! {
                () = watch.cancel.cancelled() => {}
                () = self.keep_looking(session, &mut last) => {}
            }
        }
        self.explain_unknown(&last, why, lost).map_or_else(Err, |unknown| Ok(Outcome::Unknown(unknown)))
    }

    async fn keep_looking(&self, session: &Session, last: &mut Seen) {
        let timeouts = *session.server().timeouts();
        let (mut looks, mut nothing) = (PollBackoff::at(&timeouts), 0);
        while !session.is_signed_out() {
            tokio::time::sleep(looks.pause()).await;
            let seen = self.seen(session).await;
            let goes_on = match &seen {
                Seen::Restored | Seen::Failed(_) | Seen::SessionEnded => false,
                Seen::Nothing => {
                    nothing += 1;
                    nothing < timeouts.looks * PATIENCE
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
    }

    /// What was found, as shown to a person: an outcome that is not wholly known, or the
    /// error that the restore failed with.
    pub(in crate::jobs) fn explain_unknown(
        &self,
        seen: &Seen,
        why: LostBecause,
        lost: Option<&Error>,
    ) -> std::result::Result<Error, Error> {
        let found = match seen {
            Seen::Restored => JobDetail::OutcomeRestored,
            Seen::SessionEnded => JobDetail::OutcomeLikelyRestored,
            Seen::Failed(words) => {
                let error = JobDetail::RestoreFailed { words: words.clone() }.error();
                return Err(outcome_recovery::failed_unheard(error.original(words.as_str())));
            }
            Seen::Nothing => JobDetail::OutcomeNoSign,
            Seen::Silence => JobDetail::OutcomeSilent,
        };
        Ok(outcome_recovery::unknown(why, found, lost))
    }
}

/// The server does not know the session any more. Who signed out ended it.
fn has_ended(session: &Session, error: &Error) -> bool {
    error.code() == Code::SessionEnded && !session.is_signed_out()
}
