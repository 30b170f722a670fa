//! Files and folders of this computer that a request names. A window that shows what others
//! wrote must not decide alone which of them are read or written: a path in a request is of
//! use only once someone says that the person chose it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::FileDetail;
use crate::{Error, Result};

/// Says which files and folders a request may name.
pub trait FileGrants: Send + Sync {
    /// The file may be read.
    ///
    /// # Errors
    /// `InvalidRequest` when the person did not choose it.
    fn may_read(&self, file: &Path) -> Result<()>;

    /// Files in the folder may be read.
    ///
    /// # Errors
    /// `InvalidRequest` when the person did not choose it.
    fn may_read_folder(&self, folder: &Path) -> Result<()>;

    /// Files may be written into the folder.
    ///
    /// # Errors
    /// `InvalidRequest` when the person did not choose it.
    fn may_write_into(&self, folder: &Path) -> Result<()>;

    /// Where files go when the request names no folder.
    ///
    /// # Errors
    /// `InvalidRequest` when there is no such folder.
    fn usual_folder(&self) -> Result<PathBuf>;
}

/// Everything may be named: the person typed it on the command line.
#[derive(Debug, Clone, Copy, Default)]
pub struct AllGranted;

impl FileGrants for AllGranted {
    fn may_read(&self, _file: &Path) -> Result<()> {
        Ok(())
    }

    fn may_read_folder(&self, _folder: &Path) -> Result<()> {
        Ok(())
    }

    fn may_write_into(&self, _folder: &Path) -> Result<()> {
        Ok(())
    }

    fn usual_folder(&self) -> Result<PathBuf> {
        Err(FileDetail::NoFolderNamed.error())
    }
}

/// A file of this computer that is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(transparent)]
pub struct FileToRead(PathBuf);

/// A file of this computer that is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(transparent)]
pub struct FileToWrite(PathBuf);

/// A folder of this computer that files are to go to, or to be read from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(transparent)]
pub struct Folder(PathBuf);

impl<P: Into<PathBuf>> From<P> for FileToRead {
    fn from(path: P) -> Self {
        Self(path.into())
    }
}

impl<P: Into<PathBuf>> From<P> for FileToWrite {
    fn from(path: P) -> Self {
        Self(path.into())
    }
}

impl<P: Into<PathBuf>> From<P> for Folder {
    fn from(path: P) -> Self {
        Self(path.into())
    }
}

impl FileToRead {
    /// Its path.
    ///
    /// # Errors
    /// `InvalidRequest` when it may not be read.
    pub fn path(self, files: &dyn FileGrants) -> Result<PathBuf> {
        files.may_read(&self.0)?;
        Ok(self.0)
    }
}

impl FileToWrite {
    /// Its path, when it is inside of a folder that files may be written into.
    ///
    /// # Errors
    /// `InvalidRequest` when it is not.
    pub fn inside_granted_folder(self, files: &dyn FileGrants) -> Result<PathBuf> {
        match (self.0.parent(), self.0.file_name()) {
            (Some(folder), Some(_)) => files.may_write_into(folder)?,
            _ => return Err(not_chosen(&self.0)),
        }
        Ok(self.0)
    }

    /// Its path, if it may be written.
    ///
    /// # Errors
    /// `InvalidRequest` when it may not.
    pub fn path_if(self, may_write: impl FnOnce(&Path) -> bool) -> Result<PathBuf> {
        if may_write(&self.0) { Ok(self.0) } else { Err(not_chosen(&self.0)) }
    }
}

impl Folder {
    /// Its path.
    ///
    /// # Errors
    /// `InvalidRequest` when files may not be written into it.
    pub fn path(self, files: &dyn FileGrants) -> Result<PathBuf> {
        files.may_write_into(&self.0)?;
        Ok(self.0)
    }

    /// Its path, to read files in it.
    ///
    /// # Errors
    /// `InvalidRequest` when they may not be read.
    pub fn to_read(self, files: &dyn FileGrants) -> Result<PathBuf> {
        files.may_read_folder(&self.0)?;
        Ok(self.0)
    }

    /// The path of a folder, or of the usual one when none is named.
    ///
    /// # Errors
    /// As [`Folder::path`].
    pub fn or_usual(folder: Option<Self>, files: &dyn FileGrants) -> Result<PathBuf> {
        match folder {
            Some(folder) => folder.path(files),
            None => files.usual_folder(),
        }
    }
}

/// The error of a path that the person did not choose.
#[must_use]
pub fn not_chosen(path: &Path) -> Error {
    FileDetail::NotChosen { path: path.to_string_lossy().into() }.error()
}
