//! Notifications of the system.

use tauri::AppHandle;

/// The window goes to the place of a notification that was clicked.
#[cfg(target_os = "linux")]
const CLICKED: &str = "notification-clicked";

/// Shows a notification. That the system shows none is no fault of what it is about.
#[cfg(target_os = "linux")]
pub fn show(app: &AppHandle, title: String, body: String, place: Option<String>) {
    use tauri::Emitter as _;

    let app = app.clone();
    // Waits until the notification is closed.
    std::thread::spawn(move || {
        let mut notification = notify_rust::Notification::new();
        notification.appname("NodeWarden Desk").icon("nodewarden-desk").summary(&title).body(&body);
        // The name of the action that a click on the notification itself is.
        notification.action("default", "NodeWarden Desk");
        match notification.show() {
            Ok(shown) => shown.wait_for_action(|action| {
                if action == "default" {
                    crate::tray::show_window(&app);
                    if let Some(place) = &place {
                        let _ = app.emit(CLICKED, place);
                    }
                }
            }),
            Err(error) => tracing::debug!(%error, "the system shows no notification"),
        }
    });
}

/// Shows a notification. That the system shows none is no fault of what it is about. Clicks are
/// not reported here: the system brings the app to the front.
#[cfg(not(target_os = "linux"))]
pub fn show(app: &AppHandle, title: String, body: String, _place: Option<String>) {
    use tauri_plugin_notification::{NotificationExt as _, PermissionState};

    let notifications = app.notification();
    let is_allowed = |state: &PermissionState| *state == PermissionState::Granted;
    let allowed = notifications.permission_state().is_ok_and(|state| is_allowed(&state))
        || notifications.request_permission().is_ok_and(|state| is_allowed(&state));
    if allowed {
        let _ = notifications.builder().title(title).body(body).show();
    }
}
