//! How WebKitGTK paints: in software, and with NVIDIA's own driver not at all unless helped.

use std::ffi::OsStr;
use std::path::Path;

use tauri::{AppHandle, Manager};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// WebKitGTK draws nothing with NVIDIA's own driver (Wayland most of all) unless this is set.
const WORKAROUND: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");

/// What a person sets when they deal with it themselves.
const SET_BY_HAND: [&str; 3] =
    ["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE", "__NV_DISABLE_EXPLICIT_SYNC"];

/// Only NVIDIA's own driver puts this there; nouveau does not.
const NVIDIA: [&str; 2] = ["/proc/driver/nvidia/version", "/sys/module/nvidia/version"];

/// Set by tauri-driver.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Starts this program again with the workaround, where it is needed and no one chose another.
/// It comes back when nothing is to be done. Call it before anything else: the window system
/// reads the environment once.
pub fn avoid_blank_window() {
    let has_nvidia = NVIDIA.iter().any(|path| Path::new(path).exists());
    let Some((name, value)) = workaround(has_nvidia, |name| std::env::var_os(name).is_some()) else { return };
    let Ok(program) = std::env::current_exe() else { return };
    restart(program.as_os_str(), name, value);
}

/// The variable to set. It is itself one of those that are respected, so the program that
/// was started with it does not start again.
fn workaround(has_nvidia: bool, is_set: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str)> {
    (has_nvidia && !SET_BY_HAND.into_iter().any(is_set)).then_some(WORKAROUND)
}

/// This process becomes the program with the variable set. (Setting it in place is unsafe.)
fn restart(program: &OsStr, name: &str, value: &str) {
    use std::os::unix::process::CommandExt;

    let mut command = std::process::Command::new(program);
    let failed = command.args(std::env::args_os().skip(1)).env(name, value).exec();
    // The window opens without it; it may be blank.
    tracing::warn!("the app could not be started again with {name}={value}: {failed}");
}

/// Paints the window in software. Nothing on its pages moves enough to need the graphics card, and
/// accelerated painting takes a quarter of the app's memory. A window under automation stays
/// accelerated: WebKit cannot take its picture otherwise.
pub fn paint_in_software(app: &AppHandle) {
    if std::env::var_os(AUTOMATION).is_some() {
        return;
    }
    let Some(window) = app.get_webview_window("main") else { return };
    let set = window.with_webview(|web_view| {
        if let Some(settings) = web_view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = set {
        // The window looks the same.
        tracing::warn!("the window is painted with acceleration: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blank_window_is_avoided_only_with_nvidias_own_driver() {
        assert_eq!(workaround(true, |_| false), Some(("WEBKIT_DISABLE_DMABUF_RENDERER", "1")));
        assert_eq!(workaround(false, |_| false), None);
    }

    #[test]
    fn a_workaround_that_the_person_chose_is_respected() {
        for chosen in SET_BY_HAND {
            assert_eq!(workaround(true, |name| name == chosen), None, "{chosen}");
        }
    }

    #[test]
    fn the_program_with_the_workaround_does_not_start_itself_again() {
        let (set, _) = workaround(true, |_| false).expect("needed");
        assert_eq!(workaround(true, |name| name == set), None);
    }
}
