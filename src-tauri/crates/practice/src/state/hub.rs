//! Messages for devices that listen to the notifications hub.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::broadcast;

/// The end of every message.
pub(crate) const END: char = '\u{1e}';
/// The message type that carries backup progress.
const PROGRESS: u32 = 102;

/// Everyone who listens.
pub(crate) struct Hub(broadcast::Sender<Arc<Frame>>);

/// One message for one device.
pub(crate) struct Frame {
    pub user_id: String,
    pub device_id: String,
    pub text: String,
}

impl Default for Hub {
    fn default() -> Self {
        Self(broadcast::Sender::new(256))
    }
}

impl Hub {
    /// Everything that is sent from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Frame>> {
        self.0.subscribe()
    }

    /// Reports the progress of its job to a device. No one needs to listen.
    pub fn send(&self, user_id: &str, device_id: &str, payload: &Value) {
        let message = json!({
            "type": 1,
            "target": "ReceiveMessage",
            "arguments": [{ "ContextId": null, "Type": PROGRESS, "Payload": payload }],
        });
        let frame = Frame {
            user_id: user_id.to_owned(),
            device_id: device_id.to_owned(),
            text: format!("{message}{END}"),
        };
        let _ = self.0.send(Arc::new(frame));
    }
}
