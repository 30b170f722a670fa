//! A file that passes through this computer: hashed as it comes, kept only until it is handed on.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use futures_util::StreamExt as _;
use tempfile::SpooledTempFile;

use crate::error::TargetDetail;
use crate::server::Incoming;
use crate::{Error, Result};

/// What is kept in memory; more goes into a file without a name.
const IN_MEMORY: usize = 4 << 20;

/// A whole file, and its hash.
pub struct Spooled {
    file: SpooledTempFile,
    bytes: u64,
    sha256: String,
}

impl Spooled {
    /// Takes a file in, which must have `size` where that is known.
    ///
    /// # Errors
    /// `ConnectionLost` when it is shorter or longer, and what the source fails with.
    pub async fn take(
        incoming: Incoming,
        size: Option<u64>,
        folder: &Path,
        mut count: impl FnMut(u64),
    ) -> Result<Self> {
        let mut file = tempfile::spooled_tempfile_in(IN_MEMORY, folder);
        let failed = |error: &std::io::Error| Error::file(folder, error);
        let facts = received(incoming, size, |piece| {
            count(piece.len() as u64);
            file.write_all(piece).map_err(|error| failed(&error))
        })
        .await?;
        Ok(Self { file, bytes: facts.bytes, sha256: facts.sha256 })
    }

    /// Takes what is in memory already.
    pub fn of(content: &[u8]) -> Self {
        let mut file = SpooledTempFile::new(content.len() + 1);
        // Memory takes what it was made for.
        let _ = file.write_all(content);
        let sha256 = hex(aws_lc_rs::digest::digest(&SHA256, content).as_ref());
        Self { file, bytes: content.len() as u64, sha256 }
    }

    /// Takes what `copy` writes. Blocks.
    ///
    /// # Errors
    /// What `copy` fails with.
    pub fn copied<T>(folder: &Path, copy: impl FnOnce(&mut Hashing) -> Result<T>) -> Result<(Self, T)> {
        let mut hashing = Hashing {
            file: tempfile::spooled_tempfile_in(IN_MEMORY, folder),
            hash: Context::new(&SHA256),
            bytes: 0,
        };
        let value = copy(&mut hashing)?;
        let sha256 = hex(hashing.hash.finish().as_ref());
        Ok((Self { file: hashing.file, bytes: hashing.bytes, sha256 }, value))
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its hash, in lower-case hex digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Writes it to a file of this computer.
    ///
    /// # Errors
    /// What the file system says.
    pub fn save(&mut self, path: &Path) -> Result<()> {
        self.rewind()?;
        let saved = std::fs::File::create(path).and_then(|mut file| std::io::copy(&mut self.file, &mut file));
        saved.map(drop).map_err(|error| Error::file(path, &error))
    }

    /// Goes back to its beginning.
    pub(super) fn rewind(&mut self) -> Result<()> {
        self.file.seek(SeekFrom::Start(0)).map(drop).map_err(|error| scratch(&error))
    }

    /// Its next piece; none at its end.
    pub(super) fn piece(&mut self, most: usize) -> Result<Option<bytes::Bytes>> {
        let mut piece = Vec::with_capacity(most);
        let limit = u64::try_from(most).unwrap_or(u64::MAX);
        (&mut self.file).take(limit).read_to_end(&mut piece).map_err(|error| scratch(&error))?;
        Ok((!piece.is_empty()).then(|| piece.into()))
    }
}

/// A spooled file while it is written.
pub struct Hashing {
    file: SpooledTempFile,
    hash: Context,
    bytes: u64,
}

impl std::io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The size and the hash of a file that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its size.
    pub bytes: u64,
    /// Its hash, in lower-case hex digits.
    pub sha256: String,
}

/// Reads a file to its end and passes on its pieces. A file that has another length than was
/// said, or than `size`, is refused.
///
/// # Errors
/// `ConnectionLost`, and what the source or `piece` fails with.
pub async fn received(
    incoming: Incoming,
    size: Option<u64>,
    mut piece: impl FnMut(&[u8]) -> Result<()>,
) -> Result<Received> {
    let Incoming { length, mut body, .. } = incoming;
    let wanted = size.or(length);
    let mut hash = Context::new(&SHA256);
    let mut bytes = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        bytes += chunk.len() as u64;
        if wanted.is_some_and(|wanted| bytes > wanted) {
            return Err(TargetDetail::StorageSizeDiffers.error());
        }
        hash.update(&chunk);
        piece(&chunk)?;
    }
    if wanted.is_some_and(|wanted| bytes != wanted) {
        return Err(TargetDetail::StorageSizeDiffers.error());
    }
    Ok(Received { bytes, sha256: hex(hash.finish().as_ref()) })
}

fn scratch(error: &std::io::Error) -> Error {
    Error::file(&std::env::temp_dir(), error)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
