//! The notifications and the tray of a Linux desktop, in the process of the test.

#![allow(missing_docs, reason = "the macro of the interface makes methods without documentation")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, Proxy, connection, interface};

/// The longest that anything may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";

/// A notification that an app has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its number.
    pub id: u32,
    /// Its first line.
    pub title: String,
    /// Its text.
    pub body: String,
}

#[derive(Default)]
struct Seen {
    shown: Vec<Shown>,
    items: Vec<String>,
}

type Shared = Arc<Mutex<Seen>>;

fn lock(seen: &Shared) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A desktop that shows notifications and a tray.
pub struct Desktop {
    connection: Connection,
    seen: Shared,
}

impl Desktop {
    /// Takes its names on the session bus.
    ///
    /// # Panics
    /// When there is no bus, or a desktop is there already.
    pub async fn start() -> Self {
        let desktop = Self::without_tray().await;
        let server = desktop.connection.object_server();
        let watcher = Watcher(Arc::clone(&desktop.seen));
        server.at("/StatusNotifierWatcher", watcher).await.expect("a free path");
        desktop.connection.request_name("org.kde.StatusNotifierWatcher").await.expect("no other tray");
        desktop
    }

    /// A desktop that shows notifications only.
    ///
    /// # Panics
    /// As [`Desktop::start`].
    pub async fn without_tray() -> Self {
        let seen = Shared::default();
        let builder = connection::Builder::session().expect("a session bus");
        let connection = builder
            .serve_at(NOTIFICATIONS, Notifications(Arc::clone(&seen)))
            .and_then(|builder| builder.name("org.freedesktop.Notifications"))
            .expect("names")
            .build()
            .await
            .expect("no other desktop");
        Self { connection, seen }
    }

    /// The notifications with this text.
    pub fn shown(&self, body: &str) -> Vec<Shown> {
        lock(&self.seen).shown.iter().filter(|shown| shown.body == body).cloned().collect()
    }

    /// Waits for a notification with this text.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn sees(&self, body: &str) -> Shown {
        let began = Instant::now();
        loop {
            if let Some(shown) = self.shown(body).pop() {
                return shown;
            }
            assert!(began.elapsed() < PATIENCE, "{body} is not among {:?}", lock(&self.seen).shown);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Clicks on a notification.
    ///
    /// # Panics
    /// When the bus is gone.
    pub async fn click(&self, id: u32) {
        let emitter = SignalEmitter::new(&self.connection, NOTIFICATIONS).expect("a path");
        Notifications::action_invoked(&emitter, id, "default").await.expect("sent");
        Notifications::notification_closed(&emitter, id, 2).await.expect("sent");
    }

    /// Waits until the icon in the tray says this.
    ///
    /// # Panics
    /// When it does not come to say it.
    pub async fn tray_says(&self, text: &str) {
        let began = Instant::now();
        loop {
            let says = self.tray_text().await;
            if says.as_deref() == Some(text) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "the icon says {says:?}, not {text}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits for a notification whose text begins so.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn sees_beginning(&self, beginning: &str) -> Shown {
        let began = Instant::now();
        loop {
            let shown = lock(&self.seen).shown.clone();
            if let Some(found) = shown.iter().find(|shown| shown.body.starts_with(beginning)) {
                return found.clone();
            }
            assert!(began.elapsed() < PATIENCE, "{beginning} begins none of {shown:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The colours in the icon in the tray, as opacity, red, green and blue.
    ///
    /// # Panics
    /// When there is no icon.
    pub async fn tray_colours(&self) -> Vec<[u8; 4]> {
        let tray = self.tray("/StatusNotifierItem", "org.kde.StatusNotifierItem").await.expect("a tray");
        let icons: Vec<(i32, i32, Vec<u8>)> = tray.get_property("IconPixmap").await.expect("an icon");
        let mut colours: Vec<[u8; 4]> = icons
            .iter()
            .flat_map(|(.., data)| data.chunks_exact(4))
            .filter_map(|pixel| pixel.try_into().ok())
            .collect();
        colours.sort_unstable();
        colours.dedup();
        colours
    }

    /// Chooses an entry of the menu in the tray.
    ///
    /// # Panics
    /// When there is none with this label.
    pub async fn choose(&self, label: &str) {
        let menu = self.tray("/MenuBar", "com.canonical.dbusmenu").await.expect("a menu");
        let all: (Vec<i32>, Vec<String>) = (Vec::new(), vec!["label".into()]);
        let entries: Vec<(i32, HashMap<String, OwnedValue>)> =
            menu.call("GetGroupProperties", &all).await.expect("entries");
        let is_it = |entry: &HashMap<String, OwnedValue>| {
            entry.get("label").and_then(|label| label.downcast_ref::<&str>().ok()) == Some(label)
        };
        let (id, _) = entries.iter().find(|(_, entry)| is_it(entry)).expect("an entry with this label");
        let clicked = (*id, "clicked", zbus::zvariant::Value::I32(0), 0_u32);
        menu.call::<_, _, ()>("Event", &clicked).await.expect("it is there");
    }

    /// Waits until the app has left the bus, its icon with it.
    ///
    /// # Panics
    /// When it stays.
    pub async fn tray_ends(&self) {
        let began = Instant::now();
        while self.tray_text().await.is_some() {
            assert!(began.elapsed() < PATIENCE, "the icon stays");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn tray(&self, path: &'static str, interface: &'static str) -> Option<Proxy<'static>> {
        let item = lock(&self.seen).items.last().cloned()?;
        Proxy::new(&self.connection, item, path, interface).await.ok()
    }

    async fn tray_text(&self) -> Option<String> {
        let tray = self.tray("/StatusNotifierItem", "org.kde.StatusNotifierItem").await?;
        type Tip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
        let tip: Tip = tray.get_property("ToolTip").await.ok()?;
        Some(tip.3)
    }
}

struct Notifications(Shared);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".into(), "body".into()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("desk-tests".into(), "desk-tests".into(), "1".into(), "1.2".into())
    }

    #[allow(clippy::too_many_arguments, reason = "the interface has them")]
    #[allow(clippy::needless_pass_by_value, reason = "they come off the bus")]
    fn notify(
        &self,
        _app_name: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let mut seen = lock(&self.0);
        let id = u32::try_from(seen.shown.len() + 1).unwrap_or(u32::MAX);
        seen.shown.push(Shown { id, title: summary, body });
        id
    }

    fn close_notification(&self, _id: u32) {}

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

struct Watcher(Shared);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str) {
        lock(&self.0).items.push(service.to_owned());
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        lock(&self.0).items.clone()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
