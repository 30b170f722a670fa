//! Exports: everything a server holds as one ZIP, and ZIPs made complete.

use std::path::PathBuf;

use desk_core::desk::{ExportRequest, SourceChoice};
use desk_core::error::JobDetail;
use desk_core::jobs::{self, ExportFrom, Missing, Outcome, Resume, UnfinishedExport};
use serde::Deserialize;
use tauri::{AppHandle, State};
use tokio_util::sync::CancellationToken;

use crate::commands::app::download_folder;
use crate::commands::session::Password;
use crate::granted_paths::{FileToRead, Folder};
use crate::state::Shell;

/// How an export is made.
#[derive(Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportOptions {
    /// The folder that the file goes to; the usual download folder when none.
    folder: Option<Folder>,
    /// What becomes of it when attachments are missing.
    missing: Missing,
    /// The file is encrypted with this.
    passphrase: Option<Password>,
    /// End before the first attachment when the server would not import the result.
    ask_over_limits: bool,
}

/// Where attachments come from, besides the ZIP itself.
#[derive(Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportSources {
    /// Other ZIPs.
    zips: Vec<FileToRead>,
    /// Folders with the layout of a target's.
    folders: Vec<Folder>,
    /// The server that somebody is signed in to.
    server: bool,
}

impl ExportOptions {
    fn apply(self, work: &mut ExportRequest) {
        work.missing = self.missing;
        work.passphrase = self.passphrase.map(|passphrase| passphrase.0);
        work.ask_over_limits = self.ask_over_limits;
    }
}

impl ExportSources {
    fn granted(self, shell: &Shell) -> desk_core::Result<Vec<SourceChoice>> {
        let mut sources = Vec::new();
        for zip in self.zips {
            sources.push(SourceChoice::Zip(zip.granted(shell)?));
        }
        for folder in self.folders {
            sources.push(SourceChoice::Folder(folder.chosen(shell)?));
        }
        if self.server {
            sources.push(SourceChoice::Server);
        }
        Ok(sources)
    }
}

/// Exports what the server holds.
#[tauri::command]
#[specta::specta]
pub async fn start_export(
    app: AppHandle,
    shell: State<'_, Shell>,
    attachments: bool,
    mut options: ExportOptions,
) -> desk_core::Result<i64> {
    let folder = Folder::granted(options.folder.take(), &shell, download_folder(&app))?;
    let mut work = ExportRequest::of_server(&folder);
    work.from = ExportFrom::Server { attachments };
    options.apply(&mut work);
    shell.desk.start_export(work)
}

/// Puts the attachments into a ZIP that only lists them.
#[tauri::command]
#[specta::specta]
pub async fn start_complete(
    app: AppHandle,
    shell: State<'_, Shell>,
    zip: FileToRead,
    sources: ExportSources,
    mut options: ExportOptions,
) -> desk_core::Result<i64> {
    let folder = Folder::granted(options.folder.take(), &shell, download_folder(&app))?;
    let mut work = ExportRequest::of_zip(&zip.granted(&shell)?, &folder, sources.granted(&shell)?);
    options.apply(&mut work);
    shell.desk.start_export(work)
}

/// Goes on with an unfinished export; without a folder, its file goes where it is.
#[tauri::command]
#[specta::specta]
pub async fn continue_export(
    app: AppHandle,
    shell: State<'_, Shell>,
    unfinished: String,
    sources: ExportSources,
    mut options: ExportOptions,
) -> desk_core::Result<i64> {
    let known = shell.desk.known_unfinished(&unfinished).await?;
    let part = PathBuf::from(&known.part);
    let own = part.parent().map(PathBuf::from).filter(|own| !own.starts_with(shell.desk.folder()));
    let folder = match options.folder.take() {
        None => own.unwrap_or_else(|| download_folder(&app)),
        chosen => Folder::granted(chosen, &shell, download_folder(&app))?,
    };
    let mut sources = sources.granted(&shell)?;
    let mut work = match &known.zip {
        Some(zip) => ExportRequest::of_zip(zip.as_ref(), &folder, sources),
        None => {
            if !sources.contains(&SourceChoice::Server) {
                sources.push(SourceChoice::Server);
            }
            ExportRequest { sources, ..ExportRequest::of_server(&folder) }
        }
    };
    options.apply(&mut work);
    work.resume = Resume::Part(part);
    shell.desk.start_export(work)
}

/// Exports that were not finished.
#[tauri::command]
#[specta::specta]
pub async fn unfinished_exports(shell: State<'_, Shell>) -> desk_core::Result<Vec<UnfinishedExport>> {
    shell.desk.unfinished_exports().await
}

/// Removes an unfinished export.
#[tauri::command]
#[specta::specta]
pub async fn discard_export(shell: State<'_, Shell>, unfinished: String) -> desk_core::Result<()> {
    shell.desk.discard_export(&unfinished).await
}

/// Decrypts an encrypted export into a folder; answers where the ZIP is.
#[tauri::command]
#[specta::specta]
pub async fn decrypt_export(
    app: AppHandle,
    shell: State<'_, Shell>,
    file: FileToRead,
    folder: Option<Folder>,
    passphrase: Password,
) -> desk_core::Result<String> {
    let file = file.granted(&shell)?;
    let folder = Folder::granted(folder, &shell, download_folder(&app))?;
    let decrypting = tauri::async_runtime::spawn_blocking(move || {
        jobs::decrypt(&file, &passphrase.0, &folder, &CancellationToken::new())
    });
    match decrypting.await {
        Ok(Ok(Outcome::Done(zip))) => {
            shell.grants.add_to_read([zip.clone()]);
            Ok(zip.to_string_lossy().into_owned())
        }
        Ok(Err(error)) => Err(error),
        Ok(Ok(Outcome::Stopped | Outcome::Unknown(_))) | Err(_) => Err(JobDetail::DecryptingStopped.error()),
    }
}
