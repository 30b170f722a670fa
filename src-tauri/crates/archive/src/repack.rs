//! Unpacks entries that the server cannot read: those with a password, and those
//! packed with bzip2, LZMA or Zstandard.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::zip::Entry;
use desk_base::error::{ArchiveDetail, Cause};
use desk_base::{Error, Result};

/// An LZMA stream that asks for more memory than this is not unpacked, in bytes.
const LARGEST_DICTIONARY: u32 = 64 << 20;
/// Where an LZMA entry shows the size of its dictionary.
const DICTIONARY_AT: usize = 5;
const LZMA: u16 = 14;

/// Reads those entries of one file.
pub(crate) struct Repacked<'a> {
    zip: ZipArchive<BufReader<File>>,
    places: HashMap<u64, usize>,
    password: Option<&'a SecretString>,
}

impl<'a> Repacked<'a> {
    /// Opens the file at `path`, whose list of entries was read and found good.
    ///
    /// # Errors
    /// `ArchiveDamaged`, a file error.
    pub(crate) fn open(path: &Path, password: Option<&'a SecretString>) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::file(path, &error))?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| failed("The file", &error))?;
        let mut places = HashMap::new();
        for place in 0..zip.len() {
            let entry = zip.by_index_raw(place).map_err(|error| failed("The file", &error))?;
            places.insert(entry.header_start(), place);
        }
        Ok(Self { zip, places, password })
    }

    /// The content of `entry`; its checksum is compared at its end.
    ///
    /// # Errors
    /// `NotAnArchive` with the reason "password" or "packing", `WrongSecret` when
    /// the password is not the right one, `ArchiveDamaged`.
    pub(crate) fn content(&mut self, entry: &Entry) -> Result<impl Read + '_> {
        let place = self.places.get(&entry.header_at).copied();
        let place = place.ok_or_else(|| failed(&entry.name, &ZipError::FileNotFound))?;
        if entry.method == LZMA && !entry.is_marked_encrypted() {
            let mut head = [0; DICTIONARY_AT + 4];
            let mut raw = self.zip.by_index_raw(place).map_err(|error| failed(&entry.name, &error))?;
            let _ = raw.read_exact(&mut head);
            let size = head.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
            if size > LARGEST_DICTIONARY {
                return Err(too_much_memory(&entry.name));
            }
        }
        let read = match self.password {
            Some(password) if entry.is_marked_encrypted() => {
                self.zip.by_index_decrypt(place, password.expose_secret().as_bytes())
            }
            _ => self.zip.by_index(place),
        };
        read.map_err(|error| failed(&entry.name, &error))
    }
}

/// Why an entry cannot be unpacked.
fn failed(entry: &str, error: &ZipError) -> Error {
    let entry = super::damage::shown(entry);
    match error {
        ZipError::InvalidPassword => wrong_password(),
        ZipError::UnsupportedArchive(words) if *words == ZipError::PASSWORD_REQUIRED => {
            ArchiveDetail::ArchivePasswordNeeded.error()
        }
        ZipError::UnsupportedArchive(words) => {
            ArchiveDetail::EntryPacking { entry }.error().original(*words).caused_by(Cause::of(error))
        }
        error => ArchiveDetail::EntryDamaged { entry }.error().caused_by(Cause::of(error)),
    }
}

fn too_much_memory(entry: &str) -> Error {
    ArchiveDetail::EntryTooMuchMemory { entry: super::damage::shown(entry) }.error()
}

/// The password is not the one the archive was packed with.
pub(crate) fn wrong_password() -> Error {
    ArchiveDetail::ArchivePasswordWrong.error()
}

/// What an error while reading means: with a password, a wrong checksum says that
/// it was the wrong one.
pub(crate) fn reading_failed(entry: &Entry, error: &io::Error) -> Error {
    if entry.is_marked_encrypted() {
        return wrong_password();
    }
    ArchiveDetail::EntryDamaged { entry: super::damage::shown(&entry.name) }
        .error()
        .caused_by(Cause::of(error))
}

/// The way of packing can be unpacked here.
pub(crate) fn can_unpack(entry: &Entry) -> bool {
    let methods =
        [CompressionMethod::Bzip2, CompressionMethod::Lzma, CompressionMethod::Zstd, CompressionMethod::Aes];
    #[allow(deprecated)]
    methods.iter().any(|method| method.to_u16() == entry.method)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn an_entry_that_cannot_be_unpacked_names_what_failed_underneath() {
        let error = failed("db.json", &ZipError::Io(io::Error::other("the disk is gone")));
        assert_eq!(error.kind(), "entry-damaged");
        let of_zip = error.source().expect("the error of the zip crate");
        let of_system = of_zip.source().expect("the error of the system");
        assert_eq!(of_system.to_string(), "the disk is gone");
    }
}
