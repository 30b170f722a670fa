//! Paths that the window names: each leads to a file only when the person chose it in a
//! dialog of the system, dropped it, or opened the app with it, or when the ledger knows it.

use std::path::{Path, PathBuf};

use desk_core::granted::{FileGrants, not_chosen};
pub use desk_core::granted::{FileToRead, FileToWrite, Folder};
use desk_core::{Error, Result};
use serde::Deserialize;

use crate::state::Shell;

/// What the window may name, with the usual folder for downloads.
pub struct WindowFiles<'a> {
    shell: &'a Shell,
    usual: PathBuf,
}

impl Shell {
    /// What the window may name; files go into the `usual` folder when it names none.
    pub fn file_grants(&self, usual: PathBuf) -> WindowFiles<'_> {
        WindowFiles { shell: self, usual }
    }
}

impl FileGrants for WindowFiles<'_> {
    fn may_read(&self, file: &Path) -> Result<()> {
        may_read(self.shell, file)
    }

    fn may_read_folder(&self, folder: &Path) -> Result<()> {
        if self.shell.grants.has_folder(folder) { Ok(()) } else { Err(not_chosen(folder)) }
    }

    fn may_write_into(&self, folder: &Path) -> Result<()> {
        if folder == self.usual { Ok(()) } else { self.may_read_folder(folder) }
    }

    fn usual_folder(&self) -> Result<PathBuf> {
        Ok(self.usual.clone())
    }
}

/// A path that the window names, as a command uses it.
pub trait Granted {
    /// Its path. A file to write is granted once: it has to be chosen again for another time.
    ///
    /// # Errors
    /// `InvalidRequest` when the person did not choose it.
    fn granted(self, shell: &Shell) -> Result<PathBuf>;
}

impl Granted for FileToRead {
    fn granted(self, shell: &Shell) -> Result<PathBuf> {
        self.path(&shell.file_grants(PathBuf::new()))
    }
}

impl Granted for FileToWrite {
    fn granted(self, shell: &Shell) -> Result<PathBuf> {
        self.path_if(|path| shell.grants.take_to_write(path))
    }
}

/// A folder that the window names, as a command uses it.
pub trait GrantedFolder: Sized {
    /// Its path; `None` is the usual folder for downloads.
    ///
    /// # Errors
    /// `InvalidRequest` when no dialog returned it and it is not the usual one.
    fn granted(folder: Option<Self>, shell: &Shell, usual: PathBuf) -> Result<PathBuf>;
}

impl GrantedFolder for Folder {
    fn granted(folder: Option<Self>, shell: &Shell, usual: PathBuf) -> Result<PathBuf> {
        Self::or_usual(folder, &shell.file_grants(usual))
    }
}

/// A file or folder of this computer that the window needs to have shown in the file browser.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(transparent)]
pub struct FileToReveal(String);

impl FileToReveal {
    /// Its path, when it is a file that the window may name, one that it wrote, one in a folder
    /// for downloads, or a folder of the app.
    ///
    /// # Errors
    /// `InvalidRequest` when the app does not know it, `FileNotFound` when it is gone.
    pub fn granted(self, shell: &Shell, downloads: &Path) -> Result<PathBuf> {
        let path = PathBuf::from(self.0);
        let ours = path == downloads || path == shell.desk.files().folder();
        let inside =
            path.parent().is_some_and(|folder| folder == downloads || shell.grants.has_folder(folder))
                && path.file_name().is_some();
        let known = ours || inside || shell.grants.has_written(&path) || shell.grants.may_read(&path);
        if !known && !shell.knows_file(&path)? {
            return Err(not_chosen(&path));
        }
        match path.try_exists() {
            Ok(false) => Err(Error::file(&path, &std::io::ErrorKind::NotFound.into())),
            Ok(true) | Err(_) => Ok(path),
        }
    }
}

/// Whether the window may have this file read.
///
/// # Errors
/// `InvalidRequest` when the person did not choose it and the ledger does not know it.
pub fn may_read(shell: &Shell, file: impl AsRef<Path>) -> Result<()> {
    let file = file.as_ref();
    if shell.grants.may_read(file) || shell.knows_file(file)? { Ok(()) } else { Err(not_chosen(file)) }
}

#[cfg(test)]
mod tests {
    use desk_core::Code;

    use super::*;

    fn shell() -> (tempfile::TempDir, Shell) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let shell = Shell::open(folder.path()).expect("a new ledger");
        (folder, shell)
    }

    #[test]
    fn a_file_is_written_once_and_only_where_a_dialog_allowed_it() {
        let (_folder, shell) = shell();
        let file = || FileToWrite::from("/home/mira/report.html");
        assert_eq!(file().granted(&shell).expect_err("not chosen").code(), Code::InvalidRequest);
        shell.grants.add_to_write("/home/mira/report.html".into());
        assert_eq!(file().granted(&shell), Ok("/home/mira/report.html".into()));
        assert!(file().granted(&shell).is_err(), "once");
    }

    #[test]
    fn a_file_is_read_only_when_it_was_chosen() {
        let (_folder, shell) = shell();
        let file = |path: &str| FileToRead::from(path).granted(&shell);
        shell.grants.add_to_read(["/home/mira/backup.zip".into()]);
        assert!(file("/home/mira/backup.zip").is_ok());
        assert!(file("/home/mira/backup.zip").is_ok(), "as often as needed");
        for other in ["/etc/passwd", "/home/mira/../mira/other.zip", "", "/home/mira"] {
            assert!(file(other).is_err(), "{other}");
        }
    }

    #[test]
    fn only_files_that_the_app_knows_are_shown_in_the_file_browser() {
        let (folder, shell) = shell();
        let downloads = folder.path().join("downloads");
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(&path, b"x").expect("written");
            path
        };
        let reveal = |path: &Path| {
            FileToReveal(path.to_string_lossy().into_owned())
                .granted(&shell, &downloads)
                .map_err(|e| e.code())
        };
        let (downloaded, report, backup, other) = (
            file("downloads/a.zip"),
            file("reports/a.html"),
            file("backups/a.zip"),
            file("secret/id_ed25519"),
        );
        shell.grants.add_to_write(report.clone());
        FileToWrite::from(report.clone()).granted(&shell).expect("chosen");
        shell.grants.add_to_read([backup.clone()]);
        for known in [&downloaded, &report, &backup, &downloads] {
            assert_eq!(reveal(known).as_ref(), Ok(known));
        }
        assert_eq!(reveal(shell.desk.files().folder()), Ok(shell.desk.files().folder().to_owned()));
        for unknown in [other.as_path(), Path::new("/etc/passwd"), Path::new("/"), Path::new("")] {
            assert_eq!(reveal(unknown), Err(Code::InvalidRequest), "{}", unknown.display());
        }
        let hidden = downloads.join("../secret/id_ed25519");
        assert_eq!(reveal(&hidden), Err(Code::InvalidRequest));
        assert_eq!(reveal(&downloads.join("gone.zip")), Err(Code::FileNotFound));
    }

    #[test]
    fn a_file_that_the_app_was_opened_with_may_be_read() {
        let (_folder, shell) = shell();
        shell.opened_with(vec!["/home/mira/backup.zip".into()]);
        assert!(FileToRead::from("/home/mira/backup.zip").granted(&shell).is_ok());
    }

    #[test]
    fn downloads_go_only_to_chosen_folders_and_the_usual_one() {
        let (_folder, shell) = shell();
        let usual = PathBuf::from("/home/mira/NodeWarden backups");
        let folder = |name: &str| Folder::granted(Some(Folder::from(name)), &shell, usual.clone());
        shell.grants.add_folder("/home/mira/safe".into());
        assert_eq!(Folder::granted(None, &shell, usual.clone()), Ok(usual.clone()));
        assert!(folder("/home/mira/safe").is_ok() && folder("/home/mira/NodeWarden backups").is_ok());
        assert!(folder("/home/mira/.config/autostart").is_err());
        let to =
            |path: &str| FileToWrite::from(path).inside_granted_folder(&shell.file_grants(usual.clone()));
        assert!(to("/home/mira/safe/backup (1).zip").is_ok());
        let read = |folder: &Path| Folder::from(folder).to_read(&shell.file_grants(usual.clone()));
        assert!(read(Path::new("/home/mira/safe")).is_ok() && read(&usual).is_err());
        for other in ["/home/mira/safe/../.bashrc", "/home/mira/.bashrc", "backup.zip", "/home/mira/safe/.."]
        {
            assert!(to(other).is_err(), "{other}");
        }
    }
}
