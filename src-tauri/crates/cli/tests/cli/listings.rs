//! Listings of targets that report odd things.

use desk_tests::altered::{Altered, altered};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{nwdesk, practice};

#[test]
fn an_invalid_size_is_shown_as_unknown() {
    let practice = practice();
    let sizes = [json!(null), json!(-1), json!(1.5), json!("12"), json!(1e300), json!({}), json!(2048)];
    let items: Vec<_> = sizes
        .iter()
        .enumerate()
        .map(|(nth, size)| json!({"path": format!("{nth}.zip"), "name": format!("{nth}.zip"), "size": size}))
        .chain([json!({"path": "none.zip"}), json!({"name": "no path"}), json!({"path": "", "size": 1})])
        .collect();
    let change = move |asked: &str, answer: Altered| {
        if asked == "GET /api/admin/backup/remote" {
            return answer.change(|value| value["items"] = json!(items));
        }
        answer
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let url = runtime.block_on(altered(practice.server_url(), change));
    let list = |more: &[&str]| {
        nwdesk(["list", "--server", &url, "--email", practice.admin_email(), "--password-stdin"])
            .args(more)
            .stdin(practice.admin_password().expose_secret())
            .run()
            .ended(0)
    };
    let text = list(&[]).stdout;
    let first = |name: &str| {
        let line = text.lines().find(|line| line.ends_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
        line.split_whitespace().next().expect("a size").to_owned()
    };
    for unknown in ["0.zip", "1.zip", "2.zip", "3.zip", "4.zip", "5.zip", "none.zip"] {
        assert_eq!(first(unknown), "?", "{text}");
    }
    assert_eq!(first("6.zip"), "2.00", "{text}");
    assert_eq!(text.lines().count(), 8, "{text}");
    let backups = list(&["--json"]).json()["backups"].clone();
    assert_eq!(backups.as_array().expect("a list").len(), 8);
    assert!(backups[1]["size"].is_null() && backups[6]["size"] == 2048, "{backups}");
}
