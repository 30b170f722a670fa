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
use desk_base::{Code, Error, Result};

/// An LZMA stream that asks for more memory than this is not unpacked, in bytes.
const LARGEST_DICTIONARY: u32 = 64 << 20;
/// Where an LZMA entry tells the size of its dictionary.
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
        ZipError::UnsupportedArchive(words) if *words == ZipError::PASSWORD_REQUIRED => Error::new(
            Code::NotAnArchive,
            "The archive is protected with a password.",
            "Give the password with --password-file, or unpack it and pack it again without a password.",
        )
        .value("reason", "password"),
        ZipError::UnsupportedArchive(words) => Error::new(
            Code::NotAnArchive,
            format!("{entry} is packed in a way that cannot be unpacked here."),
            "Unpack the file with the program that packed it, and pack it again as a plain ZIP.",
        )
        .value("reason", "packing")
        .original(*words),
        error => Error::new(
            Code::ArchiveDamaged,
            format!("{entry} cannot be unpacked."),
            "Look for another copy of this backup.",
        )
        .value("entry", entry)
        .original(error.to_string()),
    }
}

fn too_much_memory(entry: &str) -> Error {
    Error::new(
        Code::NotAnArchive,
        format!("{} takes more memory to unpack than a backup does.", super::damage::shown(entry)),
        "Unpack the file with the program that packed it, and pack it again as a plain ZIP.",
    )
    .value("reason", "packing")
}

/// The password is not the one the archive was packed with.
pub(crate) fn wrong_password() -> Error {
    Error::new(
        Code::WrongSecret,
        "This password does not open the archive.",
        "Give the password that the ZIP was packed with; it need not be a master password.",
    )
    .value("reason", "archive-password")
}

/// What an error while reading means: with a password, a wrong checksum says that
/// it was the wrong one.
pub(crate) fn reading_failed(entry: &Entry, error: &io::Error) -> Error {
    if entry.is_marked_encrypted() {
        return wrong_password();
    }
    Error::new(
        Code::ArchiveDamaged,
        format!("{} cannot be unpacked.", super::damage::shown(&entry.name)),
        "Look for another copy of this backup.",
    )
    .original(error.to_string())
}

/// The way of packing can be unpacked here.
pub(crate) fn can_unpack(entry: &Entry) -> bool {
    let methods =
        [CompressionMethod::Bzip2, CompressionMethod::Lzma, CompressionMethod::Zstd, CompressionMethod::Aes];
    #[allow(deprecated)]
    methods.iter().any(|method| method.to_u16() == entry.method)
}
