//! A target's folder made to measure: index-only backups, bodies, and the attachment index.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::archive_builder::{Backup, name_for};

/// The attachment index, below the root.
pub const INDEX: &str = "attachments/.nodewarden-attachment-index.v1.json";

/// A folder with one backup, its bodies and a right index.
pub struct TargetOnDisk {
    /// The root.
    pub root: PathBuf,
    /// The bodies by name.
    pub bodies: BTreeMap<String, Vec<u8>>,
    /// The backup's name.
    pub zip: String,
}

impl TargetOnDisk {
    /// Writes a target with so many vault items and attachments.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn write(root: &Path, ciphers: usize, attachments: usize) -> Self {
        let backup = Backup { index_only: true, ..Backup::sample(ciphers, attachments) };
        let this = Self {
            root: root.to_owned(),
            bodies: backup.bodies.iter().cloned().collect(),
            zip: put_backup(root, &backup),
        };
        for (name, body) in &this.bodies {
            this.put_body(name, body);
        }
        this.write_index(this.bodies.iter().map(|(name, body)| (name.as_str(), body.len() as u64)));
        this
    }

    /// The file of a body.
    pub fn body(&self, name: &str) -> PathBuf {
        self.root.join("attachments").join(name)
    }

    /// Writes a body.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn put_body(&self, name: &str, content: &[u8]) {
        let path = self.body(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, content).expect("written");
    }

    /// Deletes a body and leaves the index as it is.
    ///
    /// # Panics
    /// When it is not there.
    pub fn lose(&self, name: &str) {
        std::fs::remove_file(self.body(name)).expect("it was there");
    }

    /// Writes the index.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_index<'a>(&self, bodies: impl Iterator<Item = (&'a str, u64)>) {
        let blobs: BTreeMap<&str, Value> = bodies
            .map(|(name, size)| (name, json!({"sizeBytes": size, "updatedAt": "2026-11-22T19:15:00Z"})))
            .collect();
        let index = json!({"version": 1, "blobs": blobs}).to_string();
        std::fs::create_dir_all(self.root.join("attachments")).expect("made");
        std::fs::write(self.root.join(INDEX), index).expect("written");
    }

    /// The names and sizes in the index.
    ///
    /// # Panics
    /// When there is none.
    pub fn indexed(&self) -> BTreeMap<String, u64> {
        let text = std::fs::read_to_string(self.root.join(INDEX)).expect("an index");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let blobs = value["blobs"].as_object().expect("blobs");
        blobs.iter().map(|(name, body)| (name.clone(), body["sizeBytes"].as_u64().expect("a size"))).collect()
    }

    /// Every file below the root and its content.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&self.root).expect("below").to_string_lossy().into_owned();
                    found.insert(name, std::fs::read(&path).expect("content"));
                }
            }
        }
        found
    }
}

/// Writes a backup under the name that the server gives it; returns the name.
///
/// # Panics
/// When it cannot be written.
pub fn put_backup(root: &Path, backup: &Backup) -> String {
    let bytes = backup.archive().build();
    let name = name_for(&bytes);
    std::fs::create_dir_all(root).expect("made");
    std::fs::write(root.join(&name), bytes).expect("written");
    name
}
