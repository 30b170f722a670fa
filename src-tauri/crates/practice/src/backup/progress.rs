//! The progress frames of one job, as the hub sends them.

use std::sync::Arc;

use serde_json::json;

use crate::server::Caller;
use crate::state::Instance;

/// A job that reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Run,
    Export,
    LocalRestore { replace: bool },
    RemoteRestore { replace: bool },
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Run => "backup-remote-run",
            Self::Export => "backup-export",
            Self::LocalRestore { .. } | Self::RemoteRestore { .. } => "backup-restore",
        }
    }

    fn source(self) -> Option<&'static str> {
        match self {
            Self::Run => None,
            Self::Export | Self::LocalRestore { .. } => Some("local"),
            Self::RemoteRestore { .. } => Some("remote"),
        }
    }

    fn replace(self) -> Option<bool> {
        match self {
            Self::Run | Self::Export => None,
            Self::LocalRestore { replace } | Self::RemoteRestore { replace } => Some(replace),
        }
    }
}

/// Reports the progress of a job to the device that started it.
pub(crate) struct Reporter {
    instance: Arc<Instance>,
    user_id: String,
    device_id: String,
    operation: Operation,
    file_name: String,
}

impl Reporter {
    pub fn new(instance: &Arc<Instance>, caller: &Caller, operation: Operation, file_name: &str) -> Self {
        Self {
            instance: Arc::clone(instance),
            user_id: caller.user.id.clone(),
            device_id: caller.device_id.clone(),
            operation,
            file_name: file_name.to_owned(),
        }
    }

    /// Progress of a job without a requesting device.
    pub fn unheard(instance: &Arc<Instance>, operation: Operation) -> Self {
        Self {
            instance: Arc::clone(instance),
            user_id: String::new(),
            device_id: String::new(),
            operation,
            file_name: String::new(),
        }
    }

    /// From now on the file has a name.
    pub fn names(&mut self, file_name: &str) {
        file_name.clone_into(&mut self.file_name);
    }

    /// The job entered `step`; `words` is the stem of the web client's texts for it.
    pub fn step(&self, step: &str, words: &str) {
        self.send(step, words, words, None);
    }

    /// The same, with its own detail.
    pub fn step_with(&self, step: &str, title: &str, detail: &str) {
        self.send(step, title, detail, None);
    }

    /// The job ended, well or with an error.
    pub fn done(&self, step: &str, words: &str, error: Option<&str>) {
        self.send(step, words, words, Some(error));
    }

    fn send(&self, step: &str, title: &str, detail: &str, end: Option<Option<&str>>) {
        let mut payload = json!({
            "UserId": self.user_id,
            "Date": self.instance.now_text(),
            "operation": self.operation.name(),
            "step": step,
            "fileName": self.file_name,
            "stageTitle": format!("txt_backup_{title}_title"),
            "stageDetail": format!("txt_backup_{detail}_detail"),
        });
        if let Some(source) = self.operation.source() {
            payload["source"] = source.into();
        }
        if let Some(replace) = self.operation.replace() {
            payload["replaceExisting"] = replace.into();
        }
        if let Some(error) = end {
            payload["done"] = true.into();
            payload["ok"] = error.is_none().into();
            if let Some(error) = error {
                payload["error"] = error.into();
            }
        }
        self.instance.hub.send(&self.user_id, &self.device_id, &payload);
    }
}
