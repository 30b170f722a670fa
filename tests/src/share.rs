//! A WebDAV share over a folder, in the process of the test, with the quirks that shares have.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use dav_server::DavHandler;
use dav_server::fakels::FakeLs;
use dav_server::localfs::LocalFs;
use desk_core::secrets::SecretField;
use desk_core::server::{Location, WebdavPlace};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What is known of a request before it is served.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// How many requests came before it.
    pub number: usize,
}

type Instead = dyn Fn(&Asked) -> Option<Response> + Send + Sync;
type Change = dyn Fn(&Asked, Vec<u8>) -> Vec<u8> + Send + Sync;

#[derive(Default)]
struct Quirks {
    instead: Option<Box<Instead>>,
    change: Option<Box<Change>>,
    latency: Duration,
}

struct Inner {
    files: DavHandler,
    quirks: Mutex<Arc<Quirks>>,
    asked: Mutex<VecDeque<Asked>>,
    count: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
}

/// A share with one folder. It ends when dropped.
pub struct Share {
    folder: TempDir,
    address: SocketAddr,
    inner: Arc<Inner>,
    serving: tokio::task::JoinHandle<()>,
}

impl Share {
    /// Starts a share without quirks.
    ///
    /// # Panics
    /// When no port or folder is to be had.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let files = DavHandler::builder()
            .filesystem(LocalFs::new(folder.path(), false, false, false))
            .locksystem(FakeLs::new())
            .build_handler();
        let inner = Arc::new(Inner {
            files,
            quirks: Mutex::default(),
            asked: Mutex::default(),
            count: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(serve).with_state(Arc::clone(&inner));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self { folder, address, inner, serving }
    }

    /// The folder of its files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it is, for the settings of a target.
    pub fn location(&self) -> Location {
        Location::Webdav(WebdavPlace {
            base_url: self.url(),
            username: "me".into(),
            password: SecretField::Kept,
            remote_path: String::new(),
        })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves some requests in another way from now on.
    pub fn instead(&self, answer: impl Fn(&Asked) -> Option<Response> + Send + Sync + 'static) {
        self.set(Quirks { instead: Some(Box::new(answer)), ..Quirks::default() });
    }

    /// Changes what is returned from now on.
    pub fn change(&self, change: impl Fn(&Asked, Vec<u8>) -> Vec<u8> + Send + Sync + 'static) {
        self.set(Quirks { change: Some(Box::new(change)), ..Quirks::default() });
    }

    /// Takes its time for each request from now on.
    pub fn slow(&self, latency: Duration) {
        self.set(Quirks { latency, ..Quirks::default() });
    }

    /// Serves as it should.
    pub fn behave(&self) {
        self.set(Quirks::default());
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// How many requests were under way at most.
    pub fn most_under_way(&self) -> usize {
        self.inner.most_under_way.load(Ordering::Relaxed)
    }

    fn set(&self, quirks: Quirks) {
        *self.inner.quirks.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(quirks);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let asked = Asked {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
        number: inner.count.fetch_add(1, Ordering::Relaxed),
    };
    inner.asked.lock().unwrap_or_else(PoisonError::into_inner).push_back(asked.clone());
    let now = inner.under_way.fetch_add(1, Ordering::Relaxed) + 1;
    inner.most_under_way.fetch_max(now, Ordering::Relaxed);
    let answer = answer(&inner, request, &asked).await;
    inner.under_way.fetch_sub(1, Ordering::Relaxed);
    answer
}

async fn answer(inner: &Inner, request: Request, asked: &Asked) -> Response {
    let quirks = Arc::clone(&inner.quirks.lock().unwrap_or_else(PoisonError::into_inner));
    if !quirks.latency.is_zero() {
        tokio::time::sleep(quirks.latency).await;
    }
    if let Some(answer) = quirks.instead.as_ref().and_then(|instead| instead(asked)) {
        return answer;
    }
    let answer = inner.files.handle(request).await.map(Body::new);
    let Some(change) = &quirks.change else { return answer };
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let bytes = change(asked, bytes.to_vec());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}
