//! An S3 server over a folder, for targets that are buckets.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
    latency: Arc<AtomicU64>,
    serving: JoinHandle<()>,
}

impl Bucket {
    /// Starts a server that answers to `host` (and `bucket.host`) and holds `name`.
    pub async fn start(host: &str, name: &'static str, access_key: &str, secret_key: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join(name)).expect("a bucket");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");

        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).expect("a file system"));
        service.set_auth(SimpleAuth::from_single(access_key, secret_key));
        // This computer may call it by a name that nobody resolves, and by its own.
        let hosts: std::collections::BTreeSet<&str> = [host, "localhost"].into();
        let domains = hosts.into_iter().map(|host| format!("{host}:{}", address.port()));
        service.set_host(MultiDomain::new(domains).expect("domains"));
        let service = service.build();
        let latency: Arc<AtomicU64> = Arc::default();
        let waits = Arc::clone(&latency);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (service, waits) = (service.clone(), Arc::clone(&waits));
                let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let (service, wait) = (service.clone(), waits.load(Ordering::Relaxed));
                    async move {
                        tokio::time::sleep(Duration::from_millis(wait)).await;
                        hyper::service::Service::call(&service, request).await
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
        Self { folder, name, address, latency, serving }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes its time for each request from now on.
    pub fn slow(&self, latency: Duration) {
        let milliseconds = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        self.latency.store(milliseconds, Ordering::Relaxed);
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

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
