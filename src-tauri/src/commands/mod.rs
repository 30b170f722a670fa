//! What the window may ask for. Each command unpacks, calls core and hands the
//! response or the error on.

#![allow(
    clippy::needless_pass_by_value,
    reason = "what the window sends arrives owned; tauri commands cannot borrow it"
)]

pub mod app;
pub mod audit;
pub mod backups;
pub mod connection;
pub mod desk_targets;
pub mod dialogs;
pub mod drill;
pub mod export;
pub mod inspect;
pub mod jobs;
pub mod practice;
pub mod recovery;
pub mod restore;
pub mod session;
pub mod staging;
pub mod start;
pub mod target_work;
pub mod targets;
pub mod watch;

use std::sync::Arc;

use desk_core::jobs::Watch;
use desk_core::progress::Update;
use tauri::ipc::Channel;

/// Shows the window how far something is that is not a job.
fn heard_by(updates: Channel<Update>) -> Watch {
    let tell = move |update| {
        // A window that went on to something else no longer listens.
        let _ = updates.send(update);
    };
    Watch { progress: Arc::new(tell), ..Watch::silent() }
}
