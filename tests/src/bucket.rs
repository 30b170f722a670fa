//! An S3 server over a folder, for targets that are buckets.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::host::MultiDomain;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// An S3 server with one bucket. It ends when dropped.
pub struct Bucket {
    folder: TempDir,
    name: &'static str,
    address: SocketAddr,
    quirks: Arc<Quirks>,
    serving: JoinHandle<()>,
}

/// How it differs from a bucket that is fast and consistent.
#[derive(Default)]
struct Quirks {
    /// How long each request takes, in milliseconds.
    latency: AtomicU64,
    /// How many reads of an object miss it after it was written.
    misses: AtomicU64,
    /// The objects that are still missed, by path, and how often.
    missed: Mutex<HashMap<String, u64>>,
}

impl Quirks {
    fn wrote(&self, path: String) {
        let misses = self.misses.load(Ordering::Relaxed);
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).insert(path, misses);
    }

    fn misses(&self, path: &str) -> bool {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = missed.get_mut(path).filter(|left| **left > 0) else { return false };
        *left -= 1;
        true
    }
}

impl Bucket {
    /// Starts a server that responds to `host` (and `bucket.host`) and holds `name`.
    pub async fn start(host: &str, name: &'static str, access_key: &str, secret_key: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join(name)).expect("a bucket");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");

        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).expect("a file system"));
        service.set_auth(SimpleAuth::from_single(access_key, secret_key));
        // This computer may call it by a name that no one resolves, and by its own.
        let hosts: std::collections::BTreeSet<&str> = [host, "localhost"].into();
        let domains = hosts.into_iter().map(|host| format!("{host}:{}", address.port()));
        service.set_host(MultiDomain::new(domains).expect("domains"));
        let service = service.build();
        let quirks: Arc<Quirks> = Arc::default();
        let shared = Arc::clone(&quirks);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (service, quirks) = (service.clone(), Arc::clone(&shared));
                let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let (service, quirks) = (service.clone(), Arc::clone(&quirks));
                    async move {
                        let wait = quirks.latency.load(Ordering::Relaxed);
                        tokio::time::sleep(Duration::from_millis(wait)).await;
                        let path = request.uri().path().to_owned();
                        let writes = request.method() == hyper::Method::PUT;
                        if !writes && quirks.misses(&path) {
                            return Ok(no_such_key());
                        }
                        let response = hyper::service::Service::call(&service, request).await;
                        if writes {
                            quirks.wrote(path);
                        }
                        response
                    }
                });
                tokio::spawn(async move {
                    // A client that hangs up is no failure of the server.
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { folder, name, address, quirks, serving }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes its time for each request from now on.
    pub fn slow(&self, latency: Duration) {
        let milliseconds = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        self.quirks.latency.store(milliseconds, Ordering::Relaxed);
    }

    /// So many reads of an object miss it after it was written, from now on: eventual consistency.
    pub fn lag(&self, misses: u64) {
        self.quirks.misses.store(misses, Ordering::Relaxed);
    }

    /// The folder of its objects.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    /// The folder of one prefix.
    pub fn folder_of(&self, prefix: impl AsRef<Path>) -> PathBuf {
        self.folder().join(prefix)
    }
}

fn no_such_key() -> hyper::Response<s3s::Body> {
    let body = "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
    let mut response = hyper::Response::new(s3s::Body::from(body.to_owned()));
    *response.status_mut() = hyper::StatusCode::NOT_FOUND;
    response
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
