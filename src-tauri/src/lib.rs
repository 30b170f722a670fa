//! The shell: the window around the core. Commands unpack, call core and hand the
//! response on; everything else is in the crates below.

pub mod cancel_registry;
pub mod commands;
pub mod first_show;
pub mod granted_paths;
mod grants;
#[cfg(target_os = "linux")]
pub mod graphics;
pub mod ipc;
pub mod log_file;
pub mod navigation;
mod notifications;
pub mod start;
pub mod state;
pub mod tray;
pub mod watching;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use desk_core::Code;
use desk_core::jobs::JobEvent;
use desk_core::progress::Update;
use tauri::{AppHandle, DragDropEvent, Emitter, Manager, RunEvent, WindowEvent};
use tauri_plugin_log::{Target, TargetKind};
use tauri_plugin_window_state::StateFlags;

use crate::log_file::LogFile;
use crate::state::{Shell, files_among};

/// How long running jobs get to stop cleanly when the app ends.
const STOPPING: Duration = Duration::from_secs(10);

/// How often it is looked whether a backup to a desk target is due.
const LOOKING_FOR_BACKUPS: Duration = Duration::from_secs(20);

/// How often it is looked whether to lock.
const LOOKING: Duration = Duration::from_secs(5);

/// The window should look again who is signed in, and what they can confirm.
const SESSION_CHANGED: &str = "session-changed";
/// The event that says for how many seconds a server asks to wait at sign-in.
const SERVER_WAITS: &str = "server-waits";

/// Opens the window and runs until it is closed.
///
/// # Errors
/// What keeps a window from opening: no window system.
pub fn run() -> Result<(), Box<dyn std::error::Error>> {
    let ipc = ipc::builder();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            opened_again(app, arguments, Path::new(&folder));
        }))
        .plugin(log())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_autostart::Builder::new().args([tray::IN_TRAY]).build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(navigation::guard())
        .plugin(
            // A window that was in the tray when the app ended comes back anyway.
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(StateFlags::all() & !StateFlags::VISIBLE)
                .build(),
        )
        .invoke_handler(ipc.invoke_handler())
        .on_window_event(|window, event| {
            if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event
                && let Some(shell) = window.try_state::<Shell>()
            {
                shell.grants.add_to_read(paths.clone());
            }
            if let WindowEvent::CloseRequested { api, .. } = event
                && tray::keeps_app(window.app_handle())
            {
                // Jobs continue, and nothing is lost: there is nothing to ask.
                api.prevent_close();
                let _ = window.hide();
            } else if let WindowEvent::CloseRequested { api, .. } = event
                && must_ask(window.app_handle())
            {
                // The window asks the person, and calls `end_app` when they mean it.
                api.prevent_close();
                let _ = window.emit("close-asked", ());
            }
        })
        .setup(move |app| {
            keep_log_private(app.handle());
            app.manage(start::Failed::default());
            app.manage(tray::Tray::default());
            app.manage(watching::Wake::default());
            let into_tray = starts_in_tray();
            app.manage(first_show::FirstShow::new(!into_tray));
            #[cfg(target_os = "linux")]
            graphics::paint_in_software(app.handle());
            first_show::begin(app.handle());
            // The window opens in any case, and says what is wrong.
            match start::usual_folder() {
                Ok(folder) => drop(start::open(app.handle(), folder)),
                Err(failed) => start::remember(app.handle(), Some(failed)),
            }
            keep_looking(app.handle().clone());
            keep_backing_up(app.handle().clone());
            watching::begin(app.handle().clone());
            if into_tray {
                wait_for_tray(app.handle().clone());
            }
            Ok(())
        })
        .build(tauri::generate_context!())?;
    let mut stopped = false;
    app.run(move |app, event| {
        #[cfg(target_os = "macos")]
        if let RunEvent::Opened { urls } = &event {
            let files = urls.iter().filter_map(|url| url.to_file_path().ok());
            opened(app, files.collect());
        }
        if let RunEvent::ExitRequested { api, .. } = event
            && !std::mem::replace(&mut stopped, true)
        {
            api.prevent_exit();
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                end(&app).await;
                app.exit(0);
            });
        }
    });
    Ok(())
}

/// Hands the opened data to the window's commands, with the files that the app was
/// started with.
fn begin(app: &AppHandle, shell: Shell) {
    let folder = std::env::current_dir().unwrap_or_default();
    shell.opened_with(files_among(std::env::args_os(), &folder));
    tell_of_wrong_passwords(app.clone(), &shell.desk);
    tell_of_waits(app.clone(), &shell.desk);
    watching::listen_to_jobs(app.clone(), &shell.desk);
    app.manage(shell);
}

fn must_ask(app: &AppHandle) -> bool {
    app.try_state::<Shell>().is_some_and(|shell| shell.must_ask())
}

/// How long a desktop that starts with the app gets to show its tray.
const TRAY_COMES: Duration = Duration::from_secs(20);

fn starts_in_tray() -> bool {
    std::env::args().any(|argument| argument == tray::IN_TRAY)
}

/// A start into the tray shows no window; without a tray it is shown after all.
fn wait_for_tray(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let began = std::time::Instant::now();
        while !app.state::<tray::Tray>().is_there() {
            if began.elapsed() > TRAY_COMES {
                return tray::show_window(&app);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            app.state::<watching::Wake>().now();
        }
    });
}

/// Forgets what confirms after idle time and after the computer slept, and shows the
/// window of whatever became of the session automatically.
fn keep_looking(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let mut shown = None;
        loop {
            tokio::time::sleep(LOOKING).await;
            let Some(shell) = app.try_state::<Shell>() else { continue };
            shell.desk.tick();
            let now = commands::session::SessionInfo::of(&shell).await;
            if std::mem::replace(&mut shown, now.clone()) != now {
                // A window that is gone has nothing to show.
                let _ = app.emit(SESSION_CHANGED, ());
            }
        }
    });
}

/// Starts backups to desk targets when they are due, by the core's clock and rules.
fn keep_backing_up(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(LOOKING_FOR_BACKUPS).await;
            let Some(shell) = app.try_state::<Shell>() else { continue };
            if let Err(error) = shell.desk.jobs().start_due_desk_backup().await {
                tracing::warn!(code = %error.code(), "a backup that is due could not be started");
            }
        }
    });
}

/// A password that the server refuses in a job is forgotten: the window asks again.
fn tell_of_wrong_passwords(app: AppHandle, desk: &desk_core::app::Desk) {
    desk.runner().listen(Box::new(move |event| {
        if let JobEvent::Ended { job } = event
            && job.error.as_ref().is_some_and(|error| error.code() == Code::WrongPassword)
        {
            let _ = app.emit(SESSION_CHANGED, ());
        }
        true
    }));
}

/// Calls that no job makes may have to wait for the server's rate limit: the window counts down.
fn tell_of_waits(app: AppHandle, desk: &desk_core::app::Desk) {
    desk.sessions().report_waits_to(Arc::new(move |update| {
        if let Update::Waiting { seconds } | Update::KeepingLimit { seconds } = update {
            // A window that is gone has nothing to show.
            let _ = app.emit(SERVER_WAITS, seconds);
        }
    }));
}

/// Lets jobs stop and the practice instance end before the app does.
async fn end(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    shell.desk.runner().stop_all(STOPPING).await;
    // The files of a planned restore go: ending the app drops nothing.
    shell.desk.lock();
    if let Some(practice) = shell.practice.lock().await.take() {
        // Nothing to come back to at the next start.
        if let Err(error) = shell.desk.profiles().forget_server(practice.server_url()).await {
            tracing::warn!(code = %error.code(), "the practice profile could not be removed");
        }
        practice.stop().await;
    }
}

/// A second start: the window comes to the front and takes the new files.
fn opened_again(app: &AppHandle, arguments: Vec<String>, folder: &Path) {
    opened(app, files_among(arguments, folder));
}

/// The system hands files over: the window comes to the front and takes them.
fn opened(app: &AppHandle, files: Vec<PathBuf>) {
    tray::show_window(app);
    if let Some(shell) = app.try_state::<Shell>() {
        shell.opened_with(files);
        let _ = app.emit("files-opened", ());
    }
}

/// Whether a line of the log is this app's own. Those of libraries may hold addresses
/// and paths of targets.
fn is_own(target: &str) -> bool {
    let module = target.split("::").next().unwrap_or_default();
    module.starts_with("desk_") || module.starts_with("nodewarden_desk") || module == "webview"
}

/// Only the owner may read the log: also one that an earlier version left open.
fn keep_log_private(app: &AppHandle) {
    let Ok(folder) = app.path().app_log_dir() else { return };
    // An app that cannot keep a log works anyway.
    let _ = std::fs::create_dir_all(&folder);
    log_file::keep_in(folder.clone());
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let private = files.filter(|path| path.is_file()).map(|path| (path, 0o600));
    for (path, mode) in private.chain([(folder.clone(), 0o700)]) {
        if let Err(error) = desk_core::ledger::tighten(&path, mode) {
            tracing::warn!(code = %error.code(), "the permissions of the log could not be tightened");
        }
    }
}

/// The app's own log: warnings and errors, with codes and never with secrets.
fn log() -> tauri::plugin::TauriPlugin<tauri::Wry> {
    use tauri_plugin_log::fern::{Dispatch, Output};
    let file: Box<dyn std::io::Write + Send> = Box::new(LogFile::of_app(1 << 20));
    let file = Dispatch::new().chain(Output::writer(file, "\n"));
    tauri_plugin_log::Builder::new()
        .level(tauri_plugin_log::log::LevelFilter::Warn)
        .filter(|metadata| is_own(metadata.target()))
        .targets([TargetKind::Stdout, TargetKind::Dispatch(file)].map(Target::new))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_apps_own_lines_are_logged() {
        for own in ["desk_core::app::keeping", "desk_practice::serve", "nodewarden_desk_lib::state"] {
            assert!(is_own(own), "{own}");
        }
        for other in ["opendal::layers::retry", "opendal_core", "reqwest::connect", "hyper", ""] {
            assert!(!is_own(other), "{other}");
        }
    }
}
