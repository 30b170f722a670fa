//! The dialogs of the window by keyboard, and what must not be cut.

use desk_tests::window::id;
use fantoccini::key::Key;

use crate::batches::practised;

/// What a click on one thing opens: the dialog, and where its focus begins.
struct Opens {
    /// Where in the window.
    place: &'static str,
    /// What is clicked, one after the other; the focus comes back to the first.
    clicks: &'static [&'static str],
    dialog: &'static str,
    first: &'static str,
}

const DIALOGS: [Opens; 4] = [
    Opens { place: "#/settings", clicks: &["profile-rename"], dialog: "rename-dialog", first: "rename-name" },
    Opens {
        place: "#/settings",
        clicks: &["connection-button"],
        dialog: "connection-dialog",
        first: "connection-proxy",
    },
    Opens {
        place: "#/overview",
        clicks: &["profile-switcher", "rename-server"],
        dialog: "rename-dialog",
        first: "rename-name",
    },
    Opens {
        place: "#/backups",
        clicks: &["backup-menu", "row-delete"],
        dialog: "delete-dialog",
        // What cannot be undone is not what a key press chooses.
        first: "delete-cancel",
    },
];

#[tokio::test]
async fn dialogs_take_and_restore_focus_and_close_with_escape() {
    let window = practised("dialogs", 1).await;
    for Opens { place, clicks, dialog, first } in DIALOGS {
        window.goes(place).await;
        for click in clicks {
            window.click(&id(click)).await;
        }
        window.sees(&id(dialog)).await;
        window.focuses(first).await;
        window.press(Key::Escape).await;
        window.misses(&id(dialog)).await;
        window.focuses(clicks[0]).await;
    }
    window.close().await;
}

#[tokio::test]
async fn the_password_dialog_takes_and_restores_the_focus() {
    let window = practised("password-dialog", 0).await;
    window.invoke("lock_now", serde_json::json!({})).await;
    window.goes("#/overview").await;
    window.click(&id("back-up-now")).await;
    window.focuses("password-field").await;
    window.press(Key::Escape).await;
    window.misses(&id("password-dialog")).await;
    window.focuses("back-up-now").await;
    window.close().await;
}

/// Whether a name is shown in full, and how wide it is beside 24 characters of its font.
const NAME: &str = r#"
    const name = document.querySelector(arguments[0]);
    const style = getComputedStyle(name);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const parts = [...name.children];
    return {
        width: Math.max(...parts.map((part) => part.clientWidth)),
        wanted: pen.measureText("20261123_032629_3cb70.zi").width,
        cut: parts.some((part) => part.scrollWidth > part.clientWidth),
        shown: name.textContent.trim(),
    };
"#;

#[tokio::test]
async fn names_of_backups_are_not_cut_at_any_size_of_the_window() {
    let window = practised("names", 1).await;
    window.goes("#/backups").await;
    let name = format!("{} {}", row(), id("backup-name"));
    for (width, height) in [(900, 600), (1100, 700), (1280, 800)] {
        window.resize(width, height).await;
        window.sees(&name).await;
        let seen = window.asked(NAME, &[&name]).await;
        window.shot(&format!("{width}")).await;
        let number = |what: &str| seen[what].as_f64().expect("a number");
        assert!(number("width") >= number("wanted"), "{width}: {seen}");
        assert_eq!(seen["cut"], false, "{width}: {seen}");
        assert!(seen["shown"].as_str().is_some_and(|shown| shown.ends_with(".zip")), "{seen}");
    }
    window.close().await;
}

/// The row of a backup.
fn row() -> String {
    format!(r#"{}[data-name$=".zip"]"#, id("backup-row"))
}
