//! Listening on the notifications hub.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const END: char = '\u{1e}';

/// A device that listens on the hub.
pub struct Listener {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    frames: Vec<Value>,
}

impl Listener {
    /// Connects and greets; the server's greeting is the first frame.
    pub async fn connect(server_url: &str, access_token: &str) -> Self {
        let server = server_url.replacen("http", "ws", 1);
        let url = format!("{server}/notifications/hub?access_token={access_token}");
        let (mut socket, _) = connect_async(url).await.expect("the hub lets a signed-in device in");
        let greeting = format!("{{\"protocol\":\"json\",\"version\":1}}{END}");
        socket.send(Message::Text(greeting.into())).await.expect("the hub listens");
        let mut listener = Self { socket, frames: Vec::new() };
        listener.wait_for(1).await;
        listener
    }

    /// The frames so far, once there are `count` or no more have come for a while.
    pub async fn frames(mut self, count: usize) -> Vec<Value> {
        self.wait_for(count).await;
        self.frames
    }

    async fn wait_for(&mut self, count: usize) {
        while self.frames.len() < count {
            let next = tokio::time::timeout(Duration::from_secs(2), self.socket.next()).await;
            let Ok(Some(Ok(Message::Text(text)))) = next else { return };
            let frames = text.split(END).filter(|frame| !frame.is_empty());
            self.frames.extend(frames.map(|frame| serde_json::from_str(frame).expect("a frame is JSON")));
        }
    }
}
