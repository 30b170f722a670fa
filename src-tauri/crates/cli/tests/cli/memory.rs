//! Responses that unpack into far more memory than they have bytes.
#![cfg(target_os = "linux")]

use desk_tests::altered::{Altered, altered};
use secrecy::ExposeSecret as _;

use crate::support::{nwdesk, practice};

/// The most that may be resident, in KiB.
const MOST: u64 = 128 * 1024;

/// As many of an item as a response of about `size` bytes may hold.
fn list(item: &str, size: usize) -> String {
    // 30,000 objects and 200,000 values are taken.
    let objects = 29_900 / item.matches('{').count().max(1);
    let values = 199_000 / (1 + item.matches(['{', '[', ',']).count());
    let most = if item.contains('{') { objects.min(values) } else { values };
    format!("[{}0]", format!("{item},").repeat(most.min(size / (item.len() + 1))))
}

/// Responses that are small on the wire and large in memory, of at most about `size` bytes.
fn bombs(size: usize) -> Vec<(&'static str, String)> {
    let inside = |name: &str, item: &str| format!("{{\"{name}\":{}}}", list(item, size).replace(",0]", "]"));
    let fields: Vec<String> = (0..(size / 12).min(199_000)).map(|n| format!("\"{n:07}\":0")).collect();
    let text = format!("{{\"path\":\"{}\"}}", "a".repeat(100));
    vec![
        ("objects", list(r#"{"":0}"#, size)),
        ("lists", list("[0]", size)),
        ("lists of objects", list(r#"[{"":0}]"#, size)),
        ("texts", list("\"\"", size)),
        ("nested", format!("{}{}", "[".repeat(size / 2), "]".repeat(size / 2))),
        ("fields", format!("{{{}}}", fields.join(","))),
        ("one text", format!("\"{}\"", "\\u0001".repeat(size / 6))),
        ("too many", format!("[{}0]", r#"{"":0},"#.repeat(size / 7))),
        ("far too long", " ".repeat(24 << 20)),
        ("items", inside("items", r#"{"path":"a","":[]}"#)),
        ("long items", inside("items", &text)),
        ("destinations", inside("destinations", r#"{"id":"a","name":"a","type":"webdav","destination":{}}"#)),
        ("providers", inside("TwoFactorProviders", "0")),
    ]
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures are what one runs this test for")]
fn no_response_of_a_server_takes_more_than_128_mib_of_memory() {
    let practice = practice();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut highest = 0;
    for (end, statuses) in [
        ("/api/web-bootstrap", &[200, 404, 500][..]),
        ("/identity/accounts/prelogin", &[200, 400]),
        ("/identity/connect/token", &[200, 400]),
        ("/api/admin/backup/settings", &[200, 403]),
        ("/api/admin/backup/remote", &[200, 500]),
    ] {
        for &status in statuses {
            // What comes before anyone is signed in is cut off far earlier.
            let size = if end.contains("/admin/") { (4 << 20) - 200 } else { 250 << 10 };
            for (what, body) in bombs(size) {
                let (length, is_config) = (body.len(), status == 404);
                let change = move |asked: &str, answer: Altered| {
                    let is_meant = asked.ends_with(end) || (is_config && asked.ends_with("/api/config"));
                    let status = if asked.ends_with("/api/config") { 200 } else { status };
                    if is_meant { Altered { status, body: body.clone().into() } } else { answer }
                };
                let url = runtime.block_on(altered(practice.server_url(), change));
                let run = nwdesk(["list", "--json", "--password-stdin", "--server", &url])
                    .args(["--email", practice.admin_email()])
                    .stdin(practice.admin_password().expose_secret())
                    .stdin("\n");
                let (peak, code) = run.peak();
                assert!(peak > 0 && peak < MOST, "{end} {status} {what} ({length}): {} MiB", peak / 1024);
                assert!(code.is_some(), "{end} {status} {what}: it was killed");
                if peak > highest {
                    println!("{end} {status} {what}, {length} bytes: {} MiB", peak / 1024);
                    highest = peak;
                }
            }
        }
    }
}
