//! What is on the target already. What was there before must be the same content; it is never
//! changed and never removed.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _};

use super::journal::Journal;
use super::{Body, read_body, sha256_of};
use crate::archive::ExportIndex;
use crate::error::JobDetail;
use crate::jobs::{Outcome, Watch};
use crate::progress::Update;
use crate::targets::TargetFolder;
use crate::{Error, Result};
use desk_base::done_or_return;

/// How many files are checked or compared at a time.
const PARALLEL: usize = 8;
/// How many names an error lists.
const MOST_NAMES: usize = 5;

/// What a look at the target showed.
pub(super) struct Found {
    /// Bodies that have to be uploaded, by name.
    pub missing: BTreeSet<String>,
}

/// How one body stands.
enum Standing {
    Missing,
    /// It is there, and was uploaded from here.
    Ours,
    /// It was there before, with the right size.
    Before,
    /// It was there before, with another size.
    Other,
}

/// Checks every body on the target, and compares the content of those that were there before.
///
/// # Errors
/// `InvalidRequest` when other content has one of the names, and what the target fails with.
pub(super) async fn survey(
    folder: &TargetFolder,
    index: &Arc<ExportIndex>,
    bodies: &[Body],
    journal: &Journal,
    watch: &Watch,
) -> Result<Outcome<Found>> {
    let looks = futures_util::stream::iter(bodies.iter().cloned().enumerate())
        .map(|(done, body)| async move {
            let standing = standing(folder.size_of(&body.path()).await?, &body, journal);
            watch.progress.report(Update::Files { done: done as u64 + 1, total: bodies.len() as u64 });
            Ok::<_, Error>((body, standing))
        })
        .buffered(PARALLEL)
        .try_collect::<Vec<_>>();
    let looked = done_or_return!(watch.until_stopped(looks).await?);
    let mut found = Found { missing: BTreeSet::new() };
    let (mut others, mut before) = (Vec::new(), Vec::new());
    for (body, standing) in looked {
        match standing {
            Standing::Missing => {
                found.missing.insert(body.name.clone());
            }
            Standing::Ours => {}
            Standing::Before => before.push(body),
            Standing::Other => others.push(body.name.clone()),
        }
    }
    let compared = futures_util::stream::iter(before)
        .map(|body| async move {
            let there = folder.content(&body.path(), body.bytes).await?;
            let is_same = sha256_of(&there) == sha256_of(&read_body(index, &body, watch).await?);
            Ok::<_, Error>((!is_same).then(|| body.name.clone()))
        })
        .buffered(2)
        .try_filter_map(|other| async move { Ok(other) })
        .try_collect::<Vec<String>>();
    others.extend(done_or_return!(watch.until_stopped(compared).await?));
    if others.is_empty() { Ok(Outcome::Done(found)) } else { Err(occupied(&others)) }
}

fn standing(size: Option<u64>, body: &Body, journal: &Journal) -> Standing {
    match (size, journal.file(&body.path())) {
        (None, _) => Standing::Missing,
        (Some(size), Some(file)) if file.whole && size == body.bytes => Standing::Ours,
        (Some(_), Some(_)) => Standing::Missing,
        (Some(size), None) if size == body.bytes => Standing::Before,
        (Some(_), None) => Standing::Other,
    }
}

fn occupied(names: &[String]) -> Error {
    let shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
    JobDetail::TargetOccupied { names: shown.join(", ") }.error()
}
