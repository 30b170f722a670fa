//! What the frame of a window asks of an app: the display of the tests has no window manager.

use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, CLIENT_MESSAGE_EVENT, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

/// The longest that an app may take to show or hide its window, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Checks the windows of a display.
pub struct WindowManager {
    connection: RustConnection,
    root: Window,
}

impl WindowManager {
    /// Connects to the display of this process.
    ///
    /// # Panics
    /// When there is none.
    pub fn start() -> Self {
        let (connection, screen) = x11rb::connect(None).expect("a display");
        let root = connection.setup().roots[screen].root;
        Self { connection, root }
    }

    /// Asks the app to close its window, as the button in its frame does.
    ///
    /// # Panics
    /// When no window is shown.
    pub fn asks_to_close(&self) {
        let atom = |name: &str| {
            let cookie = self.connection.intern_atom(false, name.as_bytes()).expect("a display");
            cookie.reply().expect("an atom").atom
        };
        let window = self.shown().expect("a window is shown");
        let data = [atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
        let event = ClientMessageEvent {
            response_type: CLIENT_MESSAGE_EVENT,
            format: 32,
            sequence: 0,
            window,
            type_: atom("WM_PROTOCOLS"),
            data: data.into(),
        };
        self.connection.send_event(false, window, EventMask::NO_EVENT, event).expect("a display");
        self.connection.flush().expect("a display");
    }

    /// Waits until the app's window is shown, or is no longer.
    ///
    /// # Panics
    /// When it stays as it is.
    pub async fn sees_window(&self, is_shown: bool) {
        let began = Instant::now();
        while self.shown().is_some() != is_shown {
            assert!(
                began.elapsed() < PATIENCE,
                "the window stays {}",
                if is_shown { "hidden" } else { "shown" }
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The window of the app, when it is shown.
    fn shown(&self) -> Option<Window> {
        let tree = self.connection.query_tree(self.root).ok()?.reply().ok()?;
        tree.children.into_iter().find(|window| self.is_app(*window))
    }

    fn is_app(&self, window: Window) -> bool {
        let looked = || {
            let attributes = self.connection.get_window_attributes(window).ok()?.reply().ok()?;
            let class = self
                .connection
                .get_property(false, window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, 64)
                .ok()?
                .reply()
                .ok()?;
            let name = String::from_utf8_lossy(&class.value).to_lowercase();
            let is_frame = !attributes.override_redirect && attributes.map_state == MapState::VIEWABLE;
            Some(is_frame && name.contains("nodewarden"))
        };
        looked().unwrap_or(false)
    }
}
