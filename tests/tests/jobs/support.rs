//! A desk in a temporary folder, signed in to a practice instance.

use std::sync::{Arc, Mutex};

use desk_core::clock::SystemClock;
use desk_core::desk::{Desk, SignInForm, SignInResult};
use desk_core::jobs::{JobEvent, JobRecord, Outcome, RestorePlan, RestoreSource, Watch};
use desk_core::secrets::InMemory;
use desk_core::server::BackupRowLike;
use desk_practice::Practice;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
