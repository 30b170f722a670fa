//! What the server takes and what it refuses, in its order and its words
//! (PROTOCOL section 3). One implementation serves two: the inspector, which
//! predicts the response, and the practice instance, which gives it.

mod accept;
mod answer;
mod judge;
mod known;
mod listing;
mod manifest;
mod names;
mod refusal;
mod rows;
mod skips;
mod store;
mod tables;

pub use accept::{Accepted, Body, KeptAttachment, Request, accept};
pub(crate) use answer::{Asked, Evidence, NotJson, Rows, answer};
pub(crate) use judge::Judge;
pub(crate) use known::{Belongings, MOST_PEOPLE};
pub(crate) use listing::{ServerEntry, list};
pub(crate) use manifest::ManifestReader;
pub(crate) use names::{is_body as is_body_name, is_safe_blob, takes as takes_name};
pub use refusal::Refusal;
pub(crate) use rows::{Listener, judge};
pub use tables::{TABLES, Table};

/// The largest archive the server takes.
pub const MAX_ARCHIVE_BYTES: u64 = 64 * 1024 * 1024;
/// The most that all entries may come to, unpacked.
pub const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;
/// The largest `db.json`.
pub const MAX_DB_JSON_BYTES: u64 = 32 * 1024 * 1024;
/// The most entries.
pub const MAX_ENTRIES: u64 = 10_000;
/// The largest body that Cloudflare KV keeps.
pub const MAX_KV_BODY_BYTES: u64 = 26_214_400;

/// The way a backup comes to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The file is uploaded; every body must be inside.
    LocalImport,
    /// The server takes file and bodies from a target.
    RemoteRestore,
}
