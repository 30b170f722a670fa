//! Files that are right, damaged or hostile: what is found in them.
#![expect(clippy::cast_possible_truncation, reason = "the archives built here are small")]

#[path = "archive_files/bits.rs"]
mod bits;
#[path = "archive_files/changes.rs"]
mod changes;
#[path = "archive_files/damage.rs"]
mod damage;
#[path = "archive_files/hostile.rs"]
mod hostile;
#[path = "archive_files/looking.rs"]
mod looking;
#[path = "archive_files/repacked.rs"]
mod repacked;
#[path = "archive_files/storages.rs"]
mod storages;
#[path = "archive_files/streamed.rs"]
mod streamed;
#[path = "archive_files/verdicts.rs"]
mod verdicts;
#[path = "archive_files/warned.rs"]
mod warned;
