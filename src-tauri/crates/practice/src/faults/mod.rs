//! The faults that the practice instance can be given: what they are called, which of them
//! stay switched on, and what they do to connections. `inject` carries them out.

mod connection;

use serde::{Deserialize, Serialize};

pub(crate) use connection::{Faults, Switches, TargetFault};

/// Something that goes wrong, or is put right. Files named here are paths
/// inside the folder of backups on the target; without a name the newest backup
/// is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Fault {
    /// One bit in the middle of a backup on the target flips.
    FlipBit {
        /// Which backup.
        #[serde(default)]
        file: Option<String>,
    },
    /// A backup on the target ends early.
    Truncate {
        /// Which backup.
        #[serde(default)]
        file: Option<String>,
        /// How many bytes stay; without it, half of them.
        #[serde(default)]
        keep: Option<u32>,
    },
    /// Some attachment bodies disappear from the target.
    DeleteBodies {
        /// How many, in the order of their names.
        count: u32,
        /// Whether the target's index forgets them too, so that the next run
        /// uploads them again.
        forget: bool,
    },
    /// These attachment bodies disappear from the target.
    DeleteBody {
        /// `cipherId/attachmentId`.
        blob_name: String,
        /// Whether the target's index forgets it too.
        forget: bool,
    },
    /// The target's index of bodies disappears.
    DeleteIndex,
    /// The whole `attachments/` folder disappears from the target.
    DeleteAttachmentsFolder,
    /// JWT_SECRET becomes another one.
    ChangeJwtSecret,
    /// JWT_SECRET becomes shorter than 32 characters.
    ShortenJwtSecret,
    /// JWT_SECRET is not set any more.
    RemoveJwtSecret,
    /// The target responds to everything with this status.
    TargetStatus {
        /// 401, 403, 404, 507, 526, 530 or another.
        status: u16,
    },
    /// The target takes requests and never responds.
    TargetHangs,
    /// The target goes away half-way: it serves so many requests, and responds to all others with
    /// 530.
    TargetFailsAfter {
        /// How many requests it serves.
        requests: u32,
    },
    /// The server cannot reach its target, and others can: a firewall that refuses Cloudflare's
    /// addresses.
    TargetBlocksServer,
    /// A run with attachments fails like a worker that makes too many calls when the target's index
    /// lacks more bodies than this. What it uploaded stays, and the index does not list it.
    SubrequestLimit {
        /// How many bodies a run can upload.
        bodies: u32,
    },
    /// The target is full: reading works, writing returns 507.
    FillTarget,
    /// Every response of this side takes longer.
    Latency {
        /// Which side.
        side: Side,
        /// By how much.
        milliseconds: u32,
    },
    /// Connections to this side die half-way through a body.
    DropConnections {
        /// Which side.
        side: Side,
    },
    /// The server stops in the middle of the next restore, as it does when it is restarted or
    /// deployed. It is started again with its folder and its ports.
    StopDuringRestore {
        /// It has switched to the restored data by then, and the response is lost.
        restored: bool,
    },
    /// Restores report that less was restored than the backup contains.
    PartialRestore {
        /// What is left out.
        result: PartialResult,
    },
    /// The stored backup settings are no longer wrapped for any account, or for one
    /// administrator only. It shows once they need repair, and goes when they are
    /// saved or repaired.
    RemoveWraps {
        /// The email address of the administrator whose wrap stays.
        #[serde(default)]
        keep: Option<String>,
    },
    /// The stored backup settings lose the part that administrators can open. It
    /// shows once they need repair, and goes when they are saved or repaired.
    RemovePortablePart,
    /// A backup of another instance is restored over this one: its people, vaults and
    /// backup settings take the place of those here. The administrator has an account
    /// there too and signs in as before, but every session is over.
    RestoreOtherInstance {
        /// The settings of the other instance are wrapped for the administrator as well.
        #[serde(default)]
        wrapped: bool,
    },
    /// The server says that keys are derived with PBKDF2 and this many rounds, whatever the
    /// account's own settings are.
    WeakDerivation {
        /// How many rounds.
        iterations: u32,
    },
    /// Everything that is switched on goes off again, and JWT_SECRET is the
    /// first one again. Damage to files stays: that is what backups are for. So do
    /// wraps and portable parts that were removed, and what was restored.
    RestoreNormal,
}

/// What the response of a restore leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum PartialResult {
    /// No vault item was taken in.
    NoItems,
    /// Half of the vault items were.
    SomeItems,
    /// Half of the attachment bodies were, and none is named as skipped.
    FewerBodies,
    /// Two attachments were skipped, and the response does not say which.
    SkippedWithoutItems,
}

/// The side that has a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The practice server.
    Server,
    /// Its WebDAV target.
    Target,
}
