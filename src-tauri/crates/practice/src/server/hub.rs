//! The notifications hub: SignalR's JSON protocol over a WebSocket, on which the
//! device that started a backup or a restore receives its progress.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::extract::{Query, State, WebSocketUpgrade};
use axum::response::Response;
use serde_json::json;
use tokio::sync::broadcast;

use super::reply::{Answer, Refusal, answer};
use crate::state::{END, Frame, Instance};

const PING_EVERY: Duration = Duration::from_secs(15);

/// `GET /notifications/hub`
pub(crate) async fn connect(
    State(instance): State<Arc<Instance>>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let token = query.get("access_token").map_or("", String::as_str);
    let (user, device_id) = instance.signed_in(token)?.ok_or_else(Refusal::unauthorized)?;
    let upgrade = upgrade.map_err(|_| Refusal::bad("Expected WebSocket"))?;
    let frames = instance.hub.listen();
    Ok(upgrade.on_upgrade(move |socket| listen(socket, frames, user.id, device_id)))
}

/// `POST /notifications/hub/negotiate`
pub(crate) async fn negotiate() -> Answer {
    Ok(answer(json!({
        "connectionId": uuid::Uuid::new_v4().to_string(),
        "availableTransports": [{ "transport": "WebSockets", "transferFormats": ["Text", "Binary"] }],
    })))
}

async fn listen(
    mut socket: WebSocket,
    mut frames: broadcast::Receiver<Arc<Frame>>,
    user_id: String,
    device_id: String,
) {
    let mut ping = tokio::time::interval(PING_EVERY);
    ping.tick().await;
    let mut greeted = false;
    loop {
        let text = tokio::select! {
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) if !greeted && text.contains("\"protocol\"") => {
                    greeted = true;
                    format!("{{}}{END}")
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
            frame = frames.recv(), if greeted => match frame {
                Ok(frame) if frame.user_id == user_id && frame.device_id == device_id => frame.text.clone(),
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => continue,
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = ping.tick(), if greeted => format!("{{\"type\":6}}{END}"),
        };
        if socket.send(Message::Text(text.into())).await.is_err() {
            return;
        }
    }
}
