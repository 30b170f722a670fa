//! Starting a practice instance: its folder, its ports, its first contents.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use desk_core::{Error, Result};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::bodies::Bodies;
use crate::database::Database;
use crate::failed::broken;
use crate::faults::Side;
use crate::keepsake::{self, Keepsake, fresh, given_or_fresh};
use crate::options::{Contents, PracticeOptions};
use crate::serve::{listen, serve};
use crate::state::{Instance, Limits, Parts};
use crate::{private, routes, sample, share};

/// What a running instance consists of.
pub(crate) struct Started {
    pub instance: Arc<Instance>,
    pub keepsake: Keepsake,
    /// Holds the folder.
    pub lock: std::fs::File,
    /// The folder, when it goes with the instance.
    pub temporary: Option<TempDir>,
    /// Ends the thread.
    pub stop: CancellationToken,
    pub thread: JoinHandle<()>,
}

/// The two listeners and their ports.
struct Ports {
    server: (TcpListener, u16),
    target: (TcpListener, u16),
}

impl Started {
    /// Starts an instance.
    pub fn with(options: &PracticeOptions) -> Result<Self> {
        let (folder, temporary) = home(options)?;
        let share_folder = match &options.shared_target {
            Some(shared) => std::path::absolute(shared).map_err(|error| Error::file(shared, &error))?,
            None => folder.join("target"),
        };
        let lock = private::take(&folder, keepsake::FILE)?;
        private::folder(&share_folder).map_err(|error| Error::file(&share_folder, &error))?;
        let known = Keepsake::read(&folder)?;
        let is_new = known.is_none();
        let mut keepsake = known.unwrap_or_else(|| Keepsake::new(options));

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("practice")
            .enable_all()
            .build()
            .map_err(|error| broken(NO_THREADS, &error))?;
        let ports = runtime.block_on(Ports::open(options, keepsake.target_port))?;
        keepsake.target_port = ports.target.1;

        let stop = CancellationToken::new();
        let made = instance(options, &folder, &share_folder, &keepsake, (ports.server.1, stop.clone()))?;
        let instance = Arc::new(made);
        if is_new {
            if options.contents != Contents::Unregistered {
                sample::grow(&instance, options, &keepsake)?;
            }
            keepsake.write(&folder)?;
        }

        let attachments = options.attachments_from.as_deref();
        let share = share::router(&share_folder, attachments, keepsake.share_password.clone().into());
        let thread = ports.serve(runtime, &instance, share, &stop)?;
        Ok(Self { instance, keepsake, lock, temporary, stop, thread })
    }
}

impl Keepsake {
    fn new(options: &PracticeOptions) -> Self {
        Self {
            admin_email: options.admin_email.trim().to_lowercase(),
            admin_password: given_or_fresh(options.admin_password.as_ref()),
            jwt_secret: given_or_fresh(options.jwt_secret.as_ref()),
            share_password: fresh(),
            target_port: options.target_port,
        }
    }
}

impl Ports {
    /// Opens both. An instance that is opened again requires the target where its
    /// settings say it is.
    async fn open(options: &PracticeOptions, last_target_port: u16) -> Result<Self> {
        let target = match options.target_port {
            0 => match listen(last_target_port).await {
                Err(_) if last_target_port != 0 => listen(0).await?,
                listening => listening?,
            },
            wanted => listen(wanted).await?,
        };
        Ok(Self { server: listen(options.port).await?, target })
    }

    /// Serves both sides on their own thread, until `stop`.
    fn serve(
        self,
        runtime: Runtime,
        instance: &Arc<Instance>,
        share: axum::Router,
        stop: &CancellationToken,
    ) -> Result<JoinHandle<()>> {
        let (faults, stop) = (instance.faults.clone(), stop.clone());
        let router = routes::router(Arc::clone(instance));
        let serving = move || {
            runtime.block_on(async {
                tokio::join!(
                    serve(self.server.0, Side::Server, router, faults.clone(), stop.clone()),
                    serve(self.target.0, Side::Target, share, faults.clone(), stop.clone()),
                )
            });
            runtime.shutdown_timeout(Duration::from_secs(2));
        };
        let thread = std::thread::Builder::new().name("practice".to_owned()).spawn(serving);
        thread.map_err(|error| broken(NO_THREADS, &error))
    }
}

const NO_THREADS: &str = "The practice instance's threads could not be started.";

fn home(options: &PracticeOptions) -> Result<(PathBuf, Option<TempDir>)> {
    if let Some(folder) = &options.data_folder {
        let full = std::path::absolute(folder).map_err(|error| Error::file(folder, &error))?;
        return Ok((full, None));
    }
    let temporary = TempDir::with_prefix("nodewarden-practice-")
        .map_err(|error| broken("No temporary folder could be made.", &error))?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}

fn instance(
    options: &PracticeOptions,
    folder: &Path,
    share_folder: &Path,
    keepsake: &Keepsake,
    (port, stop): (u16, CancellationToken),
) -> Result<Instance> {
    let bodies = folder.join("bodies");
    Ok(Instance::new(Parts {
        database: {
            let file = folder.join("server.sqlite");
            // SQLite gives the files beside it the same permissions.
            private::file(&file).map_err(|error| Error::file(&file, &error))?;
            Database::open(&file)?
        },
        bodies: Bodies::new(bodies.clone(), options.storage).map_err(|error| Error::file(&bodies, &error))?,
        generation: options.generation,
        limits: Limits::new(options.rate_limit),
        client: client(&options.host_aliases)?,
        clock: Arc::clone(&options.clock),
        target_folder: share_folder.to_owned(),
        server_url: format!("http://127.0.0.1:{port}"),
        control_token: fresh().into(),
        jwt_secret: keepsake.jwt_secret.clone().into(),
        stop,
    }))
}

/// The client that reaches targets: the practice target's name, and those given, lead here.
fn client(aliases: &[(String, SocketAddr)]) -> Result<reqwest::Client> {
    let here = SocketAddr::from((IpAddr::V4(Ipv4Addr::LOCALHOST), 0));
    let builder = reqwest::Client::builder().no_proxy().resolve(share::HOST, here);
    aliases
        .iter()
        .fold(builder, |builder, (name, address)| builder.resolve(name, *address))
        .build()
        .map_err(|error| broken("The practice server's own client could not be made.", &error))
}
