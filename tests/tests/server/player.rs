//! A server that responds with recordings, and compares what the client asks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use desk_core::server::{
    Connection, ConnectionSecrets, Credentials, Server, ServerAddress, Session, SignIn, Timeouts,
};
use desk_tests::replay::{self, Transcript, fixture};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What proves the administrator's password in every recording.
pub const HASH: &str = "cApxDvkNdqiTlelmGhwCtD/PAJQdbAEupVsy/eKfPgc=";

/// The server.
#[derive(Clone)]
pub struct Player {
    pub url: String,
    state: Arc<Mutex<Playing>>,
}

/// What the hub does with a connection.
#[derive(Debug, Clone)]
pub enum OnHub {
    /// It takes none.
    Refuses,
    /// It says this and hangs up.
    HangsUp(Vec<Value>),
    /// It says this and then nothing.
    Stays(Vec<Value>),
}

#[derive(Default)]
struct Playing {
    /// What may still be asked, in order.
    left: Vec<(replay::Request, replay::Response)>,
    /// The response to requests that are not in the recording.
    besides: Vec<(replay::Request, replay::Response)>,
    frames: Vec<Value>,
    /// How the hub behaves with each connection; the last stays.
    hub: Vec<OnHub>,
    /// How long each recorded response takes.
    takes: Duration,
    /// Fields that the next request may have otherwise.
    but: Vec<String>,
    differences: Vec<String>,
    equal: usize,
    alike: usize,
}

impl Player {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(Playing::default()));
        let router = Router::new()
            .route("/notifications/hub", any(hub))
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let player = Self { url, state };
        // Signing in is no part of most recordings.
        for name in ["login-pbkdf2", "refresh", "server-info", "settings-put"] {
            player.besides(name);
        }
        player
    }

    /// From now on a recording is played.
    pub fn play(&self, transcript: &Transcript) {
        let mut state = self.lock();
        state.left = transcript.exchanges().map(|(asked, answer)| (asked.clone(), answer.clone())).collect();
        state.frames = transcript.hub_frames().to_vec();
        state.differences.clear();
        (state.equal, state.alike) = (0, 0);
    }

    /// Responds with what is in this recording when nothing else fits, before what was said earlier.
    pub fn besides(&self, name: &str) {
        let transcript = Transcript::read(name);
        let more = transcript.exchanges().map(|(asked, answer)| (asked.clone(), answer.clone()));
        self.lock().besides.splice(0..0, more);
    }

    /// The same for one custom response.
    pub fn besides_with(&self, method: &str, path: &str, status: u16, json: &Value) {
        let asked = serde_json::json!({"method": method, "path": path, "headers": {}});
        let answer = serde_json::json!({"status": status, "headers": {}, "json": json});
        let read = "an exchange";
        let exchange =
            (serde_json::from_value(asked).expect(read), serde_json::from_value(answer).expect(read));
        self.lock().besides.insert(0, exchange);
    }

    /// The next request may have these fields otherwise than recorded; "*" is all of it.
    pub fn but(&self, fields: &[&str]) {
        self.lock().but = fields.iter().map(|&field| field.to_owned()).collect();
    }

    /// The next recorded exchange with this path is not asked by the client.
    pub fn skip(&self, method: &str, path: &str) {
        let mut state = self.lock();
        let at = state.left.iter().position(|(asked, _)| asked.method == method && bare(&asked.path) == path);
        state.left.remove(at.expect("the recording has it"));
    }

    /// What was asked as recorded, what was asked in another form, and what went wrong.
    pub fn result(&self) -> (usize, usize, Vec<String>) {
        let mut state = self.lock();
        let left: Vec<String> = state
            .left
            .drain(..)
            .map(|(asked, _)| format!("never asked: {} {}", asked.method, asked.path))
            .collect();
        let mut differences = std::mem::take(&mut state.differences);
        differences.extend(left);
        (state.equal, state.alike, differences)
    }

    /// From now on the hub behaves so with each connection, as in the last with all
    /// further ones.
    pub fn hub(&self, connections: Vec<OnHub>) {
        self.lock().hub = connections;
    }

    /// From now on each recorded response takes so long.
    pub fn takes(&self, time: Duration) {
        self.lock().takes = time;
    }

    /// Someone signed in, who waits as this pace says.
    pub async fn signed_in(&self, timeouts: Timeouts) -> Session {
        let address = ServerAddress::parse(&self.url).expect("an address");
        let server =
            Server::reached(address, &Connection::default(), &ConnectionSecrets::default(), timeouts)
                .expect("a client");
        let credentials = Credentials {
            email: "admin@example.org".into(),
            password: "correct horse battery staple".into(),
            two_step: None,
            device_identifier: "d".into(),
        };
        let SignIn::Done { session, .. } = server.sign_in(&credentials).await.expect("signed in") else {
            panic!("no second step")
        };
        *session
    }

    fn lock(&self) -> MutexGuard<'_, Playing> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the client asked, taken apart.
struct Asked {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    body: Value,
}

async fn answer(State(state): State<Arc<Mutex<Playing>>>, request: Request) -> Response {
    let asked = take_apart(request).await;
    let takes = {
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recorded = state.left.iter().any(|(recorded, _)| fits(recorded, &asked));
        if is_recorded { state.takes } else { Duration::ZERO }
    };
    tokio::time::sleep(takes).await;
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let place = state.left.iter().position(|(recorded, _)| fits(recorded, &asked));
    let Some(place) = place else {
        let found = state
            .besides
            .iter()
            .find(|(recorded, _)| fits(recorded, &asked))
            .map(|(_, answer)| reply(answer));
        return found.unwrap_or_else(|| {
            state.differences.push(format!("not recorded: {} {}", asked.method, asked.path));
            StatusCode::IM_A_TEAPOT.into_response()
        });
    };
    let (recorded, answer) = state.left.remove(place);
    let but = std::mem::take(&mut state.but);
    let secret_shown = asked.query.values().any(|value| value == HASH);
    if secret_shown {
        state.differences.push(format!("the password is in the URL of {}", asked.path));
    }
    let differences =
        if but.iter().any(|field| field == "*") { Vec::new() } else { compare(&recorded, &asked, &but) };
    if but.is_empty() {
        state.equal += usize::from(differences.is_empty());
    } else {
        state.alike += 1;
    }
    state.differences.extend(differences);
    reply(&answer)
}

fn fits(recorded: &replay::Request, asked: &Asked) -> bool {
    recorded.method == asked.method && bare(&recorded.path) == asked.path
}

fn bare(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

/// What every client says of itself in its own way.
const OWN: [&str; 3] = ["deviceName", "deviceType", "deviceIdentifier"];

fn compare(recorded: &replay::Request, asked: &Asked, but: &[String]) -> Vec<String> {
    let mut differences = Vec::new();
    let recorded_query = pairs(recorded.path.split_once('?').map_or("", |(_, query)| query));
    let mut check = |what: &str, recorded: &Value, asked: &Value| {
        let (mut recorded, mut asked) = (recorded.clone(), asked.clone());
        for value in [&mut recorded, &mut asked] {
            if let Value::Object(fields) = value {
                fields.retain(|name, _| !OWN.contains(&name.as_str()) && !but.contains(name));
            }
        }
        if recorded != asked {
            differences.push(format!("{what}: recorded {recorded}, asked {asked}"));
        }
    };
    let value = |pairs: &BTreeMap<String, String>| serde_json::to_value(pairs).expect("texts");
    check("query", &value(&recorded_query), &value(&asked.query));
    let body = match (&recorded.json, &recorded.form, &recorded.multipart) {
        (Some(json), ..) => json.clone(),
        (_, Some(form), _) => value(&pairs(form)),
        (.., Some(multipart)) => {
            let mut fields = multipart.fields.clone();
            if let Some(hash) = fields.get_mut("masterPasswordHash") {
                HASH.clone_into(hash);
            }
            if let Some(file) = &multipart.file {
                fields.insert("file.name".into(), file.name.clone());
                fields.insert("file.bytes".into(), file.bytes.to_string());
                fields.insert("file.sha256".into(), file.sha256.clone().unwrap_or_default());
            }
            value(&fields)
        }
        _ => Value::Null,
    };
    check("body", &body, &asked.body);
    differences
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

async fn take_apart(request: Request) -> Asked {
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let query = pairs(request.uri().query().unwrap_or_default());
    let kind = request
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = if kind.starts_with("multipart/") {
        uploaded(Multipart::from_request(request, &()).await.expect("a form")).await
    } else {
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.expect("a whole body");
        if kind.starts_with("application/x-www-form-urlencoded") {
            let text = String::from_utf8(bytes.to_vec()).expect("a form is text");
            serde_json::to_value(pairs(&text)).expect("texts")
        } else {
            serde_json::from_slice(&bytes).unwrap_or_default()
        }
    };
    Asked { method, path, query, body }
}

async fn uploaded(mut form: Multipart) -> Value {
    let mut fields = BTreeMap::new();
    while let Some(field) = form.next_field().await.expect("a whole form") {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.expect("a whole field");
        match file_name {
            Some(file_name) => {
                fields.insert("file.name".into(), file_name);
                fields.insert("file.bytes".into(), bytes.len().to_string());
                fields.insert("file.sha256".into(), hex(&bytes));
            }
            None => {
                fields.insert(name, String::from_utf8(bytes.to_vec()).expect("a text"));
            }
        }
    }
    serde_json::to_value(fields).expect("texts")
}

fn reply(answer: &replay::Response) -> Response {
    let status = StatusCode::from_u16(answer.status).expect("a status");
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers.iter().filter(|(name, _)| *name != "content-length") {
        let name: axum::http::HeaderName = name.parse().expect("a header");
        headers.insert(name, value.parse().expect("a header"));
    }
    let body = match (&answer.json, &answer.body_sha256, answer.body_bytes) {
        (Some(json), ..) => Bytes::from(json.to_string()),
        (None, Some(sha256), bytes) => file_of(sha256).map_or_else(
            || Bytes::from(vec![0; usize::try_from(bytes.unwrap_or(0)).expect("a size")]),
            Bytes::from,
        ),
        _ => Bytes::new(),
    };
    (status, headers, Body::from(body)).into_response()
}

/// The fixture with this hash.
pub fn file_of(sha256: &str) -> Option<Vec<u8>> {
    let mut folders = vec![fixture("archives"), fixture("remote")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("fixtures") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("a fixture");
                if hex(&bytes) == sha256 {
                    return Some(bytes);
                }
            }
        }
    }
    None
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn hub(State(state): State<Arc<Mutex<Playing>>>, upgrade: WebSocketUpgrade) -> Response {
    let behaviour = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.hub.len() {
            0 => OnHub::Stays(state.frames.clone()),
            1 => state.hub[0].clone(),
            _ => state.hub.remove(0),
        }
    };
    match behaviour {
        OnHub::Refuses => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        OnHub::HangsUp(frames) => upgrade.on_upgrade(move |socket| send(socket, frames, true)),
        OnHub::Stays(frames) => upgrade.on_upgrade(move |socket| send(socket, frames, false)),
    }
}

async fn send(mut socket: WebSocket, frames: Vec<Value>, dies: bool) {
    // The greeting comes first.
    let _ = socket.recv().await;
    let frames = if frames.is_empty() { vec![serde_json::json!({})] } else { frames };
    for frame in frames {
        if socket.send(Message::Text(format!("{frame}\u{1e}").into())).await.is_err() {
            return;
        }
    }
    if !dies {
        let _ = socket.recv().await;
    }
}
