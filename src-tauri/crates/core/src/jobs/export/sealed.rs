//! Archives encrypted with a passphrase, in the format of age (scrypt recipient, v1): the `age`
//! tool opens them too. Written and read as streams.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_util::sync::CancellationToken;

use super::bytes::{blocking, hex};
use crate::error::{ArchiveDetail, Cause, JobDetail};
use crate::jobs::{Outcome, PartFile, Watch};
use crate::{Error, Result};

/// The ending of an encrypted file.
const ENDING: &str = ".age";
/// How hard it is to guess the passphrase: scrypt with 2^18 rounds, about a second and 256 MiB.
const WORK_FACTOR: u8 = 18;
/// A file that asks for more is not opened: it was made to use up memory.
const MOST_WORK: u8 = 22;
/// The shortest passphrase that is taken.
const SHORTEST: usize = 12;

/// Refuses a passphrase that is easy to guess.
///
/// # Errors
/// `InvalidRequest`.
pub fn check_passphrase(passphrase: &SecretString) -> Result<()> {
    if passphrase.expose_secret().chars().count() >= SHORTEST {
        return Ok(());
    }
    Err(ArchiveDetail::PassphraseTooShort { shortest: 12 }.error())
}

/// Encrypts `from` as `to` with `.age` behind its name, and reads it back: what is decrypted
/// must have `sha256`.
pub(super) async fn seal(
    from: &Path,
    to: &Path,
    passphrase: &SecretString,
    sha256: &str,
    watch: &Watch,
) -> Result<Outcome<PathBuf>> {
    let mut name = to.as_os_str().to_owned();
    name.push(ENDING);
    let (from, to, passphrase) = (from.to_owned(), PathBuf::from(name), passphrase.clone());
    let (sha256, cancel) = (sha256.to_owned(), watch.cancel.clone());
    blocking(move || {
        let read = |error: std::io::Error| Error::file(&from, &error);
        let mut part = PartFile::create(&to)?;
        let failed = |error: std::io::Error| Error::file(&to, &error);
        let mut recipient = age::scrypt::Recipient::new(passphrase.expose_secret().to_owned().into());
        recipient.set_work_factor(WORK_FACTOR);
        let recipient: &dyn age::Recipient = &recipient;
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient));
        let encryptor = encryptor.map_err(|error| fault().caused_by(Cause::of(&error)))?;
        let mut plain = File::open(&from).map_err(read)?;
        {
            let out = BufWriter::with_capacity(256 * 1024, part.file().map_err(failed)?);
            let mut sealed = encryptor.wrap_output(out).map_err(failed)?;
            let mut piece = vec![0; 256 * 1024];
            loop {
                if cancel.is_cancelled() {
                    return Ok(Outcome::Stopped);
                }
                let got = plain.read(&mut piece).map_err(read)?;
                if got == 0 {
                    break;
                }
                sealed.write_all(&piece[..got]).map_err(failed)?;
            }
            sealed.finish().and_then(|mut out| out.flush()).map_err(failed)?;
        }
        part.flush()?;
        let mut hash = Context::new(&SHA256);
        match open(part.part_path(), &passphrase, &cancel, &mut |piece| {
            hash.update(piece);
            Ok(())
        })? {
            Outcome::Done(()) => {}
            Outcome::Stopped | Outcome::Unknown(_) => return Ok(Outcome::Stopped),
        }
        if hex(hash.finish().as_ref()) != sha256 {
            return Err(fault());
        }
        Ok(Outcome::Done(part.finish()?))
    })
    .await
}

/// Decrypts an encrypted archive into `folder`, under its name without `.age`. Blocks; a cancel
/// stops it and leaves nothing behind.
///
/// # Errors
/// `WrongSecret`, `NotAnArchive` when it is no age file with a passphrase, `ArchiveDamaged` when
/// it was changed or cut off, `FileExists`, a file error.
pub fn decrypt(
    file: &Path,
    passphrase: &SecretString,
    folder: &Path,
    cancel: &CancellationToken,
) -> Result<Outcome<PathBuf>> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(ENDING).unwrap_or(&name);
    let name = crate::file_names::safe_name(name);
    let name = if name.to_ascii_lowercase().ends_with(".zip") { name } else { format!("{name}.zip") };
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    let mut part = PartFile::create(&folder.join(name))?;
    match open(file, passphrase, cancel, &mut |piece| part.write(piece))? {
        Outcome::Done(()) => part.finish().map(Outcome::Done),
        Outcome::Stopped | Outcome::Unknown(_) => Ok(Outcome::Stopped),
    }
}

/// The file is encrypted in the format of age. What is no regular file is not: opening a pipe
/// would wait for whoever writes into it.
pub fn is_encrypted(file: &Path) -> bool {
    let mut head = [0; 21];
    let is_file = std::fs::metadata(file).is_ok_and(|facts| facts.is_file());
    let read = is_file.then(|| File::open(file).and_then(|mut file| file.read_exact(&mut head)));
    read.is_some_and(|read| read.is_ok()) && &head == b"age-encryption.org/v1"
}

fn open(
    file: &Path,
    passphrase: &SecretString,
    cancel: &CancellationToken,
    take: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Outcome<()>> {
    let failed = |error: std::io::Error| Error::file(file, &error);
    let input = BufReader::with_capacity(256 * 1024, File::open(file).map_err(failed)?);
    let decryptor = age::Decryptor::new_buffered(input);
    let decryptor = decryptor.map_err(|error| no_age(file).caused_by(Cause::of(&error)))?;
    if !decryptor.is_scrypt() {
        return Err(no_age(file));
    }
    let mut identity = age::scrypt::Identity::new(passphrase.expose_secret().to_owned().into());
    identity.set_max_work_factor(MOST_WORK);
    let identity: &dyn age::Identity = &identity;
    let mut plain = decryptor.decrypt(std::iter::once(identity)).map_err(|error| {
        let detail = match error {
            age::DecryptError::ExcessiveWork { .. } => {
                ArchiveDetail::TooMuchWork { path: file.display().to_string() }
            }
            age::DecryptError::Io(error) => return failed(error),
            _ => ArchiveDetail::PassphraseWrong,
        };
        detail.error().caused_by(Cause::of(&error))
    })?;
    let mut piece = vec![0; 256 * 1024];
    loop {
        if cancel.is_cancelled() {
            return Ok(Outcome::Stopped);
        }
        let read = plain
            .read(&mut piece)
            .map_err(|error| ArchiveDetail::EncryptedFileDamaged.error().caused_by(error))?;
        if read == 0 {
            return Ok(Outcome::Done(()));
        }
        take(&piece[..read])?;
    }
}

fn no_age(file: &Path) -> Error {
    ArchiveDetail::NotEncrypted { path: file.display().to_string() }.error()
}

fn fault() -> Error {
    JobDetail::ExportNotEncrypted.error()
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;
    use crate::Code;

    fn sealed(folder: &Path, plain: &[u8]) -> PathBuf {
        let mut recipient = age::scrypt::Recipient::new("a good passphrase".to_owned().into());
        recipient.set_work_factor(4);
        let path = folder.join("backup_12345.zip.age");
        std::fs::write(&path, age::encrypt(&recipient, plain).expect("encrypted")).expect("written");
        path
    }

    #[test]
    fn an_encrypted_archive_decrypts_with_its_name_and_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let plain: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let path = sealed(folder.path(), &plain);
        assert!(is_encrypted(&path));
        let never = CancellationToken::new();
        let out = folder.path().join("out");
        let opened = decrypt(&path, &"a good passphrase".into(), &out, &never).expect("decrypted");
        assert_eq!(opened, Outcome::Done(out.join("backup_12345.zip")));
        assert_eq!(std::fs::read(out.join("backup_12345.zip")).expect("readable"), plain);
    }

    #[test]
    fn a_wrong_passphrase_or_a_changed_file_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = sealed(folder.path(), &vec![7; 300_000]);
        let never = CancellationToken::new();
        let out = folder.path().join("out");
        let refused =
            |passphrase: &str| decrypt(&path, &passphrase.into(), &out, &never).expect_err("refused");
        let code = |passphrase: &str| refused(passphrase).code();
        assert_eq!(code("another passphrase"), Code::WrongSecret);
        let of_age = refused("another passphrase");
        let of_age = of_age.source().expect("what age said").to_string();
        assert!(!of_age.is_empty() && !of_age.contains("another passphrase"), "{of_age}");
        let mut bytes = std::fs::read(&path).expect("readable");
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&path, &bytes).expect("written");
        assert_eq!(code("a good passphrase"), Code::ArchiveDamaged);
        std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
        assert_eq!(code("a good passphrase"), Code::ArchiveDamaged);
        std::fs::write(&path, b"PK").expect("written");
        assert_eq!(code("a good passphrase"), Code::NotAnArchive);
        assert_eq!(std::fs::read_dir(&out).expect("a folder").count(), 0);
    }

    #[test]
    fn a_file_that_would_take_hours_to_open_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = sealed(folder.path(), b"PK");
        let bytes = std::fs::read(&path).expect("readable");
        let end = bytes.windows(3).position(|three| three == b" 4\n").expect("its work factor");
        let hard = [&bytes[..end], b" 30\n", &bytes[end + 3..]].concat();
        std::fs::write(&path, hard).expect("written");
        let never = CancellationToken::new();
        let error = decrypt(&path, &"a good passphrase".into(), folder.path(), &never).expect_err("refused");
        assert_eq!(error.code(), Code::NotAnArchive);
        assert!(error.to_string().contains("more computing work"), "{error}");
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        assert!(check_passphrase(&"eleven char".into()).is_err());
        assert!(check_passphrase(&"twelve chars".into()).is_ok());
    }
}
