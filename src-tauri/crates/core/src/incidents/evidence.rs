//! Everything that a diagnosis is made from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Fact;
use crate::server::{AuditEvent, JwtUnsafe, ServerUser, Target};
use crate::{Code, Error};

/// Why something was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum NotLooked {
    /// Only someone signed in can look there.
    NobodySignedIn,
    /// What else was seen says enough.
    NotNeeded,
    /// This app keeps nothing to look with.
    NothingKept,
    /// The server returns nothing else as long as its JWT_SECRET is missing or too short.
    SecretUnsafe,
    /// The server does not respond.
    NoAnswer,
}

/// What looking somewhere came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen<T> {
    /// It was not looked there.
    NotLooked(NotLooked),
    /// Looking failed.
    Failed(Error),
    /// This was seen.
    As(T),
}

impl<T> Seen<T> {
    /// What was seen.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::As(value) => Some(value),
            Self::NotLooked(_) | Self::Failed(_) => None,
        }
    }

    /// Why it was not looked there, if it was not.
    pub fn not_looked(&self) -> Option<NotLooked> {
        match self {
            Self::NotLooked(why) => Some(*why),
            Self::Failed(_) | Self::As(_) => None,
        }
    }

    /// It was not looked there, for another reason than it seemed; what was seen stays.
    pub(crate) fn not_looked_as(&mut self, why: NotLooked) {
        if let Self::NotLooked(seemed) = self {
            *seemed = why;
        }
    }
}

impl<T> From<crate::Result<T>> for Seen<T> {
    fn from(result: crate::Result<T>) -> Self {
        result.map_or_else(Self::Failed, Self::As)
    }
}

/// What happened to an access token from before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSeen {
    /// It is still taken.
    Accepted,
    /// It was refused before its time was up, and neither the account nor the device
    /// was signed in again since; the time is of the refusal.
    RefusedEarly(Timestamp),
    /// It was refused, but a restore, a password change or a new sign-in of the device
    /// ends it as well as another JWT_SECRET does.
    EndedOtherwise,
    /// It was given after the settings were last seen readable: whatever becomes of it,
    /// it says nothing about the previous secret.
    GivenSince,
}

/// Whether the server can open its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsSeen {
    /// It can.
    Readable,
    /// It cannot, in its own words.
    NeedRepair(Option<String>),
}

/// The portable part, as far as it shows without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortableSeen {
    /// There is none.
    Absent,
    /// It is there, wrapped for these user ids.
    WrappedFor(Vec<String>),
}

/// Everything that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The profile.
    pub profile_id: String,
    /// Its server.
    pub server_url: String,
    /// Now.
    pub at: Timestamp,
    /// One's own user id, once known.
    pub my_user_id: Option<String>,
    /// What the server says publicly about its JWT_SECRET.
    pub bootstrap: Seen<Option<JwtUnsafe>>,
    /// The previous access token.
    pub token: Seen<TokenSeen>,
    /// Whether the refresh token gives an access token that is taken.
    pub refresh: Seen<bool>,
    /// The backup settings.
    pub settings: Seen<SettingsSeen>,
    /// Whether the server says that they need repair.
    pub needs_repair: Seen<bool>,
    /// The portable part; only a server that needs repair shows it.
    pub portable: Seen<PortableSeen>,
    /// The accounts of the server.
    pub users: Seen<Vec<ServerUser>>,
    /// The server's log of backups, the newest first.
    pub audit: Seen<Vec<AuditEvent>>,
    /// The log was read back to when the settings could last be opened, or to its start.
    pub audit_is_whole: bool,
    /// The targets as they were last seen, with when.
    pub remembered: Vec<(Target, String)>,
    /// When this app last saw the settings readable, RFC 3339.
    pub last_readable_at: Option<String>,
    /// When this app last restored onto this server, and what.
    pub restored_here: Option<RestoredHere>,
    /// What the newest backup of this server that was read in full shows.
    pub backup: Option<BackupTells>,
    /// The last restore, when it left attachments out and that is not settled.
    pub left_out: Option<LeftOut>,
    /// How many backups each target keeps, by its id; empty when the settings were not read.
    pub retention: BTreeMap<String, Option<u32>>,
}

/// A restore that left attachments out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The number of its job.
    pub job_id: i64,
    /// When it ended, RFC 3339.
    pub at: Option<String>,
    /// The backup's name.
    pub name: String,
    /// Why each attachment was left out, and how many the server did not name.
    pub causes: Vec<Fact>,
}

/// A restore that this app made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredHere {
    /// When it ended, RFC 3339.
    pub at: String,
    /// The backup's name.
    pub name: String,
    /// It is known to have come to its end.
    pub is_certain: bool,
}

/// What a backup that was read in full says about its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupTells {
    /// Its name.
    pub name: String,
    /// When it was exported, RFC 3339.
    pub exported_at: Option<String>,
    /// E-mails of the active administrators in it who could repair.
    pub repairable_by: Vec<String>,
}

impl Evidence {
    /// Nothing is checked yet, while signed out.
    pub fn new(profile_id: &str, server_url: &str, at: Timestamp) -> Self {
        Self {
            profile_id: profile_id.to_owned(),
            server_url: server_url.to_owned(),
            at,
            my_user_id: None,
            bootstrap: Seen::NotLooked(NotLooked::NobodySignedIn),
            token: Seen::NotLooked(NotLooked::NothingKept),
            refresh: Seen::NotLooked(NotLooked::NobodySignedIn),
            settings: Seen::NotLooked(NotLooked::NobodySignedIn),
            needs_repair: Seen::NotLooked(NotLooked::NobodySignedIn),
            portable: Seen::NotLooked(NotLooked::NobodySignedIn),
            users: Seen::NotLooked(NotLooked::NobodySignedIn),
            audit: Seen::NotLooked(NotLooked::NobodySignedIn),
            audit_is_whole: false,
            remembered: Vec::new(),
            last_readable_at: None,
            restored_here: None,
            backup: None,
            left_out: None,
            retention: BTreeMap::new(),
        }
    }

    /// It was not looked further than at the server's own word, for this reason.
    pub(crate) fn not_looked_further(&mut self, why: NotLooked) {
        self.token.not_looked_as(why);
        self.not_looked_inside(why);
    }

    /// What only a signed-in account can see was not checked, for this reason.
    pub(crate) fn not_looked_inside(&mut self, why: NotLooked) {
        self.refresh.not_looked_as(why);
        self.settings.not_looked_as(why);
        self.needs_repair.not_looked_as(why);
        self.portable.not_looked_as(why);
        self.users.not_looked_as(why);
        self.audit.not_looked_as(why);
    }

    /// What the session's responses show about the session itself.
    pub(crate) fn conclude_session(&mut self) {
        if self.refresh.not_looked().is_none() {
            return;
        }
        let is_over = |error: &Error| error.code() == Code::SessionEnded;
        self.refresh = match (&self.settings, &self.needs_repair) {
            _ if self.is_session_working() => Seen::As(true),
            (Seen::Failed(error), _) | (_, Seen::Failed(error)) if is_over(error) => Seen::As(false),
            _ => Seen::NotLooked(NotLooked::NoAnswer),
        };
    }

    /// Settings that the server cannot open.
    pub(super) fn is_unreadable(&self) -> bool {
        matches!(self.settings, Seen::As(SettingsSeen::NeedRepair(_)))
            || self.needs_repair.value() == Some(&true)
    }

    /// Settings that the server can open.
    pub(super) fn is_readable(&self) -> bool {
        matches!(self.settings, Seen::As(SettingsSeen::Readable))
    }

    /// JWT_SECRET is set and long enough, as the server says.
    pub(super) fn is_secret_safe(&self) -> bool {
        matches!(self.bootstrap, Seen::As(None))
    }

    /// The server accepts the session as it should.
    pub(super) fn is_session_working(&self) -> bool {
        self.settings.value().is_some() || self.needs_repair.value().is_some()
    }

    /// The server would take a sign-in, and there is no session that it accepts.
    pub(super) fn is_session_over(&self) -> bool {
        let is_over = match &self.settings {
            Seen::NotLooked(_) => true,
            Seen::Failed(error) => error.code() == Code::SessionEnded,
            Seen::As(_) => false,
        };
        self.is_secret_safe() && is_over
    }

    /// A previous access token was refused early although the session continues.
    pub(super) fn is_secret_changed(&self) -> bool {
        matches!(self.token, Seen::As(TokenSeen::RefusedEarly(_))) && self.refresh.value() == Some(&true)
    }

    /// Whether one's own key could open the portable part, when that is known.
    pub(super) fn can_open(&self) -> Option<bool> {
        match self.portable.value()? {
            PortableSeen::Absent => Some(false),
            PortableSeen::WrappedFor(users) if users.is_empty() => Some(false),
            PortableSeen::WrappedFor(users) => Some(users.contains(self.my_user_id.as_ref()?)),
        }
    }
}
