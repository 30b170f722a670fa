//! Looking everywhere for evidence about JWT_SECRET and the backup settings.

use super::Recovery;
use crate::app::ActiveProfile;
use crate::envelope::Portable;
use crate::incidents::{
    BackupTells, Diagnosis, Evidence, LeftOut, NotLooked, PlaybookPath, PortableSeen, RecoveryCase,
    Repairers, RestoredHere, Seen, SettingsSeen, StepState, TokenSeen, causes, diagnose, made_readable,
};
use crate::jobs::{JobKind, JobRecord, JobResult, JobState};
use crate::ledger::{JobQuery, Sighting};
use crate::server::AccessToken;
use crate::server::{AuditEvent, Profile};
use crate::{Code, Result};

/// How much of the server's log is requested at once, and how often at most.
const EVENTS: u32 = 200;
const PAGES: u32 = 10;

/// How much is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Everything.
    Full,
    /// What changes while a person is at work: cheap enough to ask every few seconds.
    Glance,
}

impl Recovery {
    /// What is wrong with a profile's server, as far as can be seen: the current
    /// profile's when none is given. No sign-in is needed; what can then not
    /// be checked is said.
    ///
    /// # Errors
    /// `ProfileNotFound`, `SessionEnded` when no profile is given and no one is
    /// signed in, `LedgerFailed`.
    pub async fn diagnose(&self, profile_id: Option<&str>) -> Result<Diagnosis> {
        let profile = match profile_id {
            Some(id) => self.ledger.profile(id)?,
            None => self.sessions.needs_signed()?.profile.clone(),
        };
        Ok(diagnose(&self.gather(&profile, Depth::Full).await?))
    }

    /// Who could repair the settings of the current server, should they need it.
    ///
    /// # Errors
    /// `SessionEnded`, and what every call may fail with.
    pub async fn repairers(&self) -> Result<Repairers> {
        self.repairers_of(&*self.sessions.needs_signed()?).await
    }

    /// The same for someone who is signed in without being the current one.
    pub(in crate::app) async fn repairers_of(&self, signed: &ActiveProfile) -> Result<Repairers> {
        let users = signed.session.users().await?;
        let held = signed.session.held_token();
        let portable = match signed.session.repair_state().await?.value {
            state if state.needs_repair => Some(seen_portable(state.portable.as_ref())?),
            _ => {
                self.renew_test_value(signed, held).await;
                None
            }
        };
        let backup = self.newest_backup(&signed.profile.id)?;
        let email = &signed.profile.email;
        let test_value = self.test_value(&signed.profile.id).await;
        Ok(Repairers::new(&users, email, portable.as_ref(), backup.as_ref(), test_value))
    }

    /// Looks everywhere. What fails is part of the result.
    pub(super) async fn gather(&self, profile: &Profile, depth: Depth) -> Result<Evidence> {
        let now = self.clock.now();
        let mut seen = Evidence::new(&profile.id, &profile.server_url, now);
        self.remember(profile, &mut seen)?;
        let signed = self.sessions.signed().filter(|signed| signed.profile.id == profile.id);
        let server = match &signed {
            Some(signed) => signed.session.server().clone(),
            None => match self
                .sessions
                .way(profile)
                .await
                .and_then(|way| self.sessions.server(&profile.server_url, &way))
            {
                Ok(server) => server,
                Err(error) => {
                    seen.bootstrap = Seen::Failed(error);
                    seen.not_looked_further(NotLooked::NoAnswer);
                    return Ok(seen);
                }
            },
        };
        seen.bootstrap = server.jwt_unsafe().await.into();
        let kept = self.kept_token(&profile.id).await.ok().flatten();
        seen.my_user_id = kept.as_ref().and_then(AccessToken::read).and_then(|token| token.user_id);
        // A server without a safe secret returns nothing else.
        match seen.bootstrap {
            Seen::As(None) => {}
            Seen::As(Some(_)) => {
                seen.not_looked_further(NotLooked::SecretUnsafe);
                return Ok(seen);
            }
            Seen::Failed(_) | Seen::NotLooked(_) => {
                seen.not_looked_further(NotLooked::NoAnswer);
                return Ok(seen);
            }
        }
        self.look_at_tokens(&server, signed.as_deref(), kept.as_ref(), &mut seen).await;
        if let Some(signed) = signed {
            seen.not_looked_inside(NotLooked::NotNeeded);
            self.ask(&signed, depth, &mut seen).await?;
            if depth == Depth::Full {
                seen.users = signed.session.users().await.into();
                self.read_log(&signed, &mut seen).await;
            }
            seen.conclude_session();
        }
        Ok(seen)
    }

    fn remember(&self, profile: &Profile, seen: &mut Evidence) -> Result<()> {
        seen.remembered = self.ledger.remembered_targets(&profile.id)?;
        seen.last_readable_at = self.ledger.sighting(&profile.id, Sighting::SettingsReadable)?;
        let restores = JobQuery {
            profile_id: Some(profile.id.clone()),
            kind: Some(JobKind::Restore),
            limit: Some(10),
            ..JobQuery::default()
        };
        let may_be = |state| {
            matches!(
                state,
                JobState::Succeeded | JobState::Attention | JobState::Unknown | JobState::Interrupted
            )
        };
        let restored = self.ledger.jobs(&restores)?.into_iter().find(|job| may_be(job.state));
        seen.restored_here = restored.and_then(|job| {
            let is_certain = matches!(job.state, JobState::Succeeded | JobState::Attention);
            Some(RestoredHere { at: job.ended_at?, name: job.subject, is_certain })
        });
        seen.backup = self.newest_backup(&profile.id)?;
        seen.left_out = self.left_out(&profile.id)?;
        Ok(())
    }

    /// The last restore, when it left attachments out and no recovery has settled that.
    fn left_out(&self, profile_id: &str) -> Result<Option<LeftOut>> {
        let query = JobQuery {
            profile_id: Some(profile_id.to_owned()),
            kind: Some(JobKind::Restore),
            limit: Some(10),
            ..JobQuery::default()
        };
        let restores = self.ledger.jobs(&query)?.into_iter();
        let last = restores.filter_map(|job| match job.result.clone() {
            Some(JobResult::Restore(restored)) => Some((job, restored)),
            _ => None,
        });
        let Some((job, restored)) = last.take(1).next() else { return Ok(None) };
        let causes = causes(&restored);
        if causes.is_empty() || self.is_settled(&job)? {
            return Ok(None);
        }
        Ok(Some(LeftOut { job_id: job.id, at: job.ended_at, name: restored.file_name, causes }))
    }

    /// A recovery of what a restore left out came to its end since.
    fn is_settled(&self, restore: &JobRecord) -> Result<bool> {
        let settles = |case: &RecoveryCase| {
            case.branch == PlaybookPath::SkippedAttachments
                && !case.abandoned
                && case.ended_at >= restore.ended_at
                && case.steps.iter().all(|step| step.state == StepState::Done)
        };
        Ok(self.ledger.cases(&restore.profile_id.clone().unwrap_or_default())?.iter().any(settles))
    }

    fn newest_backup(&self, profile_id: &str) -> Result<Option<BackupTells>> {
        let newest = self.ledger.newest_with_repairers(profile_id)?;
        Ok(newest.and_then(|archive| {
            Some(BackupTells {
                repairable_by: archive.repairable_by?,
                name: archive.name,
                exported_at: archive.exported_at,
            })
        }))
    }

    /// What only someone signed in may ask.
    async fn ask(&self, signed: &ActiveProfile, depth: Depth, seen: &mut Evidence) -> Result<()> {
        let (session, id) = (&signed.session, &signed.profile.id);
        let held = session.held_token();
        seen.settings = match session.settings().await {
            Ok(settings) => {
                if depth == Depth::Full {
                    if let Ok(targets) = session.targets().await {
                        self.ledger.remember_targets(id, &targets.value, seen.at)?;
                    }
                    self.renew_test_value(signed, held).await;
                }
                self.sessions.note_readable(id)?;
                let kept = settings.destinations.iter();
                seen.retention = kept.map(|one| (one.id.clone(), one.schedule.retention_count)).collect();
                self.ledger.remember_settings(id, &settings.without_logins())?;
                seen.last_readable_at = Some(seen.at.to_string());
                if matches!(&seen.token, Seen::As(TokenSeen::RefusedEarly(at)) if *at < seen.at) {
                    // An old refusal that readable settings have overtaken.
                    seen.token = Seen::NotLooked(NotLooked::NotNeeded);
                }
                Seen::As(SettingsSeen::Readable)
            }
            Err(error) if error.code() == Code::SettingsNeedRepair => {
                Seen::As(SettingsSeen::NeedRepair(error.body().original.clone()))
            }
            Err(error) => Seen::Failed(error),
        };
        if let Seen::As(TokenSeen::RefusedEarly(at)) = seen.token
            && seen.refresh == Seen::As(true)
        {
            self.ledger.note_sighting(id, Sighting::TokenRefusedEarly, at)?;
        }
        match session.repair_state().await {
            Ok(state) => {
                seen.needs_repair = Seen::As(state.value.needs_repair);
                if state.value.needs_repair {
                    seen.portable = seen_portable(state.value.portable.as_ref()).into();
                }
            }
            Err(error) => {
                seen.needs_repair = Seen::Failed(error);
                seen.portable.not_looked_as(NotLooked::NoAnswer);
            }
        }
        if let Ok(user_id) = session.user_id().await {
            seen.my_user_id = Some(user_id);
        }
        Ok(())
    }

    /// Reads the server's log back to when its settings could last be opened.
    async fn read_log(&self, signed: &ActiveProfile, seen: &mut Evidence) {
        match self.log_until(signed, made_readable).await {
            Ok((events, is_far_enough)) => {
                seen.audit = Seen::As(events);
                seen.audit_is_whole = is_far_enough;
            }
            Err(error) => seen.audit = Seen::Failed(error),
        }
    }

    /// The server's log, the newest first, read page by page until an entry is far enough
    /// or there are no older ones; and whether that was reached.
    pub(super) async fn log_until(
        &self,
        signed: &ActiveProfile,
        is_enough: impl Fn(&AuditEvent) -> bool,
    ) -> Result<(Vec<AuditEvent>, bool)> {
        let mut events = Vec::new();
        for page in 0..PAGES {
            match signed.session.audit(EVENTS, page * EVENTS).await {
                Ok(page) => {
                    let is_far_enough = !page.has_more || page.events.iter().any(&is_enough);
                    events.extend(page.events);
                    if is_far_enough {
                        return Ok((events, true));
                    }
                }
                Err(error) if page == 0 => return Err(error),
                // What was read so far shows something, too.
                Err(_) => break,
            }
        }
        Ok((events, false))
    }
}

fn seen_portable(portable: Option<&serde_json::Value>) -> Result<PortableSeen> {
    let Some(portable) = portable.filter(|portable| !portable.is_null()) else {
        return Ok(PortableSeen::Absent);
    };
    let portable = Portable::from_wire(portable)?;
    if portable.is_absent() {
        return Ok(PortableSeen::Absent);
    }
    Ok(PortableSeen::WrappedFor(portable.wraps.into_iter().map(|wrap| wrap.user_id).collect()))
}
