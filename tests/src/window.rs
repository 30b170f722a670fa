//! The real window, driven through tauri-driver as a person would use it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// The longest that anything in the window may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The app's window, with its own home folder.
pub struct Window {
    pub(crate) client: Client,
    driver: Driver,
    home: TempDir,
    shots: PathBuf,
    /// The proxy that the app goes through.
    proxy: Option<String>,
}

impl Window {
    /// Opens the app. Its screenshots go to `target/screenshots/window/<shots>`.
    ///
    /// # Panics
    /// When the app was not built, or tauri-driver is not there.
    pub async fn open(shots: &str) -> Self {
        Self::open_prepared(shots, |_| {}).await
    }

    /// The same, with the app's data folder prepared first.
    ///
    /// # Panics
    /// As [`Window::open`].
    pub async fn open_prepared(shots: &str, prepare: impl FnOnce(&Path)) -> Self {
        let shots = target().join("screenshots/window").join(shots);
        std::fs::create_dir_all(&shots).expect("a folder for screenshots");
        let home = tempfile::tempdir().expect("a temporary folder");
        let data = home.path().join("desk");
        std::fs::create_dir_all(&data).expect("a data folder");
        prepare(&data);
        Self::start(home, shots, None).await
    }

    /// Opens the app with a proxy for everything that is not on 127.0.0.1.
    ///
    /// # Panics
    /// As [`Window::open`].
    pub async fn open_through(shots: &str, proxy: String) -> Self {
        let shots = target().join("screenshots/window").join(shots);
        std::fs::create_dir_all(&shots).expect("a folder for screenshots");
        let home = tempfile::tempdir().expect("a temporary folder");
        Self::start(home, shots, Some(proxy)).await
    }

    /// Closes the app and opens it again, with the same home folder and keyring.
    ///
    /// # Panics
    /// As [`Window::open`].
    pub async fn restarted(self) -> Self {
        let Self { client, driver, home, shots, proxy } = self;
        let _ = client.close().await;
        driver.end().await;
        Self::start(home, shots, proxy).await
    }

    async fn start(home: TempDir, shots: PathBuf, proxy: Option<String>) -> Self {
        let app = target().join("debug/nodewarden-desk").canonicalize().expect("`make app` was run before");
        let data = home.path().join("desk");
        let (port, native) = (free_port(), free_port());
        let log = std::fs::File::create(shots.join("app.log")).expect("a log file");
        let driver = Command::new("tauri-driver")
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .env("HOME", home.path())
            .env("NWDESK_HOME", &data)
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .envs(proxy.iter().flat_map(|proxy| [("http_proxy", &**proxy), ("no_proxy", "127.0.0.1")]))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .expect("tauri-driver is installed");
        let driver = Driver(driver);
        let mut capabilities = Capabilities::new();
        capabilities.insert("tauri:options".into(), json!({"application": app}));
        let address = format!("http://127.0.0.1:{port}");
        for port in [port, native] {
            answers(port).await;
        }
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let connecting = tokio::time::timeout(PATIENCE, builder.capabilities(capabilities).connect(&address));
        let client = connecting.await.expect("the window opens in time").expect("the window opens");
        Self { client, driver, home, shots, proxy }
    }

    /// The home folder of the app.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the app puts downloads.
    pub fn downloads(&self) -> PathBuf {
        self.home.path().join("NodeWarden backups")
    }

    /// Keeps a setting of the window and draws it again.
    ///
    /// # Panics
    /// When the page cannot run it.
    pub async fn set(&self, name: &str, value: &str) {
        self.script("localStorage.setItem(arguments[0], arguments[1]); location.reload()", &[name, value])
            .await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    /// Goes to an address inside of the window, such as `#/incidents`.
    ///
    /// # Panics
    /// When the page cannot run it.
    pub async fn goes(&self, address: &str) {
        self.script("location.hash = arguments[0]", &[address]).await;
    }

    /// Calls a command of the shell, past the window.
    ///
    /// # Panics
    /// When the command fails.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Value {
        let answer = self.asks(command, arguments).await;
        assert!(answer.get("error").is_none(), "{command}: {answer}");
        answer["value"].clone()
    }

    /// Calls a command of the shell that is to fail; its error.
    ///
    /// # Panics
    /// When the command succeeds.
    pub async fn refused(&self, command: &str, arguments: Value) -> Value {
        let answer = self.asks(command, arguments).await;
        assert!(answer.get("error").is_some(), "{command}: {answer}");
        answer["error"].clone()
    }

    async fn asks(&self, command: &str, arguments: Value) -> Value {
        let script = "const done = arguments[arguments.length - 1];
            window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])
                .then((value) => done({ value }), (error) => done({ error }))";
        let arguments = vec![json!(command), arguments];
        self.client.execute_async(script, arguments).await.expect("the page runs it")
    }

    /// Waits until something with this CSS selector is there.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn sees(&self, css: &str) {
        let waited = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        if waited.is_err() {
            self.shot("failed").await;
            panic!("{css} did not appear; the page says: {}", self.text("body").await);
        }
    }

    /// Clicks on it, as soon as that is possible.
    ///
    /// # Panics
    /// When it does not become possible.
    pub async fn click(&self, css: &str) {
        self.sees(css).await;
        let began = Instant::now();
        loop {
            let clicked = async {
                let element = self.client.find(Locator::Css(css)).await?;
                if !element.is_enabled().await? {
                    return Ok(false);
                }
                element.click().await.map(|()| true)
            };
            match clicked.await {
                Ok(true) => return,
                Err(error) if began.elapsed() > PATIENCE => {
                    self.shot("failed").await;
                    panic!("{css} cannot be clicked: {error}");
                }
                Ok(false) if began.elapsed() > PATIENCE => {
                    self.shot("failed").await;
                    panic!("{css} stays disabled");
                }
                _ => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Types into it.
    ///
    /// # Panics
    /// When it is not there.
    pub async fn types(&self, css: &str, text: &str) {
        self.sees(css).await;
        let element = self.client.find(Locator::Css(css)).await.expect("just seen");
        element.send_keys(text).await.expect("it takes keys");
    }

    /// Types into the last of those that have this CSS selector.
    ///
    /// # Panics
    /// When there is none.
    pub async fn types_last(&self, css: &str, text: &str) {
        self.sees(css).await;
        let all = self.client.find_all(Locator::Css(css)).await.expect("a page");
        all.last().expect("just seen").send_keys(text).await.expect("it takes keys");
    }

    /// Its text.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn text(&self, css: &str) -> String {
        match self.client.find(Locator::Css(css)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// An attribute of everything that has this CSS selector.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        for element in self.client.find_all(Locator::Css(css)).await.expect("a page") {
            values.push(element.attr(name).await.ok().flatten().unwrap_or_default());
        }
        values
    }

    /// Keeps a picture of the window, at its own size and at the smallest.
    ///
    /// # Panics
    /// When it cannot be taken or written.
    pub async fn shot(&self, name: &str) {
        // What has just appeared starts its transitions, and a busy machine draws them late.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let drawn = "const done = arguments[arguments.length - 1];
            setTimeout(done, 5000);
            let frames = 10;
            const next = () => (frames-- > 0 ? requestAnimationFrame(next) : done());
            const ends = (one) => one.effect?.getComputedTiming().iterations !== Infinity;
            const transitions = document.getAnimations().filter(ends);
            Promise.allSettled(transitions.map((one) => one.finished)).then(next);";
        self.client.execute_async(drawn, Vec::new()).await.expect("the page draws");
        let png = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(self.shots.join(format!("{name}.png")), png).expect("it can be written");
    }

    /// Closes the window and waits for the app to end.
    ///
    /// # Panics
    /// When the driver does not end.
    pub async fn close(self) {
        let _ = self.client.close().await;
        self.driver.end().await;
    }

    /// Gives the page this size.
    ///
    /// # Panics
    /// When it does not take it.
    pub async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("it takes another size");
        let began = Instant::now();
        while self.asked("return window.innerWidth", &[]).await != json!(width) {
            assert!(began.elapsed() < Duration::from_secs(10), "the window keeps its size");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Presses a key where the focus is.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn press(&self, key: Key) {
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(&String::from(char::from(key))).await.expect("it takes keys");
    }

    /// Waits until what has the focus has this test id.
    ///
    /// # Panics
    /// When it does not come to have it.
    pub async fn focuses(&self, name: &str) {
        let began = Instant::now();
        loop {
            let focused = self.asked("return document.activeElement?.dataset?.testid ?? null", &[]).await;
            if focused == json!(name) {
                return;
            }
            if began.elapsed() > Duration::from_secs(10) {
                self.shot("failed").await;
                panic!("{name} does not have the focus, {focused} has");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until nothing with this CSS selector is there.
    ///
    /// # Panics
    /// When it stays.
    pub async fn misses(&self, css: &str) {
        let began = Instant::now();
        while !self.client.find_all(Locator::Css(css)).await.expect("a page").is_empty() {
            if began.elapsed() > PATIENCE {
                self.shot("failed").await;
                panic!("{css} stays");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What a script in the page returns.
    ///
    /// # Panics
    /// When the page cannot run it.
    pub async fn asked(&self, script: &str, arguments: &[&str]) -> Value {
        let arguments = arguments.iter().map(|argument| json!(argument)).collect();
        self.client.execute(script, arguments).await.expect("the page runs it")
    }

    async fn script(&self, script: &str, arguments: &[&str]) {
        self.asked(script, arguments).await;
    }
}

/// The driver, with the app and the browser's driver that it started: a test that fails leaves
/// none of them behind, for the next one could not open its window.
struct Driver(Child);

impl Driver {
    /// Ends the driver, the app and everything that they started.
    async fn end(mut self) {
        let group = self.0.id();
        self.kill_all();
        self.0.kill().await.expect("the driver ends");
        let began = Instant::now();
        // While the app still ends, the next one would hand over to it instead of opening.
        while group.is_some_and(is_running) {
            assert!(began.elapsed() < PATIENCE, "the app does not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn kill_all(&self) {
        if let Some(group) = self.0.id() {
            // They may all have ended by now.
            let _ = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status();
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.kill_all();
    }
}

/// Whether a process of this group is running; those that have ended and wait for their parent do not count.
fn is_running(group: u32) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    let stats = processes.flatten().filter_map(|one| std::fs::read_to_string(one.path().join("stat")).ok());
    stats.into_iter().any(|stat| {
        // PID (NAME) STATE PARENT GROUP …: the name may contain anything.
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let mut fields = after_name.split_whitespace();
        let is_ended = matches!(fields.next(), Some("Z" | "X") | None);
        !is_ended && fields.nth(1) == Some(group.to_string().as_str())
    })
}

/// Where builds and screenshots are.
fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

/// The CSS selector of a test id.
pub fn id(name: &str) -> String {
    format!(r#"[data-testid="{name}"]"#)
}

/// Waits until something listens at this port.
async fn answers(port: u16) {
    let began = Instant::now();
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(began.elapsed() < PATIENCE, "nothing listens at port {port}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
