//! Embeds the configuration, the capabilities and the pages.

fn main() {
    tauri_build::build();
}
