//! The options of an inspection about the world around the file.

use std::collections::BTreeMap;

use super::Storage;

/// The options of an inspection. All are optional: the default judges the
/// file alone, for an instance on R2 whose data would be replaced.
#[derive(Debug, Clone)]
pub struct InspectOptions {
    /// Where the instance that would take the backup keeps attachment bodies.
    pub storage: Storage,
    /// The email address of the administrator who would restore it.
    pub acting_user_email: Option<String>,
    /// The name to judge, when the file on disk has another one (a temporary
    /// file of a download).
    pub name: Option<String>,
    /// The bodies known to be on the target, blob name → size. Without it, a
    /// remote restore is taken to find every body that the manifest lists.
    pub target_listing: Option<BTreeMap<String, u64>>,
    /// Predict the responses of instances with another storage too.
    pub all_storages: bool,
    /// The instance holds no data yet.
    pub fresh: bool,
    /// The restore would replace what is there.
    pub replace: bool,
    /// A name whose hash is of another content would be accepted on purpose.
    pub accept_mismatch: bool,
    /// What the instance holds now, to say what a restore would take back.
    pub instance: Option<InstanceNow>,
}

impl Default for InspectOptions {
    fn default() -> Self {
        Self {
            storage: Storage::R2,
            acting_user_email: None,
            name: None,
            target_listing: None,
            all_storages: false,
            fresh: false,
            replace: true,
            accept_mismatch: false,
            instance: None,
        }
    }
}

/// What an instance holds now, in numbers; `None` for what is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstanceNow {
    /// Accounts.
    pub users: Option<u64>,
    /// Vault items.
    pub ciphers: Option<u64>,
    /// Folders.
    pub folders: Option<u64>,
    /// Attachments.
    pub attachments: Option<u64>,
    /// Sends, which no backup carries.
    pub sends: Option<u64>,
}
