//! Places that this computer backs up to: adding and changing them, and which one is due.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{Parts, Sessions};
use crate::clock::Clock;
use crate::desk_targets::{
    DeskPlace, DeskPlaceForm, DeskTarget, DeskTargetCard, DeskTargetForm, MOST_KEPT, NextRun, next_run,
};
use crate::error::{AccountDetail, TargetDetail};
use crate::granted::{FileGrants, FileToRead, Folder};
use crate::jobs::{JobKind, TargetChoice};
use crate::ledger::Ledger;
use crate::runner::Runner;
use crate::secrets::{SecretField, SecretKind};
use crate::targets::{Reach, Spooled, TargetFolder};
use crate::text;
use crate::{Code, Error, Result};

/// The file that shows that a folder is the one that was chosen, and not where a disk is mounted
/// that is not connected.
const MARKER: &str = ".nodewarden-desk-target";
/// The most characters that a name has.
const LONGEST_NAME: usize = 80;

/// The places that this computer backs up to.
pub struct DeskTargets {
    ledger: Arc<Ledger>,
    sessions: Arc<Sessions>,
    clock: Arc<dyn Clock>,
    runner: Arc<Runner>,
}

impl DeskTargets {
    pub(super) fn new(parts: &Parts, runner: Arc<Runner>) -> Self {
        Self {
            ledger: Arc::clone(&parts.ledger),
            sessions: Arc::clone(&parts.sessions),
            clock: Arc::clone(&parts.clock),
            runner,
        }
    }

    /// Every desk target and how it stands.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub fn all(&self) -> Result<Vec<DeskTargetCard>> {
        self.ledger.desk_targets()?.into_iter().map(|target| self.card(target)).collect()
    }

    fn card(&self, target: DeskTarget) -> Result<DeskTargetCard> {
        let runs = self.ledger.desk_target_runs(&target.id)?;
        let made = self.ledger.desk_backups(&target.id, &target.place.key())?;
        let next = next_run(&target.schedule, &runs.past, self.can_back_up(&target), self.clock.now());
        let shown = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let profile = self.ledger.profile(&target.profile_id).ok();
        Ok(DeskTargetCard {
            place: target.place.shown(),
            profile_name: profile.map(|profile| profile.name),
            backups: made.len() as u64,
            newest_whole: made.iter().find(|one| one.is_whole()).cloned(),
            newest: made.into_iter().next(),
            last_attempt_at: shown(runs.past.last_attempt),
            last_success_at: shown(runs.last_success),
            last_error: runs.last_error,
            next_run_at: match next {
                NextRun::Now => Some(self.clock.now().to_string()),
                NextRun::At(at) => Some(at.to_string()),
                NextRun::Never | NextRun::WaitsForPerson => None,
            },
            waits_for_person: next == NextRun::WaitsForPerson,
            target,
        })
    }

    /// Somebody is signed in to the desk target's server and entered the master password.
    fn can_back_up(&self, target: &DeskTarget) -> bool {
        let signed = self.sessions.signed();
        signed.is_some_and(|signed| signed.profile.id == target.profile_id && signed.session.can_confirm())
    }

    /// Adds a desk target that backs up the server of a profile, or changes one, which keeps its
    /// server. The place is tried first: a small file is written there and read back.
    ///
    /// # Errors
    /// `InvalidRequest` for what cannot be saved, `TargetNotFound`, what the place fails with,
    /// `KeyringUnavailable`, `LedgerFailed`.
    pub async fn save(
        &self,
        form: DeskTargetForm,
        profile_id: &str,
        files: &dyn FileGrants,
    ) -> Result<DeskTarget> {
        let before = match &form.id {
            Some(id) => Some(self.ledger.desk_target(id)?),
            None => None,
        };
        let (target, secret) = checked(form, before.as_ref(), profile_id, files)?;
        self.is_free(&target)?;
        let kept = before.as_ref().is_some_and(|before| before.place.key() == target.place.key());
        let secret = match secret {
            SecretField::New { value } => Some(value),
            // A login is for the place that it was entered for.
            SecretField::Kept if kept => None,
            SecretField::Kept => {
                return Err(TargetDetail::DeskTargetSecretMissing { name: target.name.clone() }.error());
            }
            SecretField::Unset => Some(SecretString::from("")),
        };
        let folder = match &secret {
            Some(secret) => open(&target, secret)?,
            None => open(&target, &self.secret(&target).await?)?,
        };
        folder.list("").await?;
        folder.write(MARKER, &mut Spooled::of(target.id.as_bytes())).await?;
        if let (Some(secret), Some(_)) = (secret, target.place.secret()) {
            let id = target.id.clone();
            self.sessions
                .ask_keyring(move |secrets| secrets.set(&id, SecretKind::DeskTarget, &secret))
                .await?;
        }
        self.ledger.save_desk_target(&target, self.clock.now())?;
        self.ledger.desk_target(&target.id)
    }

    /// No other desk target has its name or its place.
    fn is_free(&self, target: &DeskTarget) -> Result<()> {
        for other in self.ledger.desk_targets()?.into_iter().filter(|other| other.id != target.id) {
            if other.name == target.name {
                return Err(TargetDetail::DeskTargetNameTaken { name: other.name }.error());
            }
            if other.place.key() == target.place.key() {
                return Err(TargetDetail::DeskTargetPlaceTaken { name: other.name }.error());
            }
        }
        Ok(())
    }

    /// Removes a desk target and its secret. The backups there stay.
    ///
    /// # Errors
    /// `TargetNotFound`, `Busy` while it is backed up to, `KeyringUnavailable`, `LedgerFailed`.
    pub async fn remove(&self, id_or_name: &str) -> Result<DeskTarget> {
        let target = self.ledger.desk_target(id_or_name)?;
        let is_busy = self
            .runner
            .running()
            .iter()
            .any(|job| job.kind == JobKind::DeskBackup && job.subject == target.name);
        if is_busy {
            return Err(TargetDetail::DeskTargetBusy { name: target.name }.error());
        }
        if target.place.secret().is_some() {
            let id = target.id.clone();
            self.sessions.ask_keyring(move |secrets| secrets.delete(&id, SecretKind::DeskTarget)).await?;
        }
        self.ledger.forget_desk_target(&target.id)?;
        Ok(target)
    }

    /// The desk targets of a profile that is removed go with it.
    pub(super) async fn forget_of(&self, profile_id: &str) -> Result<()> {
        for target in self.ledger.desk_targets()? {
            if target.profile_id == profile_id {
                let id = target.id.clone();
                let forgotten = self
                    .sessions
                    .ask_keyring(move |secrets| secrets.delete(&id, SecretKind::DeskTarget))
                    .await;
                if let Err(error) = forgotten {
                    tracing::warn!(code = %error.code(), "the login of a desk target could not be forgotten");
                }
                self.ledger.forget_desk_target(&target.id)?;
            }
        }
        Ok(())
    }

    /// A desk target as one that can be checked, healed and copied.
    ///
    /// # Errors
    /// `TargetNotFound`, `KeyringUnavailable`.
    pub async fn choice(&self, id_or_name: &str) -> Result<TargetChoice> {
        let target = self.ledger.desk_target(id_or_name)?;
        Ok(match target.place.location() {
            None => TargetChoice::Folder { folder: PathBuf::from(target.place.shown()).into() },
            Some(location) => TargetChoice::Typed {
                location: Box::new(location),
                secret: self.secret(&target).await?,
                reach: reach(&target),
            },
        })
    }

    /// The desk target whose backup is due first; called every few seconds while none runs. However
    /// long the app was closed or the computer slept, one backup catches up.
    ///
    /// # Errors
    /// `LedgerFailed`.
    pub(super) fn due(&self) -> Result<Option<String>> {
        let now = self.clock.now();
        for target in self.ledger.desk_targets()? {
            let past = self.ledger.desk_target_runs(&target.id)?.past;
            let by_clock = past.by_clock(now);
            if by_clock != past {
                self.ledger.note_desk_target_past(&target.id, &by_clock)?;
            }
            if next_run(&target.schedule, &by_clock, self.can_back_up(&target), now) == NextRun::Now {
                return Ok(Some(target.id));
            }
        }
        Ok(None)
    }

    async fn secret(&self, target: &DeskTarget) -> Result<SecretString> {
        if target.place.secret().is_none_or(|secret| !secret.is_set()) {
            return Ok(SecretString::from(""));
        }
        let id = target.id.clone();
        let kept = self.sessions.ask_keyring(move |secrets| secrets.get(&id, SecretKind::DeskTarget)).await?;
        kept.ok_or_else(|| TargetDetail::DeskTargetSecretMissing { name: target.name.clone() }.error())
    }
}

fn reach(target: &DeskTarget) -> Reach {
    Reach { http_accepted: target.http_accepted, ca_file: target.ca_file.as_ref().map(PathBuf::from) }
}

/// Reaches a desk target whose place was tried.
pub(super) async fn open_tried(target: &DeskTarget, desk_targets: &DeskTargets) -> Result<TargetFolder> {
    let folder = open(target, &desk_targets.secret(target).await?)?;
    if let DeskPlace::Folder { path } = &target.place
        && folder.stat(MARKER).await?.is_none()
    {
        return Err(TargetDetail::DeskTargetNotMounted { path: path.clone() }.error());
    }
    Ok(folder)
}

/// Reaches a desk target.
fn open(target: &DeskTarget, secret: &SecretString) -> Result<TargetFolder> {
    match (&target.place, target.place.location()) {
        (DeskPlace::Folder { path }, _) => TargetFolder::local(Path::new(path)).map_err(|error| {
            let path = path.clone();
            match error.code() {
                Code::FileNotFound => TargetDetail::DeskTargetFolderMissing { path }.error().caused_by(error),
                _ => error,
            }
        }),
        (_, Some(location)) => TargetFolder::open_with(&location, secret, &reach(target)),
        (_, None) => Err(TargetDetail::PlaceInvalid.error()),
    }
}

/// The desk target of a form, and the secret that was entered.
fn checked(
    form: DeskTargetForm,
    before: Option<&DeskTarget>,
    profile_id: &str,
    files: &dyn FileGrants,
) -> Result<(DeskTarget, SecretField)> {
    let name = form.name.trim();
    if name.is_empty() {
        return Err(TargetDetail::DeskTargetNameEmpty.error());
    }
    if name.chars().count() > LONGEST_NAME {
        let limit = u32::try_from(LONGEST_NAME).unwrap_or(u32::MAX);
        return Err(AccountDetail::NameTooLong { limit }.error());
    }
    if name.chars().any(text::is_unsafe) {
        return Err(AccountDetail::NameUnsafe.error());
    }
    if !form.schedule.is_valid() {
        return Err(TargetDetail::DeskTargetSchedule.error());
    }
    if form.retention.is_some_and(|keep| !(1..=MOST_KEPT).contains(&keep)) {
        return Err(TargetDetail::DeskTargetRetention { limit: MOST_KEPT }.error());
    }
    let place = place(form.place, before, files)?;
    let ca_file = match form.ca_file {
        None => None,
        Some(file) => Some(ca_file(file, before, files)?),
    };
    let secret = place.secret().cloned().unwrap_or_default();
    let target = DeskTarget {
        id: before.map_or_else(|| uuid::Uuid::new_v4().to_string(), |before| before.id.clone()),
        name: name.to_owned(),
        profile_id: before.map_or_else(|| profile_id.to_owned(), |before| before.profile_id.clone()),
        place,
        attachments: form.attachments,
        schedule: form.schedule,
        retention: form.retention,
        http_accepted: form.http_accepted,
        ca_file,
    };
    Ok((target, secret))
}

/// The place of a form. A path that was chosen before needs no second choice.
fn place(form: DeskPlaceForm, before: Option<&DeskTarget>, files: &dyn FileGrants) -> Result<DeskPlace> {
    Ok(match form {
        DeskPlaceForm::Folder { path } => {
            let path = match before.map(|before| &before.place) {
                Some(DeskPlace::Folder { path: had }) if path == Folder::from(had) => PathBuf::from(had),
                _ => path.path(files)?,
            };
            let path = std::path::absolute(&path).map_err(|error| Error::file(&path, &error))?;
            DeskPlace::Folder { path: path.to_string_lossy().into_owned() }
        }
        DeskPlaceForm::Webdav(place) => DeskPlace::Webdav(place),
        DeskPlaceForm::S3(place) => DeskPlace::S3(place),
    })
}

fn ca_file(file: FileToRead, before: Option<&DeskTarget>, files: &dyn FileGrants) -> Result<String> {
    let had = before.and_then(|before| before.ca_file.as_ref());
    let path = match had {
        Some(had) if file == FileToRead::from(had) => PathBuf::from(had),
        _ => file.path(files)?,
    };
    let path = std::path::absolute(&path).map_err(|error| Error::file(&path, &error))?;
    Ok(path.to_string_lossy().into_owned())
}
