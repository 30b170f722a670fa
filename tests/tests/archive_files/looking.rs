use std::path::{Path, PathBuf};

use desk_archive::{InspectOptions, Inspection, inspect};
use desk_core::jobs::Outcome;
use desk_core::progress::Silent;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Checks the file at `path`.
pub fn look(path: &Path, options: &InspectOptions) -> Inspection {
    match inspect(path, options, &Silent, &CancellationToken::new()).expect("the file can be read") {
        Outcome::Done(inspection) => inspection,
        other => panic!("nobody stopped it: {other:?}"),
    }
}

/// Checks `bytes` as a file of no telling name.
pub fn look_at(bytes: &[u8]) -> Inspection {
    look_with(bytes, &InspectOptions::default())
}

/// Checks `bytes` as a file of no telling name, knowing `options`.
pub fn look_with(bytes: &[u8], options: &InspectOptions) -> Inspection {
    let (_folder, path) = file("backup.zip", bytes);
    look(&path, options)
}

/// A file of this name in its own folder.
pub fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    (folder, path)
}

/// The damage found, as `entry: code`.
pub fn damage(report: &Inspection) -> Vec<String> {
    let found = report.damage.iter();
    found.map(|damage| format!("{}: {}", damage.entry.as_deref().unwrap_or("-"), damage.code)).collect()
}

/// The warnings' codes.
pub fn warnings(report: &Inspection) -> Vec<&str> {
    report.warnings.iter().map(|warning| warning.code.as_str()).collect()
}
