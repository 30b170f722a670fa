//! What every long job is given.

use std::future::Future;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{JobNote, Outcome, Room};
use crate::Result;
use crate::progress::{Progress, Silent, Stage};

/// Keeps what must be known of a job however it ends, also when this app does.
pub trait JobNotes: Send + Sync {
    /// Keeps one note. Must return at once.
    fn keep(&self, note: &JobNote);
}

impl JobNotes for Silent {
    fn keep(&self, _note: &JobNote) {}
}

/// Where a job reports to, and how it learns that it should stop.
#[derive(Clone)]
pub struct Watch {
    /// Where it reports to.
    pub progress: Arc<dyn Progress>,
    /// Where it keeps notes for a later recovery of its outcome.
    pub notes: Arc<dyn JobNotes>,
    /// Cancelled when it should stop.
    pub cancel: CancellationToken,
    /// Where it may put files, and how much space there is.
    pub room: Room,
}

impl Watch {
    /// Without a listener and without cancellation.
    pub fn silent() -> Self {
        Self {
            progress: Arc::new(Silent),
            notes: Arc::new(Silent),
            cancel: CancellationToken::new(),
            room: Room::default(),
        }
    }

    /// The same in another room.
    #[must_use]
    pub fn within(&self, room: Room) -> Self {
        Self { room, ..self.clone() }
    }

    /// Says that the job entered a stage.
    pub fn stage(&self, stage: Stage) {
        self.progress.stage(stage);
    }

    /// Keeps a note for a later recovery of the job's outcome.
    pub fn note(&self, note: &JobNote) {
        self.notes.keep(note);
    }

    /// Waits for `work`, or stops waiting when the job should stop. What is
    /// waited for is dropped then.
    pub async fn until_stopped<T>(&self, work: impl Future<Output = Result<T>>) -> Result<Outcome<T>> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Ok(Outcome::Stopped),
            answer = work => answer.map(Outcome::Done),
        }
    }
}
