//! The window shows the app's own pages and nothing else.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Url, Wry};

/// Keeps the window on the app's own pages, whatever a page asks for.
pub fn guard() -> TauriPlugin<Wry> {
    Builder::new("navigation").on_navigation(|_, url| is_own(url, tauri::is_dev())).build()
}

/// The address is one of the app's own pages.
fn is_own(url: &Url, is_dev: bool) -> bool {
    let host = url.host_str();
    match url.scheme() {
        "tauri" => host == Some("localhost"),
        // How WebView2 spells the app's own scheme.
        "http" | "https" if host == Some("tauri.localhost") => url.port().is_none(),
        "http" => is_dev && host == Some("localhost") && url.port() == Some(5173),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(url: &str, is_dev: bool) -> bool {
        is_own(&url.parse().expect("an address"), is_dev)
    }

    #[test]
    fn the_window_shows_only_the_apps_own_pages() {
        for url in ["tauri://localhost/", "tauri://localhost/index.html#/backups", "http://tauri.localhost/"]
        {
            assert!(own(url, false), "{url}");
        }
        for url in [
            "https://example.org/",
            "http://localhost:5173/",
            "http://tauri.localhost:8080/",
            "https://tauri.localhost.example.org/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!own(url, false), "{url}");
        }
        assert!(own("http://localhost:5173/#/", true), "the development server");
    }
}
