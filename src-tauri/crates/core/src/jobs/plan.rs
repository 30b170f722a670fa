//! What destructive jobs would do, before they do it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::archive::{Inspection, Skipped, Storage};
use crate::limits::ImportSize;

use super::{ActingAccount, Lockout, SafetyCopyChoice};

/// Where a restore takes its backup from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RestoreSource {
    /// A ZIP on this computer.
    Local {
        /// Its full path.
        path: String,
    },
    /// A ZIP on a target of the server.
    Remote {
        /// The target's id.
        target_id: String,
        /// The ZIP's path below the target's root.
        path: String,
    },
}

/// What a restore would do. Making it reads only; completing it makes an export on the
/// server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RestorePlan {
    /// Where the backup is.
    pub source: RestoreSource,
    /// Its name.
    pub file_name: String,
    /// SHA-256 of the file that was checked; the restore refuses another one.
    pub sha256: String,
    /// Everything known about the backup.
    pub inspection: Inspection,
    /// What the server would leave out, as far as it can be foreseen.
    pub expected_skipped: Skipped,
    /// Where the server keeps attachment bodies, once that is known.
    pub server_storage: Option<Storage>,
    /// Attachments of the backup whose bodies are not on the target, as
    /// "cipherId/attachmentId"; `None` when that was not or could not be looked up.
    pub missing_on_target: Option<Vec<String>>,
    /// Whose each attachment is: email address by "cipherId/attachmentId".
    pub owners: BTreeMap<String, String>,
    /// What is on the server now and would be replaced; `None` when it could
    /// not be found out.
    pub replaces: Option<ServerContents>,
    /// What the server will hold, as far as the backup and the server's rules determine it.
    pub becomes: ServerContents,
    /// Accounts on the server that the backup does not have, such as those created since: they
    /// go, with their items, attachments and Sends.
    pub lost_accounts: Vec<String>,
    /// What becomes of the account that restores.
    pub acting: ActingAccount,
    /// The backup against each limit of the import; empty where it could not be read.
    pub sizes: Vec<ImportSize>,
    /// No one could administer the server afterwards: the restore is blocked, unless an expert
    /// types [`super::OVERRIDE_PHRASE`].
    pub lockout: Option<Lockout>,
    /// What an expert has to type to restore in spite of that.
    pub override_phrase: Option<String>,
    /// Attachments on the server that the restored data would not have: the server deletes
    /// their bodies, and the safety copy does not contain them. 0 when that is unknown.
    pub lost_attachments: u64,
    /// The backup was made by another server, whose passwords hold after the restore; how
    /// that shows.
    pub from_another_server: Option<AnotherServer>,
    /// What the server holds was requested, by an export of it: only then may the restore
    /// start.
    pub completed: bool,
    /// What this computer keeps of the planning until the restore starts, such as the export,
    /// is asked for by this.
    pub handle: String,
    /// The targets of the server that made the backup come along, when that is another one:
    /// both servers then write into the same folders.
    #[serde(default)]
    pub brings_targets: Option<BroughtTargets>,
    /// The server would refuse the backup only for its size: it can be put on a target, and be
    /// restored from there.
    #[serde(default)]
    pub through_target: bool,
    /// The server holds data: the person types the server's name to continue.
    pub confirm_with: Option<String>,
    /// The name's hash differs: the person must accept that on purpose.
    pub needs_mismatch_accepted: bool,
    /// Why the app will not start this restore, if so.
    pub blocked: Option<Error>,
    /// The person's choices.
    pub choices: RestoreChoices,
}

impl RestorePlan {
    /// The server would take the backup: a person can continue, if need be as an expert.
    pub fn can_go_on(&self) -> bool {
        self.blocked.is_none() || self.lockout.is_some()
    }
}

/// Targets that a restore brings along from another server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BroughtTargets {
    /// What the other server is called here, when it is known.
    pub server_name: Option<String>,
    /// Where its targets were last seen, without any login; empty when that is not known.
    pub places: Vec<String>,
}

/// How it shows that a backup was made by another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AnotherServer {
    /// No account of the backup is on the server.
    NoAccount,
    /// Accounts have the same ids, but each has other keys in the backup.
    OtherKeys,
}

/// The person's choices in a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RestoreChoices {
    /// Replace what is on the server.
    pub replace_existing: bool,
    /// Continue although the name's hash differs.
    pub accept_mismatch: bool,
    /// Delete attachments that the backup does not have.
    pub accept_lost_attachments: bool,
    /// What is kept on this computer of what is on the server now.
    pub safety_copy: SafetyCopyChoice,
    /// What the person typed to confirm.
    pub typed_confirmation: String,
    /// What an expert typed to restore although that locks everyone out.
    pub typed_override: String,
}

/// What a server holds, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ServerContents {
    /// The accounts, by email address.
    pub accounts: Vec<String>,
    /// Those of them that are active administrators.
    pub administrators: Vec<String>,
    /// Vault items; `None` before the plan is completed, or when the server cannot report them.
    pub ciphers: Option<u64>,
    /// Folders; `None` as for vault items.
    pub folders: Option<u64>,
    /// Attachments; `None` as for vault items.
    pub attachments: Option<u64>,
}

/// What a deletion would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DeletePlan {
    /// The target's id.
    pub target_id: String,
    /// The target's name.
    pub target_name: String,
    /// What would be deleted.
    pub paths: Vec<String>,
    /// Their sizes added up, in bytes.
    pub bytes: u64,
    /// Good backups that stay, newest first.
    pub keeps: Vec<String>,
    /// Why the app will not delete these, if so.
    pub blocked: Option<Error>,
}
