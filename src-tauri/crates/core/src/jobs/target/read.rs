//! Reads a file of a target in full, and again when the first time is not as it should be: a
//! passing error is not damage.

use std::fs::File;
use std::io::Read as _;
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use tokio_util::sync::CancellationToken;

use super::zips::stopped_unexpectedly;
use crate::error::TargetDetail;
use crate::targets::{Received, TargetFolder, hex, received};
use crate::{Code, Error, Result};

/// How long is waited before the second read.
const PAUSE: Duration = Duration::from_millis(400);
const PIECE: usize = 1 << 20;

/// What reading a file showed.
#[derive(Debug)]
pub(super) enum Reading {
    /// It is as it should be; `true` when only the second time.
    Right(Received, bool),
    /// It was read twice with the same content, which is not the one that is known.
    Changed,
    /// Two reads gave two contents.
    Unstable,
    /// It is not there any more.
    Gone,
    /// It is longer or shorter than it should be.
    OtherSize,
    /// It could not be read.
    Failed(Error),
}

/// Reads the file at `path`, which should have `size` and, where it is known, the hash `known`.
pub(super) async fn read_twice(
    folder: &TargetFolder,
    path: &str,
    size: u64,
    known: Option<&str>,
    cancel: &CancellationToken,
    count: &(dyn Fn(u64) + Sync),
) -> Reading {
    let first = once(folder, path, size, cancel, count).await;
    if let Ok(read) = &first
        && known.is_none_or(|known| known == read.sha256)
    {
        return Reading::Right(read.clone(), false);
    }
    tokio::time::sleep(PAUSE).await;
    let second = once(folder, path, size, cancel, count).await;
    match (first, second) {
        (_, Ok(second)) if known.is_some_and(|known| known == second.sha256) => Reading::Right(second, true),
        (Err(_), Ok(second)) if known.is_none() => Reading::Right(second, true),
        (Ok(first), Ok(second)) if first.sha256 != second.sha256 => Reading::Unstable,
        (_, Ok(_)) => Reading::Changed,
        (_, Err(error)) => match error.code() {
            Code::BackupNotFound => Reading::Gone,
            _ if error.is(TargetDetail::StorageSizeDiffers) => Reading::OtherSize,
            _ => Reading::Failed(error),
        },
    }
}

async fn once(
    folder: &TargetFolder,
    path: &str,
    size: u64,
    cancel: &CancellationToken,
    count: &(dyn Fn(u64) + Sync),
) -> Result<Received> {
    let Some(local) = folder.local_path(path)? else {
        return received(folder.read(path, None).await?, Some(size), |piece| {
            count(piece.len() as u64);
            Ok(())
        })
        .await;
    };
    let cancel = cancel.clone();
    let hashing = tokio::task::spawn_blocking(move || {
        let failed = |error: &std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => TargetDetail::BackupNotFound.error(),
            _ => Error::file(&local, error),
        };
        let mut file = File::open(&local).map_err(|error| failed(&error))?;
        let (mut hash, mut bytes, mut piece) = (Context::new(&SHA256), 0_u64, vec![0; PIECE]);
        while !cancel.is_cancelled() {
            let read = file.read(&mut piece).map_err(|error| failed(&error))?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            hash.update(&piece[..read]);
        }
        Ok::<_, Error>(Received { bytes, sha256: hex(hash.finish().as_ref()) })
    });
    let read = hashing.await.map_err(|_| stopped_unexpectedly())??;
    count(read.bytes);
    if read.bytes != size {
        return Err(TargetDetail::StorageSizeDiffers.error());
    }
    Ok(read)
}
